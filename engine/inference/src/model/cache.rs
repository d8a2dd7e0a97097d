//! Keys and values of the tokens that were already read.

use crate::InferenceError;

/// Tokens whose keys lie side by side: two SIMD registers of scores.
pub(super) const PANEL: usize = 8;

/// Keys and values of one layer.
struct Layer {
    /// `[kv_heads, capacity / PANEL, head_dim, PANEL]`
    keys: Vec<f32>,
    /// `[kv_heads, capacity, head_dim]`
    values: Vec<f32>,
}

/// How many tokens a cache holds, and how many fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    length: usize,
    capacity: usize,
}

impl Fill {
    /// An empty cache's.
    #[must_use]
    pub const fn empty(capacity: usize) -> Self {
        Self { length: 0, capacity }
    }

    /// Tokens held.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Tokens that fit.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Tokens that fit beside those held.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.capacity - self.length
    }

    /// Forgets every token after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Checks that `count` more tokens fit.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where they do not.
    pub(crate) const fn check_room(&self, count: usize) -> Result<(), InferenceError> {
        if count > self.room() {
            return Err(InferenceError::TooLong { tokens: self.length + count, limit: self.capacity });
        }
        Ok(())
    }

    /// Counts `count` written tokens, once all layers have them.
    pub(crate) const fn advance(&mut self, count: usize) {
        self.length += count;
    }
}

/// The cache of a whole model, allocated once and written in place.
pub struct KvCache {
    layers: Vec<Layer>,
    head_dim: usize,
    /// What counts of it.
    pub fill: Fill,
}

impl KvCache {
    /// An empty cache for `capacity` tokens.
    #[must_use]
    pub fn new(layers: usize, kv_heads: usize, capacity: usize, head_dim: usize) -> Self {
        let empty = || vec![0.0; kv_heads * capacity.next_multiple_of(PANEL) * head_dim];
        let layers = (0..layers).map(|_| Layer { keys: empty(), values: empty() }).collect();
        Self { layers, head_dim, fill: Fill::empty(capacity) }
    }

    /// Writes a key and a value of one head at `position`. [`Fill::advance`] makes new positions count.
    pub(super) fn write(&mut self, layer: usize, head: usize, position: usize, key: &[f32], value: &[f32]) {
        let head = self.range_of(head);
        let layer = &mut self.layers[layer];
        let panel = &mut layer.keys[head.clone()][position / PANEL * PANEL * self.head_dim..];
        for (lanes, component) in panel.chunks_exact_mut(PANEL).zip(key) {
            lanes[position % PANEL] = *component;
        }
        layer.values[head][position * self.head_dim..][..self.head_dim].copy_from_slice(value);
    }

    /// Keys of one head: panels of `PANEL` tokens, in each the first component of all of them, then the second.
    pub(super) fn keys(&self, layer: usize, head: usize) -> &[f32] {
        &self.layers[layer].keys[self.range_of(head)]
    }

    /// Values of one head, `[capacity, head_dim]`.
    pub(super) fn values(&self, layer: usize, head: usize) -> &[f32] {
        &self.layers[layer].values[self.range_of(head)]
    }

    const fn range_of(&self, head: usize) -> std::ops::Range<usize> {
        let size = self.fill.capacity.next_multiple_of(PANEL) * self.head_dim;
        head * size..(head + 1) * size
    }
}

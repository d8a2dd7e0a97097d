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

/// The cache of a whole model, allocated once and written in place.
pub struct KvCache {
    layers: Vec<Layer>,
    length: usize,
    capacity: usize,
    head_dim: usize,
}

impl KvCache {
    /// An empty cache for `capacity` tokens.
    #[must_use]
    pub fn new(layers: usize, kv_heads: usize, capacity: usize, head_dim: usize) -> Self {
        let empty = || vec![0.0; kv_heads * capacity.next_multiple_of(PANEL) * head_dim];
        let layers = (0..layers).map(|_| Layer { keys: empty(), values: empty() }).collect();
        Self { layers, length: 0, capacity, head_dim }
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

    /// Forgets every token after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Makes room for `count` more tokens.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where they do not fit.
    pub(super) fn reserve(&self, count: usize) -> Result<(), InferenceError> {
        let tokens = self.length + count;
        if tokens > self.capacity {
            return Err(InferenceError::TooLong { tokens, limit: self.capacity });
        }
        Ok(())
    }

    /// Writes a key and a value of one head at `position`. [`KvCache::advance`] makes new positions count.
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

    /// Counts `n` written tokens, once all layers have them.
    pub(super) fn advance(&mut self, n: usize) {
        self.length += n;
    }

    const fn range_of(&self, head: usize) -> std::ops::Range<usize> {
        let size = self.capacity.next_multiple_of(PANEL) * self.head_dim;
        head * size..(head + 1) * size
    }
}

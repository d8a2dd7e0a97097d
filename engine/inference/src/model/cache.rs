//! Keys and values of the tokens that were already read.

use crate::InferenceError;

/// Tokens whose keys lie side by side: two SIMD registers of scores.
pub(super) const PANEL: usize = 8;

/// Tokens that there is memory for at first; then for twice as many, and so on. Most conversations are short.
const FIRST_TOKENS: usize = 256;

/// Keys and values of one layer. `allocated` is a multiple of [`PANEL`].
#[derive(Default)]
struct Layer {
    /// `[kv_heads, allocated / PANEL, head_dim, PANEL]`
    keys: Vec<f32>,
    /// `[kv_heads, head_dim / PANEL, allocated, PANEL]`
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

/// The cache of a whole model, written in place.
pub struct KvCache {
    layers: Vec<Layer>,
    kv_heads: usize,
    head_dim: usize,
    /// Tokens that there is memory for.
    allocated: usize,
    /// What counts of it.
    pub fill: Fill,
}

impl KvCache {
    /// An empty cache for `capacity` tokens. It takes memory as it fills.
    #[must_use]
    pub fn new(layers: usize, kv_heads: usize, capacity: usize, head_dim: usize) -> Self {
        let layers = (0..layers).map(|_| Layer::default()).collect();
        Self { layers, kv_heads, head_dim, allocated: 0, fill: Fill::empty(capacity) }
    }

    /// Makes room for `count` more tokens.
    ///
    /// # Errors
    /// [`InferenceError::TooLong`] where the cache is for fewer.
    pub(super) fn make_room(&mut self, count: usize) -> Result<(), InferenceError> {
        self.fill.check_room(count)?;
        let needed = self.fill.length + count;
        if needed <= self.allocated {
            return Ok(());
        }
        let larger = needed.max(2 * self.allocated).max(FIRST_TOKENS).min(self.fill.capacity).next_multiple_of(PANEL);
        // What lies together for one token, and how often that begins anew.
        let (of_keys, of_values) = (self.head_dim, PANEL);
        let (heads, panels) = (self.kv_heads, self.kv_heads * self.head_dim / PANEL);
        let grow = |all: &mut Vec<f32>, runs: usize, width: usize| {
            let (before, after) = (self.allocated * width, larger * width);
            let mut grown = Vec::with_capacity(runs * after);
            for run in 0..runs {
                grown.extend_from_slice(all.get(run * before..(run + 1) * before).unwrap_or_default());
                grown.resize((run + 1) * after, 0.0);
            }
            *all = grown;
        };
        for Layer { keys, values } in &mut self.layers {
            grow(keys, heads, of_keys);
            grow(values, panels, of_values);
        }
        self.allocated = larger;
        Ok(())
    }

    /// Writes a key and a value of one head at `position`, for which there is room. [`Fill::advance`] makes new positions
    /// count.
    pub(super) fn write(&mut self, layer: usize, head: usize, position: usize, key: &[f32], value: &[f32]) {
        let head = self.range_of(head);
        let layer = &mut self.layers[layer];
        let panel = &mut layer.keys[head.clone()][position / PANEL * PANEL * self.head_dim..];
        for (lanes, component) in panel.chunks_exact_mut(PANEL).zip(key) {
            lanes[position % PANEL] = *component;
        }
        let panels = layer.values[head].chunks_exact_mut(self.allocated * PANEL);
        for (panel, components) in panels.zip(value.chunks_exact(PANEL)) {
            panel[position * PANEL..][..PANEL].copy_from_slice(components);
        }
    }

    /// Keys of one head: panels of `PANEL` tokens, in each the first component of all of them, then the second.
    pub(super) fn keys(&self, layer: usize, head: usize) -> &[f32] {
        &self.layers[layer].keys[self.range_of(head)]
    }

    /// Values of one head: `PANEL` components of all tokens, then the next of all of them. Whoever adds them up reads
    /// memory in order, from its beginning to its end.
    pub(super) fn values(&self, layer: usize, head: usize) -> &[f32] {
        &self.layers[layer].values[self.range_of(head)]
    }

    const fn range_of(&self, head: usize) -> std::ops::Range<usize> {
        let size = self.head_size();
        head * size..(head + 1) * size
    }

    const fn head_size(&self) -> usize {
        self.allocated * self.head_dim
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_with_what_is_written_and_keeps_it() {
        let (heads, head_dim, capacity) = (2, 2 * PANEL, 1_003);
        let vector = |position: usize, head: usize, salt: usize| -> [f32; 2 * PANEL] {
            std::array::from_fn(|i| (position * 160 + head * 80 + salt * 16 + i) as f32)
        };
        let mut cache = KvCache::new(2, heads, capacity, head_dim);
        assert!(cache.layers.iter().all(|layer| layer.keys.is_empty()));
        for position in 0..capacity {
            cache.make_room(1).unwrap();
            for (layer, head) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let [key, value] = [0, 1].map(|salt| vector(position, head, 2 * layer + salt));
                cache.write(layer, head, position, &key, &value);
            }
            cache.fill.advance(1);
            assert!(cache.allocated >= position && cache.allocated <= (2 * position).max(FIRST_TOKENS) + PANEL);
        }
        for (layer, head) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            for position in 0..capacity {
                let (keys, values) = (cache.keys(layer, head), cache.values(layer, head));
                let panel = &keys[position / PANEL * PANEL * head_dim..][..PANEL * head_dim];
                let key: [f32; 2 * PANEL] = std::array::from_fn(|i| panel[i * PANEL + position % PANEL]);
                assert_eq!(key, vector(position, head, 2 * layer));
                let panels = values.chunks_exact(cache.allocated * PANEL);
                let value: Vec<f32> = panels.flat_map(|panel| &panel[position * PANEL..][..PANEL]).copied().collect();
                assert_eq!(value, vector(position, head, 2 * layer + 1));
            }
        }
        assert_eq!(cache.make_room(1), Err(InferenceError::TooLong { tokens: capacity + 1, limit: capacity }));
        cache.fill.truncate(3);
        assert!(cache.make_room(capacity - 3).is_ok() && cache.make_room(capacity - 2).is_err());
    }
}

//! Keys and values of the tokens that were already read.

use burn::tensor::{Device, Tensor};

use crate::InferenceError;

/// Keys and values of one layer, `[kv_heads, capacity, head_dim]` each.
struct Layer {
    keys: Tensor<3>,
    values: Tensor<3>,
}

/// The cache of a whole model, allocated once and written in place.
pub struct KvCache {
    layers: Vec<Option<Layer>>,
    length: usize,
    capacity: usize,
}

impl KvCache {
    /// An empty cache for `capacity` tokens.
    #[must_use]
    pub fn new(layers: usize, kv_heads: usize, capacity: usize, head_dim: usize, device: &Device) -> Self {
        let empty = || Tensor::zeros([kv_heads, capacity, head_dim], device);
        Self {
            layers: (0..layers).map(|_| Some(Layer { keys: empty(), values: empty() })).collect(),
            length: 0,
            capacity,
        }
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

    /// Writes the keys and values `[kv_heads, n, head_dim]` of `n` new tokens and returns views of all tokens' up to them.
    /// [`KvCache::advance`] makes them count.
    pub(super) fn append(&mut self, layer: usize, keys: Tensor<3>, values: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        let [heads, n, head_dim] = keys.dims();
        let (start, end) = (self.length, self.length + n);
        let slot = &mut self.layers[layer];
        let Some(old) = slot.take() else {
            unreachable!("every layer is put back below");
        };
        // The tensors are owned here alone, so the assignment writes in place.
        let new = Layer {
            keys: old.keys.slice_assign([0..heads, start..end, 0..head_dim], keys),
            values: old.values.slice_assign([0..heads, start..end, 0..head_dim], values),
        };
        let views = (
            new.keys.clone().slice([0..heads, 0..end, 0..head_dim]),
            new.values.clone().slice([0..heads, 0..end, 0..head_dim]),
        );
        *slot = Some(new);
        views
    }

    /// Counts `n` appended tokens, once all layers have them.
    pub(super) fn advance(&mut self, n: usize) {
        self.length += n;
    }
}

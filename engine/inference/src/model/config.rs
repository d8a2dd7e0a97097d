//! Dimensions of a decoder, from GGUF metadata.

use super::cache::PANEL;
use super::rope::{RopeConfig, Scaling};
use crate::InferenceError;
use crate::format::{Gguf, Value};

/// Families of decoders that differ in details only: which tensors a layer has is read from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Llama 1 to 3, SmolLM2, TinyLlama, Mistral 7B.
    Llama,
    /// Qwen2 and Qwen2.5: biases of queries, keys and values.
    Qwen2,
    /// Qwen3: norms of queries and keys.
    Qwen3,
    /// Phi-3, Phi-3.5 and Phi-4-mini: fused matrices.
    Phi3,
}

impl Family {
    /// The family of models with this name, llama.cpp's and `transformers`'.
    ///
    /// # Errors
    /// [`InferenceError::Unsupported`] for the others.
    pub fn of(architecture: &str) -> Result<Self, InferenceError> {
        match architecture {
            "llama" => Ok(Self::Llama),
            "qwen2" => Ok(Self::Qwen2),
            "qwen3" => Ok(Self::Qwen3),
            "phi3" => Ok(Self::Phi3),
            other => Err(InferenceError::Unsupported(format!(
                "its architecture is {other:?}; llama, qwen2, qwen3 and phi3 are read"
            ))),
        }
    }
}

/// Dimensions of a decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct DecoderConfig {
    /// Which details apply.
    pub family: Family,
    /// Whether the files' query and key weights turn component `2i` with `2i + 1`, instead of `i` with `i + d/2`.
    pub turns_neighbours: bool,
    /// Layers.
    pub layers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; divides `heads`.
    pub kv_heads: usize,
    /// Width of one head.
    pub head_dim: usize,
    /// Width of the feed-forward layer.
    pub ff_width: usize,
    /// Tokens in the vocabulary.
    pub vocabulary: usize,
    /// Longest context that the model was trained for.
    pub context: usize,
    /// How many tokens a token sees, itself among them; `None` where it sees all.
    pub window: Option<usize>,
    /// How positions turn queries and keys.
    pub rope: RopeConfig,
    /// Added to the mean square in RMS norm.
    pub norm_epsilon: f32,
}

/// Upper bound of every dimension; the largest models of these families stay below (vocabulary 262,144).
pub(crate) const MAX_DIM: usize = 1 << 20;

/// Metadata under the architecture's own prefix.
struct Entries<'a> {
    gguf: &'a Gguf<'a>,
    architecture: &'a str,
}

impl Entries<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.gguf.metadata().get(&format!("{}.{key}", self.architecture))
    }

    fn optional(&self, key: &str) -> Result<Option<usize>, InferenceError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.as_usize() {
            Some(value) if (1..=MAX_DIM).contains(&value) => Ok(Some(value)),
            _ => Err(InferenceError::Damaged(format!("{}.{key} is out of range", self.architecture))),
        }
    }

    fn number(&self, key: &str) -> Result<usize, InferenceError> {
        let missing = || InferenceError::Damaged(format!("it lacks the entry {}.{key}", self.architecture));
        self.optional(key)?.ok_or_else(missing)
    }

    /// A positive finite float.
    fn float(&self, key: &str) -> Result<Option<f32>, InferenceError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.as_f32() {
            Some(value) if value > 0.0 && value.is_finite() => Ok(Some(value)),
            _ => Err(InferenceError::Damaged(format!("{}.{key} is out of range", self.architecture))),
        }
    }
}

impl DecoderConfig {
    /// Bytes that the keys and values of one token take in a cache of 32-bit floats.
    #[must_use]
    pub const fn cache_bytes_per_token(&self) -> usize {
        // A damaged file can name numbers whose product is none on a machine of 32 bits.
        (2 * size_of::<f32>()).saturating_mul(self.layers).saturating_mul(self.kv_heads).saturating_mul(self.head_dim)
    }

    /// Reads the dimensions from a file's metadata. What its tensors add is another step: [`DecoderConfig::with_factors`].
    ///
    /// # Errors
    /// [`InferenceError`] where an entry is missing or out of range, or the model needs what is not there.
    pub fn from_gguf(gguf: &Gguf<'_>) -> Result<Self, InferenceError> {
        let architecture = gguf.required("general.architecture")?.as_str().unwrap_or_default();
        let family = Family::of(architecture)?;
        let entries = Entries { gguf, architecture };
        if entries.get("expert_count").and_then(Value::as_usize).is_some_and(|experts| experts > 0) {
            return Err(InferenceError::Unsupported("it is a mixture of experts".to_owned()));
        }
        let (width, heads) = (entries.number("embedding_length")?, entries.number("attention.head_count")?);
        let head_dim = entries.optional("attention.key_length")?.unwrap_or(width / heads);
        let trained = entries.number("context_length")?;
        if entries.optional("attention.value_length")?.is_some_and(|values| values != head_dim) {
            return Err(InferenceError::Damaged("its attention heads do not fit together".to_owned()));
        }
        Self {
            family,
            // Of the families, llama.cpp's converter reorders only this one.
            turns_neighbours: family == Family::Llama,
            layers: entries.number("block_count")?,
            width,
            heads,
            kv_heads: entries.optional("attention.head_count_kv")?.unwrap_or(heads),
            head_dim,
            ff_width: entries.number("feed_forward_length")?,
            vocabulary: gguf.required("tokenizer.ggml.tokens")?.as_array().map_or(0, <[_]>::len),
            context: trained,
            window: entries.get("attention.sliding_window").and_then(Value::as_usize).filter(|window| *window > 0),
            rope: rope(&entries, head_dim)?,
            norm_epsilon: entries.float("attention.layer_norm_rms_epsilon")?.unwrap_or(1e-5),
        }
        .checked()
    }

    /// The same with the factors of Llama 3.1 and of longrope, which stand in a tensor, for contexts of at most `context`
    /// tokens.
    ///
    /// # Errors
    /// [`InferenceError`] where they are out of range, or cannot be read.
    pub async fn with_factors(mut self, gguf: &Gguf<'_>, context: usize) -> Result<Self, InferenceError> {
        let architecture = gguf.required("general.architecture")?.as_str().unwrap_or_default();
        let original = Entries { gguf, architecture }.optional("rope.scaling.original_context_length")?;
        let length =
            if original.is_some_and(|original| context.min(self.context) > original) { "long" } else { "short" };
        let names = ["rope_freqs.weight".to_owned(), format!("rope_factors_{length}.weight")];
        if let Some(name) = names.iter().find(|name| gguf.tensors().has(name)) {
            let tensor = gguf.tensors().read(name, &[self.rope.dims / 2]).await?;
            self.rope.factors = Some(tensor.kind.dequantise(&tensor.bytes));
        }
        self.checked()
    }

    /// The dimensions, where they fit together.
    pub(crate) fn checked(self) -> Result<Self, InferenceError> {
        let Self { heads, kv_heads, head_dim, .. } = self;
        let RopeConfig { dims, factors, .. } = &self.rope;
        if heads == 0 || kv_heads == 0 || !heads.is_multiple_of(kv_heads) || head_dim == 0 || heads > MAX_DIM / head_dim
        {
            return Err(InferenceError::Damaged("its attention heads do not fit together".to_owned()));
        }
        if !head_dim.is_multiple_of(PANEL) {
            return Err(InferenceError::Unsupported(format!("its heads are no multiple of {PANEL} wide")));
        }
        if *dims == 0 || !dims.is_multiple_of(2) || *dims > head_dim || *dims != head_dim && self.turns_neighbours {
            return Err(InferenceError::Unsupported(format!("it turns {dims} of {head_dim} components of a head")));
        }
        let sound = |factors: &Vec<f32>| {
            factors.len() == dims / 2 && factors.iter().all(|factor| *factor > 0.0 && factor.is_finite())
        };
        if !factors.as_ref().is_none_or(sound) {
            return Err(InferenceError::Damaged("the factors of its positions are out of range".to_owned()));
        }
        Ok(self)
    }
}

fn rope(entries: &Entries<'_>, head_dim: usize) -> Result<RopeConfig, InferenceError> {
    let dims = entries.optional("rope.dimension_count")?.unwrap_or(head_dim);
    let original = entries.optional("rope.scaling.original_context_length")?;
    let factor = entries.float("rope.scaling.factor")?.unwrap_or(1.0);
    let scaling = match entries.get("rope.scaling.type").and_then(Value::as_str).unwrap_or("none") {
        // The factors of Llama 3.1 and of longrope stand in tensors.
        "none" | "longrope" => Scaling::None,
        "linear" => Scaling::Linear { factor },
        "yarn" => {
            let missing = || InferenceError::Damaged("it lacks the context that YaRN began with".to_owned());
            Scaling::Yarn { factor, original: original.ok_or_else(missing)? }
        }
        other => return Err(InferenceError::Unsupported(format!("it scales its positions by {other:?}"))),
    };
    Ok(RopeConfig {
        head_dim,
        dims,
        base: entries.float("rope.freq_base")?.unwrap_or(10_000.0),
        scaling,
        factors: None,
        amplitude: entries.float("rope.scaling.attn_factor")?.unwrap_or(1.0),
    })
}

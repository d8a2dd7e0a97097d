//! Dimensions of a decoder, from the `config.json` of `transformers`.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::InferenceError;
use crate::model::config::{DecoderConfig, Family, MAX_DIM};
use crate::model::rope::{RopeConfig, Scaling, YARN_TURNS};

/// What is read of the file. Names are those of `transformers`.
#[derive(Debug, Deserialize)]
pub(super) struct HubConfig {
    #[serde(rename = "_name_or_path")]
    name_or_path: Option<String>,
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    rms_norm_eps: f32,
    hidden_act: Option<String>,
    sliding_window: Option<usize>,
    use_sliding_window: Option<bool>,
    attention_bias: Option<bool>,
    mlp_bias: Option<bool>,
    quantization_config: Option<IgnoredAny>,
    pub tie_word_embeddings: Option<bool>,
    eos_token_id: Option<Ids>,
    rope_theta: Option<f32>,
    partial_rotary_factor: Option<f32>,
    original_max_position_embeddings: Option<usize>,
    /// Until version 4 of the library.
    rope_scaling: Option<HubRope>,
    /// From version 5 on.
    rope_parameters: Option<HubRope>,
}

/// One number or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Ids {
    One(u32),
    Several(Vec<u32>),
}

/// How positions are scaled.
#[derive(Debug, Default, Clone, Deserialize)]
struct HubRope {
    rope_type: Option<String>,
    /// The older name of it.
    r#type: Option<String>,
    rope_theta: Option<f32>,
    partial_rotary_factor: Option<f32>,
    factor: Option<f32>,
    original_max_position_embeddings: Option<usize>,
    attention_factor: Option<f32>,
    low_freq_factor: Option<f32>,
    high_freq_factor: Option<f32>,
    short_factor: Option<Vec<f32>>,
    long_factor: Option<Vec<f32>>,
    beta_fast: Option<f64>,
    beta_slow: Option<f64>,
    mscale: Option<f32>,
    mscale_all_dim: Option<f32>,
}

impl HubConfig {
    /// Reads the file.
    ///
    /// # Errors
    /// [`InferenceError::Damaged`] names the field that is missing or of another type.
    pub fn parse(json: &[u8]) -> Result<Self, InferenceError> {
        serde_json::from_slice(json).map_err(|error| damaged(&error.to_string()))
    }

    /// The end of the path that it was loaded from.
    pub fn name(&self) -> Option<&str> {
        let path = self.name_or_path.as_deref()?.trim_end_matches(['/', '\\']);
        path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty() && *name != ".")
    }

    /// Which family of models it is of.
    pub fn family(&self) -> Result<Family, InferenceError> {
        match self.model_type.as_str() {
            "mistral" => Ok(Family::Llama),
            other => Family::of(other),
        }
    }

    /// Rows of the embedding: at least as many as there are tokens.
    pub fn vocabulary(&self) -> usize {
        self.vocab_size
    }

    /// The first token that ends a message.
    pub fn first_end(&self) -> Option<u32> {
        match self.eos_token_id.as_ref()? {
            Ids::One(id) => Some(*id),
            Ids::Several(ids) => ids.first().copied(),
        }
    }

    /// The dimensions, for contexts of at most `context` tokens.
    pub fn decoder(&self, context: usize) -> Result<DecoderConfig, InferenceError> {
        let family = self.family()?;
        self.check_parts(family)?;
        let dims = [
            ("hidden_size", self.hidden_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("num_key_value_heads", self.num_key_value_heads.unwrap_or(1)),
            ("head_dim", self.head_dim.unwrap_or(1)),
            ("intermediate_size", self.intermediate_size),
            ("vocab_size", self.vocab_size),
            ("max_position_embeddings", self.max_position_embeddings),
        ];
        if let Some((name, value)) = dims.into_iter().find(|(_, value)| !(1..=MAX_DIM).contains(value)) {
            return Err(damaged(&format!("{name} is {value}, which is out of range")));
        }
        if !(self.rms_norm_eps > 0.0 && self.rms_norm_eps.is_finite()) {
            return Err(damaged("rms_norm_eps is out of range"));
        }
        let heads = self.num_attention_heads;
        let head_dim = self.head_dim.unwrap_or(self.hidden_size / heads);
        DecoderConfig {
            family,
            turns_neighbours: false,
            layers: self.num_hidden_layers,
            width: self.hidden_size,
            heads,
            kv_heads: self.num_key_value_heads.unwrap_or(heads),
            head_dim,
            ff_width: self.intermediate_size,
            vocabulary: self.vocab_size,
            context: self.max_position_embeddings,
            window: self.sliding_window.filter(|window| *window > 0 && self.use_sliding_window != Some(false)),
            rope: self.rope(head_dim, context.min(self.max_position_embeddings))?,
            norm_epsilon: self.rms_norm_eps,
        }
        .checked()
    }

    /// Whether the model has parts that the families here do not.
    fn check_parts(&self, family: Family) -> Result<(), InferenceError> {
        let activation = self.hidden_act.as_deref().unwrap_or("silu");
        let unsupported = |what: String| Err(InferenceError::Unsupported(what));
        match () {
            () if activation != "silu" => unsupported(format!("its activation is {activation:?}; silu is read")),
            () if self.quantization_config.is_some() => {
                unsupported("its safetensors are quantised; as GGUF it could be used".to_owned())
            }
            // Of Qwen2 only queries, keys and values have biases, which needs no word in the file.
            () if self.attention_bias == Some(true) && family != Family::Qwen2 || self.mlp_bias == Some(true) => {
                unsupported("its matrices have biases".to_owned())
            }
            () if self.use_sliding_window == Some(true) => {
                unsupported("some of its layers see less of the text than others".to_owned())
            }
            () => Ok(()),
        }
    }

    fn rope(&self, head_dim: usize, context: usize) -> Result<RopeConfig, InferenceError> {
        let given = self.rope_parameters.as_ref().or(self.rope_scaling.as_ref()).cloned().unwrap_or_default();
        let share = given.partial_rotary_factor.or(self.partial_rotary_factor).unwrap_or(1.0);
        if !(share > 0.0 && share <= 1.0) {
            return Err(damaged("partial_rotary_factor is out of range"));
        }
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let dims = (head_dim as f32 * share) as usize;
        let base = positive("rope_theta", given.rope_theta.or(self.rope_theta))?.unwrap_or(10_000.0);
        let factor = positive("factor", given.factor)?;
        let attention = positive("attention_factor", given.attention_factor)?;
        let original = given.original_max_position_embeddings.or(self.original_max_position_embeddings);
        let missing = |name: &str| damaged(&format!("its rope_scaling lacks {name}"));
        let mut rope = RopeConfig {
            head_dim,
            dims,
            base,
            scaling: Scaling::None,
            factors: None,
            amplitude: attention.unwrap_or(1.0),
        };
        match given.rope_type.as_deref().or(given.r#type.as_deref()).unwrap_or("default") {
            "default" => {}
            "linear" => rope.scaling = Scaling::Linear { factor: factor.ok_or_else(|| missing("factor"))? },
            "llama3" => {
                let bounds = Llama3 {
                    factor: factor.ok_or_else(|| missing("factor"))?,
                    low: positive("low_freq_factor", given.low_freq_factor)?
                        .ok_or_else(|| missing("low_freq_factor"))?,
                    high: positive("high_freq_factor", given.high_freq_factor)?
                        .ok_or_else(|| missing("high_freq_factor"))?,
                    original: original.ok_or_else(|| missing("original_max_position_embeddings"))?,
                };
                rope.factors = Some(bounds.factors(dims, base));
            }
            "yarn" => {
                let turns = [given.beta_fast.unwrap_or(YARN_TURNS[0]), given.beta_slow.unwrap_or(YARN_TURNS[1])];
                if turns != YARN_TURNS || given.mscale.or(given.mscale_all_dim).is_some() {
                    return Err(InferenceError::Unsupported("its YaRN has bounds or factors of its own".to_owned()));
                }
                let factor = factor.ok_or_else(|| missing("factor"))?;
                let original = original.unwrap_or(self.max_position_embeddings);
                rope.scaling = Scaling::Yarn { factor, original };
                // The factor is instead of the paper's, which [`Scaling::Yarn`] brings.
                #[allow(clippy::cast_possible_truncation, reason = "a number near 1")]
                let own = Scaling::yarn_amplitude(factor) as f32;
                rope.amplitude = attention.map_or(1.0, |attention| attention / own);
            }
            "longrope" | "su" => {
                let original = original.ok_or_else(|| missing("original_max_position_embeddings"))?;
                let (name, factors) = if context > original {
                    ("long_factor", given.long_factor)
                } else {
                    ("short_factor", given.short_factor)
                };
                rope.factors = Some(factors.ok_or_else(|| missing(name))?);
                rope.amplitude =
                    attention.unwrap_or_else(|| longrope_amplitude(self.max_position_embeddings, original));
            }
            other => return Err(InferenceError::Unsupported(format!("it scales its positions by {other:?}"))),
        }
        Ok(rope)
    }
}

/// How Llama 3.1 scales frequencies: slow ones by the factor, fast ones not, those between partly.
struct Llama3 {
    factor: f32,
    low: f32,
    high: f32,
    original: usize,
}

impl Llama3 {
    /// By which the frequency of each pair is divided, as llama.cpp's converter writes it into files.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "dimensions and contexts are small"
    )]
    fn factors(&self, dims: usize, base: f32) -> Vec<f32> {
        let [factor, low, high] = [self.factor, self.low, self.high].map(f64::from);
        let original = self.original as f64;
        (0..dims / 2)
            .map(|pair| {
                let wavelength = std::f64::consts::TAU * f64::from(base).powf(2.0 * pair as f64 / dims as f64);
                if wavelength < original / high {
                    1.0
                } else if wavelength > original / low {
                    self.factor
                } else {
                    let smooth = (original / wavelength - low) / (high - low);
                    (1.0 / ((1.0 - smooth) / factor + smooth)) as f32
                }
            })
            .collect()
    }
}

/// How much LongRoPE (Ding et al. 2024) amplifies what it turns.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "contexts are small")]
fn longrope_amplitude(trained: usize, original: usize) -> f32 {
    let scale = trained as f64 / original as f64;
    if scale <= 1.0 { 1.0 } else { (1.0 + scale.ln() / (original as f64).ln()).sqrt() as f32 }
}

fn positive(name: &str, value: Option<f32>) -> Result<Option<f32>, InferenceError> {
    match value {
        Some(value) if !(value > 0.0 && value.is_finite()) => Err(damaged(&format!("{name} is out of range"))),
        value => Ok(value),
    }
}

fn damaged(what: &str) -> InferenceError {
    InferenceError::Damaged(format!("config.json: {what}"))
}

#[cfg(test)]
mod tests;

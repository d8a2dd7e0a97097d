use serde_json::{Value, json};

use super::*;

fn config(changes: &Value) -> Result<DecoderConfig, InferenceError> {
    let mut config = json!({
        "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96,
        "vocab_size": 100, "max_position_embeddings": 256, "rms_norm_eps": 1e-6
    });
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::String(word) if word == "absent" => drop(config.as_object_mut().unwrap().remove(key)),
            value => config[key] = value.clone(),
        }
    }
    HubConfig::parse(config.to_string().as_bytes())?.decoder(512)
}

#[test]
fn what_is_absent_has_the_librarys_defaults() {
    let config = config(&json!({})).unwrap();
    assert_eq!((config.kv_heads, config.head_dim, config.window, config.turns_neighbours), (4, 16, None, false));
    assert_eq!((config.rope.base, config.rope.scaling, config.rope.dims), (10_000.0, Scaling::None, 16));
}

#[test]
fn older_and_newer_files_say_the_same() {
    let scaled = json!({"factor": 4.0, "original_max_position_embeddings": 64});
    let merged = |other: &Value| {
        let mut all = scaled.clone();
        all.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        all
    };
    let old = json!({"rope_theta": 5e5, "rope_scaling": merged(&json!({"type": "yarn"}))});
    let new = json!({"rope_parameters": merged(&json!({"rope_type": "yarn", "rope_theta": 5e5}))});
    let [old, new] = [old, new].map(|changes| config(&changes).unwrap());
    assert_eq!(old, new);
    assert_eq!(new.rope.scaling, Scaling::Yarn { factor: 4.0, original: 64 });
    let llama3 = json!({"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0});
    let factors = config(&json!({"rope_scaling": merged(&llama3)})).unwrap().rope.factors.unwrap();
    assert_eq!((factors[0], factors[7], factors.len()), (1.0, 4.0, 8));
    let window = |changes| config(&changes).unwrap().window;
    assert_eq!(window(json!({"model_type": "mistral", "sliding_window": 128})), Some(128));
    assert_eq!(window(json!({"model_type": "qwen2", "sliding_window": 128, "use_sliding_window": false})), None);
}

#[test]
fn what_is_wrong_is_named() {
    let faults = [
        (json!({"hidden_size": "absent"}), "missing field `hidden_size`"),
        (json!({"hidden_size": -1}), "invalid value"),
        (json!({"hidden_size": 0}), "hidden_size is 0"),
        (json!({"num_hidden_layers": 4_000_000_000u64}), "num_hidden_layers is 4000000000"),
        (json!({"vocab_size": "many"}), "invalid type: string \"many\""),
        (json!({"num_key_value_heads": 3}), "heads do not fit"),
        (json!({"head_dim": 1_048_576, "num_attention_heads": 1_048_576}), "heads do not fit"),
        (json!({"rms_norm_eps": 0.0}), "rms_norm_eps"),
        (json!({"rope_theta": -1.0}), "rope_theta"),
        (json!({"rope_scaling": {"type": "linear"}}), "lacks factor"),
        (json!({"rope_scaling": {"type": "linear", "factor": 0.0}}), "factor is out of range"),
        (json!({"rope_scaling": {"type": "longrope", "original_max_position_embeddings": 8}}), "lacks long_factor"),
        (
            json!({"rope_scaling": {"type": "su", "original_max_position_embeddings": 8, "long_factor": [1.0, 2.0]}}),
            "the factors of its positions",
        ),
        (json!({"partial_rotary_factor": 2.0}), "partial_rotary_factor"),
    ];
    for (changes, expected) in faults {
        match config(&changes) {
            Err(InferenceError::Damaged(what)) => assert!(what.contains(expected), "{what}"),
            other => panic!("{changes}: {other:?}"),
        }
    }
    let unsupported = [
        (json!({"model_type": "gemma2"}), "gemma2"),
        (json!({"hidden_act": "gelu"}), "gelu"),
        (json!({"attention_bias": true}), "biases"),
        (json!({"mlp_bias": true}), "biases"),
        (json!({"quantization_config": {"bits": 4}}), "quantised"),
        (json!({"model_type": "qwen2", "use_sliding_window": true}), "less of the text"),
        (json!({"rope_scaling": {"type": "dynamic", "factor": 2.0}}), "dynamic"),
        (json!({"rope_scaling": {"type": "yarn", "factor": 2.0, "beta_fast": 16}}), "YaRN"),
        (json!({"num_attention_heads": 16}), "multiple of 8"),
        (json!({"partial_rotary_factor": 0.2}), "components of a head"),
    ];
    for (changes, expected) in unsupported {
        match config(&changes) {
            Err(InferenceError::Unsupported(what)) => assert!(what.contains(expected), "{what}"),
            other => panic!("{changes}: {other:?}"),
        }
    }
}

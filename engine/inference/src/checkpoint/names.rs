//! Names of tensors.

/// The name in `transformers` of a tensor with llama.cpp's name; `fused` where one matrix holds queries, keys and values, and one
/// gate and up projection (Phi-3).
pub(super) fn in_transformers(name: &str, fused: bool) -> Option<String> {
    match name {
        "token_embd.weight" => return Some("model.embed_tokens.weight".to_owned()),
        "output_norm.weight" => return Some("model.norm.weight".to_owned()),
        "output.weight" => return Some("lm_head.weight".to_owned()),
        _ => {}
    }
    let (layer, rest) = name.strip_prefix("blk.")?.split_once('.')?;
    let (part, kind) = rest.rsplit_once('.')?;
    let part = match part {
        "attn_norm" => "input_layernorm",
        "attn_q" => "self_attn.q_proj",
        "attn_k" => "self_attn.k_proj",
        "attn_v" => "self_attn.v_proj",
        "attn_qkv" if fused => "self_attn.qkv_proj",
        "attn_q_norm" => "self_attn.q_norm",
        "attn_k_norm" => "self_attn.k_norm",
        "attn_output" => "self_attn.o_proj",
        "ffn_norm" => "post_attention_layernorm",
        "ffn_gate" if !fused => "mlp.gate_proj",
        "ffn_up" if fused => "mlp.gate_up_proj",
        "ffn_up" => "mlp.up_proj",
        "ffn_down" => "mlp.down_proj",
        _ => return None,
    };
    Some(format!("model.layers.{layer}.{part}.{kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_layer_has_a_name() {
        let name = |name, fused| in_transformers(name, fused);
        assert_eq!(name("blk.12.attn_q.bias", false).as_deref(), Some("model.layers.12.self_attn.q_proj.bias"));
        assert_eq!(name("blk.0.ffn_up.weight", true).as_deref(), Some("model.layers.0.mlp.gate_up_proj.weight"));
        assert_eq!(name("blk.0.ffn_gate.weight", true), None);
        assert_eq!(name("blk.0.attn_qkv.weight", false), None);
        assert_eq!(name("rope_freqs.weight", false), None);
    }
}

// Four bits per weight. An octet is a word: the weight `i` in the low half of byte `i`, the weight `4 + i` in its high half.
alias Word = u32;

fn quants(octet: u32) -> mat2x4<f32> {
    let bytes = vec4<u32>(words[octet]) >> vec4<u32>(0u, 8u, 16u, 24u);
    return mat2x4<f32>(vec4<f32>(bytes & vec4<u32>(15u)), vec4<f32>((bytes >> vec4<u32>(4u)) & vec4<u32>(15u)));
}

// Scale and minimum.
fn scale_of(octet: u32) -> vec2<f32> {
    return unpack2x16float(scales[octet / 4u]);
}

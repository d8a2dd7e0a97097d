// Six bits per weight. The lower four lie as in packing_nibbles.wgsl; from `dims.upper` on, a word has the upper two of two
// octets. A scale belongs to 16 weights.
alias Word = u32;

fn quants(octet: u32) -> mat2x4<f32> {
    let bytes = vec4<u32>(words[octet]) >> vec4<u32>(0u, 8u, 16u, 24u);
    let upper = words[dims.upper + octet / 2u] >> (16u * (octet & 1u));
    let first = (vec4<u32>(upper) >> vec4<u32>(0u, 2u, 4u, 6u)) & vec4<u32>(3u);
    let second = (vec4<u32>(upper) >> vec4<u32>(8u, 10u, 12u, 14u)) & vec4<u32>(3u);
    let low = (bytes & vec4<u32>(15u)) | (first << vec4<u32>(4u));
    let high = ((bytes >> vec4<u32>(4u)) & vec4<u32>(15u)) | (second << vec4<u32>(4u));
    return mat2x4<f32>(vec4<f32>(low) - 32.0, vec4<f32>(high) - 32.0);
}

// Scale and minimum, of which there is none.
fn scale_of(octet: u32) -> vec2<f32> {
    let both = unpack2x16float(scales[octet / 4u]);
    return vec2<f32>(select(both.x, both.y, (octet & 2u) != 0u), 0.0);
}

// A signed byte per weight. An octet is two words.
alias Word = vec2<u32>;

fn quants(octet: u32) -> mat2x4<f32> {
    let pair = words[octet];
    let shifts = vec4<u32>(24u, 16u, 8u, 0u);
    let low = bitcast<vec4<i32>>(vec4<u32>(pair.x) << shifts) >> vec4<u32>(24u);
    let high = bitcast<vec4<i32>>(vec4<u32>(pair.y) << shifts) >> vec4<u32>(24u);
    return mat2x4<f32>(vec4<f32>(low), vec4<f32>(high));
}

// Scale and minimum.
fn scale_of(octet: u32) -> vec2<f32> {
    return unpack2x16float(scales[octet / 4u]);
}

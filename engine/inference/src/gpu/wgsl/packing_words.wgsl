// Sixteen bits per weight: floats. An octet is four words.
alias Word = vec4<u32>;

fn quants(octet: u32) -> mat2x4<f32> {
    let four = bitcast<vec4<i32>>(words[octet]);
    let even = vec4<f32>((four << vec4<u32>(16u)) >> vec4<u32>(16u));
    let odd = vec4<f32>(four >> vec4<u32>(16u));
    return mat2x4<f32>(vec4<f32>(even.x, odd.x, even.y, odd.y), vec4<f32>(even.z, odd.z, even.w, odd.w));
}

// Scale and minimum, of which there is none.
fn scale_of(octet: u32) -> vec2<f32> {
    return vec2<f32>(bitcast<f32>(scales[octet / 4u]), 0.0);
}

// A matrix whose weights stay quantised: octets of eight weights along the rows, four of which share a scale.

struct Dims {
    rows: u32,
    columns: u32,
    // Where the first row's product goes in a row of outputs, and how long such a row is.
    out_first: u32,
    out_stride: u32,
    // The word from which the upper bits lie (packing_sixes.wgsl).
    upper: u32,
    // 1 where only the last token's row of inputs is multiplied.
    of_last: u32,
    // Added to the mean square in RMS norm.
    epsilon: f32,
}

struct Step {
    // Tokens that are read now.
    tokens: u32,
    // Position of the first of them.
    start: u32,
    // Index of the last of them among them.
    last: u32,
}

@group(0) @binding(0) var<storage, read> words: array<Word>;
@group(0) @binding(1) var<storage, read> scales: array<u32>;
@group(0) @binding(6) var<uniform> dims: Dims;
@group(0) @binding(7) var<uniform> now: Step;

// What the lanes of a workgroup of `LANES` (a power of two) come to: by halves, through its memory.

var<workgroup> folded: array<f32, LANES>;

fn lanes_sum(lane: u32, value: f32) -> f32 {
    // Whoever still reads the last result.
    workgroupBarrier();
    folded[lane] = value;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if lane < half {
            folded[lane] += folded[lane + half];
        }
    }
    workgroupBarrier();
    return folded[0];
}

fn lanes_largest(lane: u32, value: f32) -> f32 {
    workgroupBarrier();
    folded[lane] = value;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if lane < half {
            folded[lane] = max(folded[lane], folded[lane + half]);
        }
    }
    workgroupBarrier();
    return folded[0];
}

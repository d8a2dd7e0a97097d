// Sums of several rows at once over a workgroup of `LANES`: by halves, through its memory.

var<workgroup> partial_rows: array<vec4<f32>, LANES>;

fn sum_rows(lane: u32, value: vec4<f32>) -> vec4<f32> {
    partial_rows[lane] = value;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if lane < half {
            partial_rows[lane] += partial_rows[lane + half];
        }
    }
    workgroupBarrier();
    return partial_rows[0];
}

// Sums over a workgroup of `LANES` that is one subgroup.

fn sum_rows(lane: u32, value: vec4<f32>) -> vec4<f32> {
    return subgroupAdd(value);
}

fn lanes_sum(lane: u32, value: f32) -> f32 {
    return subgroupAdd(value);
}

// Rows of the embedding for the tokens that are read.

@group(0) @binding(2) var<storage, read> tokens: array<u32>;
@group(0) @binding(5) var<storage, read_write> outputs: array<vec4<f32>>;

@compute @workgroup_size(64)
fn embed(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let octets = dims.columns / 8u;
    let octet = group.x * 64u + lane;
    // A table may lie in several buffers: each has the rows from `out_first` on.
    let token = tokens[group.y];
    if octet >= octets || token < dims.out_first || token >= dims.out_first + dims.rows {
        return;
    }
    let at = (token - dims.out_first) * octets + octet;
    let q = quants(at);
    let scale = scale_of(at);
    outputs[(group.y * octets + octet) * 2u] = scale.x * q[0] + scale.y;
    outputs[(group.y * octets + octet) * 2u + 1u] = scale.x * q[1] + scale.y;
}

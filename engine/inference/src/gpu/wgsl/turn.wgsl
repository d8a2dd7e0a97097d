// Turns queries and keys by their positions (Su et al. 2021), after the norms that some families have, and puts keys and
// values into the cache. A workgroup has one head of one token.

@group(0) @binding(0) var<storage, read_write> rows: array<f32>;
// Of each position, cosine and sine of each pair.
@group(0) @binding(1) var<storage, read> tables: array<vec2<f32>>;
// [kv_heads, head_dim / 2, capacity], two 16-bit floats each: lanes that score neighbouring tokens read neighbours.
@group(0) @binding(2) var<storage, read_write> keys: array<u32>;
// [kv_heads, capacity, head_dim / 2]
@group(0) @binding(3) var<storage, read_write> values: array<u32>;
// Of a head of the queries, then of the keys.
@group(0) @binding(6) var<storage, read> gains: array<f32>;

const LANES = 64u;

var<workgroup> head: array<f32, WIDEST>;

@compute @workgroup_size(LANES)
fn turn(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let position = now.start + group.y;
    let stride = (heads.heads + 2u * heads.kv_heads) * heads.head_dim;
    let row = group.y * stride + group.x * heads.head_dim;
    let is_value = group.x >= heads.heads + heads.kv_heads;
    let is_key = !is_value && group.x >= heads.heads;
    for (var i = lane; i < heads.head_dim; i += LANES) {
        head[i] = rows[row + i];
    }
    workgroupBarrier();
    if NORM && !is_value {
        var square = 0.0;
        for (var i = lane; i < heads.head_dim; i += LANES) {
            square += head[i] * head[i];
        }
        let factor = inverseSqrt(lanes_sum(lane, square) / f32(heads.head_dim) + heads.epsilon);
        let first = select(0u, heads.head_dim, is_key);
        for (var i = lane; i < heads.head_dim; i += LANES) {
            head[i] *= factor * gains[first + i];
        }
        workgroupBarrier();
    }
    if !is_value {
        for (var i = lane; i < heads.turning; i += LANES) {
            let turned = tables[position * heads.turning + i];
            let a = head[i];
            let b = head[i + heads.turning];
            head[i] = a * turned.x - b * turned.y;
            head[i + heads.turning] = b * turned.x + a * turned.y;
        }
        workgroupBarrier();
    }
    let pairs = heads.head_dim / 2u;
    if is_value {
        let kv_head = group.x - heads.heads - heads.kv_heads;
        for (var i = lane; i < pairs; i += LANES) {
            values[(kv_head * heads.capacity + position) * pairs + i] = pack2x16float(vec2<f32>(head[2u * i], head[2u * i + 1u]));
        }
    } else if is_key {
        let kv_head = group.x - heads.heads;
        for (var i = lane; i < pairs; i += LANES) {
            keys[(kv_head * pairs + i) * heads.capacity + position] = pack2x16float(vec2<f32>(head[2u * i], head[2u * i + 1u]));
        }
    } else {
        for (var i = lane; i < heads.head_dim; i += LANES) {
            rows[row + i] = head[i];
        }
    }
}

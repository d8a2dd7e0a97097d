// Grouped-query attention (Ainslie et al. 2023) with a running softmax (Milakov and Gimelshein 2018). A workgroup has one head
// of one token and takes what it sees in chunks: a lane scores a token, then sums a pair of components over some of them.

@group(0) @binding(0) var<storage, read> rows: array<f32>;
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read> values: array<u32>;
@group(0) @binding(3) var<storage, read_write> gathered: array<f32>;

const LANES = 128u;

var<workgroup> query: array<f32, WIDEST>;
var<workgroup> weights: array<f32, LANES>;
var<workgroup> sums: array<vec2<f32>, LANES>;

@compute @workgroup_size(LANES)
fn attend(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head_dim = heads.head_dim;
    let pairs = head_dim / 2u;
    let kv_head = group.x / (heads.heads / heads.kv_heads);
    let end = now.start + group.y + 1u;
    var first = 0u;
    if heads.window != 0u && end > heads.window {
        first = end - heads.window;
    }
    let row = group.y * (heads.heads + 2u * heads.kv_heads) * head_dim + group.x * head_dim;
    let scale = inverseSqrt(f32(head_dim));
    for (var i = lane; i < head_dim; i += LANES) {
        query[i] = rows[row + i] * scale;
    }
    // Lanes beyond `parts * pairs` score, but sum nothing.
    let parts = LANES / pairs;
    let pair = lane % pairs;
    let part = lane / pairs;
    var largest = -3.4e38;
    var total = 0.0;
    var sum = vec2<f32>(0.0);
    for (var chunk = first; chunk < end; chunk += LANES) {
        workgroupBarrier();
        let position = chunk + lane;
        var score = -3.4e38;
        if position < end {
            score = 0.0;
            let column = kv_head * pairs * heads.capacity + position;
            for (var i = 0u; i < pairs; i++) {
                let key = unpack2x16float(keys[column + i * heads.capacity]);
                score += query[2u * i] * key.x + query[2u * i + 1u] * key.y;
            }
        }
        let now_largest = max(largest, lanes_largest(lane, score));
        let fading = exp(largest - now_largest);
        largest = now_largest;
        let weight = select(0.0, exp(score - now_largest), position < end);
        weights[lane] = weight;
        total = total * fading + lanes_sum(lane, weight);
        sum *= fading;
        if part < parts {
            let count = min(LANES, end - chunk);
            let column = (kv_head * heads.capacity + chunk) * pairs + pair;
            for (var i = part; i < count; i += parts) {
                sum += weights[i] * unpack2x16float(values[column + i * pairs]);
            }
        }
    }
    sums[lane] = sum;
    workgroupBarrier();
    if lane < pairs {
        for (var i = 1u; i < parts; i++) {
            sum += sums[i * pairs + lane];
        }
        let at = (group.y * heads.heads + group.x) * head_dim + 2u * lane;
        gathered[at] = sum.x / total;
        gathered[at + 1u] = sum.y / total;
    }
}

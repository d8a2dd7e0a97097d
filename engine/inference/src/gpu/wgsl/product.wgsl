// y = W x for one or many vectors x, with what stands before and after it in a layer:
//
// | constant | |
// |---|---|
// | NORM | x is RMS-normed and multiplied by `gains` first |
// | ENDING STORE | y is the output |
// | ENDING BIAS | `bias` is added |
// | ENDING ADD | y is added to the output: the residual stream |
// | ENDING GATE | rows come in pairs of gate and factor: silu(gate) * factor is the output |
//
// RMS norm divides a whole vector by one number, so the product takes the vector as it is and is divided at the end.

const STORE = 0u;
const BIAS = 1u;
const ADD = 2u;
const GATE = 3u;

@group(0) @binding(2) var<storage, read> inputs: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> gains: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> outputs: array<f32>;

fn silu(x: f32) -> f32 {
    return x / (1.0 + exp(-x));
}

// Puts four neighbouring products of a token away; the matrix has a multiple of four rows, the last of them empty.
fn put(token: u32, row: u32, products: vec4<f32>) {
    if ENDING == GATE {
        let at = token * dims.out_stride + (dims.out_first + row) / 2u;
        if row < dims.rows {
            outputs[at] = silu(products.x) * products.y;
        }
        if row + 2u < dims.rows {
            outputs[at + 1u] = silu(products.z) * products.w;
        }
        return;
    }
    let at = token * dims.out_stride + dims.out_first + row;
    for (var i = 0u; i < 4u; i++) {
        if row + i >= dims.rows {
            break;
        }
        if ENDING == ADD {
            outputs[at + i] += products[i];
        } else if ENDING == BIAS {
            outputs[at + i] = products[i] + bias[dims.out_first + row + i];
        } else {
            outputs[at + i] = products[i];
        }
    }
}

fn part(octet: u32, a: vec4<f32>, b: vec4<f32>, total: f32) -> f32 {
    let q = quants(octet);
    let scale = scale_of(octet);
    return scale.x * (dot(q[0], a) + dot(q[1], b)) + scale.y * total;
}

// One vector: a workgroup has four rows, its lanes share their octets.
@compute @workgroup_size(LANES)
fn one(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let octets = dims.columns / 8u;
    let row = (group.x + group.y * groups.x) * 4u;
    let input = select(0u, now.last, dims.of_last != 0u) * octets * 2u;
    var sums = vec4<f32>(0.0);
    var square = 0.0;
    if row < dims.rows {
        for (var octet = lane; octet < octets; octet += LANES) {
            var a = inputs[input + 2u * octet];
            var b = inputs[input + 2u * octet + 1u];
            if NORM {
                square += dot(a, a) + dot(b, b);
                a *= gains[2u * octet];
                b *= gains[2u * octet + 1u];
            }
            let total = dot(a + b, vec4<f32>(1.0));
            let at = row * octets + octet;
            sums += vec4<f32>(
                part(at, a, b, total),
                part(at + octets, a, b, total),
                part(at + 2u * octets, a, b, total),
                part(at + 3u * octets, a, b, total),
            );
        }
    }
    var products = sum_rows(lane, sums);
    if NORM {
        products *= inverseSqrt(lanes_sum(lane, square) / f32(dims.columns) + dims.epsilon);
    }
    if lane == 0u && row < dims.rows {
        put(0u, row, products);
    }
}

// Many vectors: a workgroup has a tile of 32 rows and 32 tokens, each of its 64 lanes four by four of them. A step of the
// loop takes 32 columns of both through the workgroup's memory.
const TILE = 32u;
// One more than a tile: neighbours in a column lie in different banks.
const PITCH = 33u;

var<workgroup> tile_inputs: array<f32, TILE * PITCH>;
var<workgroup> tile_weights: array<f32, TILE * PITCH>;

fn spread_inputs(column: u32, token: u32, four: vec4<f32>) {
    for (var i = 0u; i < 4u; i++) {
        tile_inputs[(column + i) * PITCH + token] = four[i];
    }
}

fn spread_weights(column: u32, row: u32, four: vec4<f32>) {
    for (var i = 0u; i < 4u; i++) {
        tile_weights[(column + i) * PITCH + row] = four[i];
    }
}

@compute @workgroup_size(64)
fn many(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let octets = dims.columns / 8u;
    let first_row = group.x * TILE;
    let first_token = group.y * TILE;
    let own_token = first_token + lane / 2u;
    var square = 0.0;
    var sums: array<vec4<f32>, 4>;
    let token = lane / 8u * 4u;
    let row = lane % 8u * 4u;
    for (var block = 0u; block < octets / 4u; block++) {
        for (var i = 0u; i < 4u; i++) {
            let quad = lane % 2u * 4u + i;
            var four = vec4<f32>(0.0);
            if own_token < now.tokens {
                four = inputs[own_token * octets * 2u + block * 8u + quad];
            }
            if NORM {
                square += dot(four, four);
                four *= gains[block * 8u + quad];
            }
            spread_inputs(quad * 4u, lane / 2u, four);
        }
        for (var i = 0u; i < 2u; i++) {
            let index = lane + 64u * i;
            let octet = (first_row + index / 4u) * octets + block * 4u + index % 4u;
            let q = quants(octet);
            let scale = scale_of(octet);
            spread_weights(index % 4u * 8u, index / 4u, scale.x * q[0] + scale.y);
            spread_weights(index % 4u * 8u + 4u, index / 4u, scale.x * q[1] + scale.y);
        }
        workgroupBarrier();
        for (var column = 0u; column < TILE; column++) {
            let at = column * PITCH;
            let weights = vec4<f32>(
                tile_weights[at + row],
                tile_weights[at + row + 1u],
                tile_weights[at + row + 2u],
                tile_weights[at + row + 3u],
            );
            sums[0] += tile_inputs[at + token] * weights;
            sums[1] += tile_inputs[at + token + 1u] * weights;
            sums[2] += tile_inputs[at + token + 2u] * weights;
            sums[3] += tile_inputs[at + token + 3u] * weights;
        }
        workgroupBarrier();
    }
    if NORM {
        tile_inputs[lane] = square;
        workgroupBarrier();
    }
    for (var i = 0u; i < 4u; i++) {
        if first_token + token + i < now.tokens {
            var products = sums[i];
            if NORM {
                let total = tile_inputs[(token + i) * 2u] + tile_inputs[(token + i) * 2u + 1u];
                products *= inverseSqrt(total / f32(dims.columns) + dims.epsilon);
            }
            put(first_token + token + i, first_row + row, products);
        }
    }
}

// The largest logits of each slice of the vocabulary, and what softmax sums over it: little to read back, and enough to choose
// by. A slice has 1,024 logits, a lane four of them.

struct Best {
    // Index in the vocabulary; `NONE` behind the last.
    tokens: array<u32, KEPT>,
    logits: array<f32, KEPT>,
    largest: f32,
    // Sum of exp(logit - largest).
    total: f32,
}

const KEPT = 8u;
const LANES = 256u;
const NONE = 0xffffffffu;
const LEAST = -3.4e38;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> best: array<Best>;

var<workgroup> values: array<f32, LANES>;
var<workgroup> places: array<u32, LANES>;

@compute @workgroup_size(LANES)
fn choose(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let count = arrayLength(&logits);
    let first = group.x * LANES * 4u;
    var own: array<f32, 4>;
    for (var i = 0u; i < 4u; i++) {
        let at = first + i * LANES + lane;
        own[i] = LEAST;
        if at < count {
            own[i] = logits[at];
        }
    }
    var taken = 0u;
    var largest = LEAST;
    for (var rank = 0u; rank < KEPT; rank++) {
        var value = LEAST;
        var place = NONE;
        for (var i = 0u; i < 4u; i++) {
            if (taken & (1u << i)) == 0u && own[i] > value {
                value = own[i];
                place = first + i * LANES + lane;
            }
        }
        workgroupBarrier();
        values[lane] = value;
        places[lane] = place;
        for (var half = LANES / 2u; half > 0u; half /= 2u) {
            workgroupBarrier();
            if lane < half {
                let other = values[lane + half];
                // Of equals the first, as on the processor.
                if other > values[lane] || (other == values[lane] && places[lane + half] < places[lane]) {
                    values[lane] = other;
                    places[lane] = places[lane + half];
                }
            }
        }
        workgroupBarrier();
        if places[0] != NONE && (places[0] - first) % LANES == lane {
            taken |= 1u << ((places[0] - first) / LANES);
        }
        if rank == 0u {
            largest = values[0];
        }
        if lane == 0u {
            best[group.x].tokens[rank] = places[0];
            best[group.x].logits[rank] = values[0];
        }
    }
    var total = 0.0;
    for (var i = 0u; i < 4u; i++) {
        if first + i * LANES + lane < count {
            total += exp(own[i] - largest);
        }
    }
    total = lanes_sum(lane, total);
    if lane == 0u {
        best[group.x].largest = largest;
        best[group.x].total = total;
    }
}

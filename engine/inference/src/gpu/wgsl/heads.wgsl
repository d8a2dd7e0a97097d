// What the kernels of attention know of a model.

struct Heads {
    heads: u32,
    kv_heads: u32,
    head_dim: u32,
    // Pairs that turn; what lies behind them does not (Phi-4-mini).
    turning: u32,
    // Tokens that the cache holds.
    capacity: u32,
    // How many tokens a token sees, itself among them; 0 where it sees all before it.
    window: u32,
    // Added to the mean square in the norms of heads.
    epsilon: f32,
}

struct Step {
    tokens: u32,
    start: u32,
    last: u32,
}

// The widest head.
const WIDEST = 256u;

@group(0) @binding(4) var<uniform> heads: Heads;
@group(0) @binding(5) var<uniform> now: Step;

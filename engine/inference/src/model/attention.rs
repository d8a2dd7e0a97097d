//! Grouped-query attention (Ainslie et al. 2023) over a [`KvCache`].

use super::cache::{KvCache, PANEL};
use super::rows::exponentials;

/// Queries computed together: they share the loads of keys and values.
const QUERIES: usize = 4;

/// The heads of a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heads {
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; divides `heads`.
    pub kv_heads: usize,
    /// Width of one head; a multiple of `PANEL`.
    pub head_dim: usize,
    /// How many tokens a token sees, itself among them; `None` where it sees all before it.
    pub window: Option<usize>,
    /// Whether a token sees none of those after it.
    pub causal: bool,
}

impl Heads {
    /// What each of the last tokens in `cache` gathers in layer `layer`: `[n, heads * head_dim]`.
    ///
    /// `rows` holds `n` rows of `stride`, each beginning with a token's queries. Token `i` stands at position `start + i`
    /// and sees itself and what comes before, or everything; keys and values have been written.
    pub fn attend(self, rows: &[f32], stride: usize, cache: &KvCache, layer: usize, start: usize) -> Vec<f32> {
        let Self { heads, kv_heads, head_dim, window, causal } = self;
        let group = heads / kv_heads;
        let tokens = rows.len() / stride;
        let mut scores = vec![0.0; QUERIES * (start + tokens).next_multiple_of(PANEL)];
        let mut gathered = vec![0.0; tokens * heads * head_dim];
        for kv_head in 0..kv_heads {
            let (keys, values) = (cache.keys(layer, kv_head), cache.values(layer, kv_head));
            // Those of a token that share this head stand side by side, so that a tile's queries see almost the same.
            let count = tokens * group;
            for first in (0..count).step_by(QUERIES) {
                let place = |i: usize| ((first + i) / group, (kv_head * group + (first + i) % group) * head_dim);
                let query = |i: usize| {
                    let (token, column) = place(i);
                    let end = start + if causal { token + 1 } else { tokens };
                    let first = window.map_or(0, |window| end.saturating_sub(window));
                    Query { row: &rows[token * stride + column..][..head_dim], first, end }
                };
                let put = |i: usize, column: usize, values: [f32; PANEL]| {
                    let (token, head) = place(i);
                    gathered[token * heads * head_dim + head + column..][..PANEL].copy_from_slice(&values);
                };
                match count - first {
                    1 => tile::<1>(query, keys, values, &mut scores, put),
                    2 => tile::<2>(query, keys, values, &mut scores, put),
                    3 => tile::<3>(query, keys, values, &mut scores, put),
                    _ => tile::<QUERIES>(query, keys, values, &mut scores, put),
                }
            }
        }
        gathered
    }
}

#[derive(Clone, Copy)]
struct Query<'a> {
    row: &'a [f32],
    /// The first token that it sees.
    first: usize,
    /// The token after the last that it sees.
    end: usize,
}

/// Attention of `Q` queries; `put` gets the components of what query `i` gathers, `PANEL` at a time.
fn tile<'a, const Q: usize>(
    query: impl Fn(usize) -> Query<'a>,
    keys: &[f32],
    values: &[f32],
    scores: &mut [f32],
    mut put: impl FnMut(usize, usize, [f32; PANEL]),
) {
    let queries: [Query<'_>; Q] = std::array::from_fn(query);
    let head_dim = queries[0].row.len();
    let longest = queries.iter().map(|query| query.end).max().unwrap_or(0);
    let width = longest.next_multiple_of(PANEL);
    for (index, panel) in keys.chunks_exact(PANEL * head_dim).take(width / PANEL).enumerate() {
        for (i, products) in products(queries.map(|query| query.row), panel).iter().enumerate() {
            scores[i * width + index * PANEL..][..PANEL].copy_from_slice(products);
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "head widths are small")]
    let scale = 1.0 / (head_dim as f32).sqrt();
    let totals = std::array::from_fn::<f32, Q, _>(|i| {
        let scores = &mut scores[i * width..][..width];
        scores[..queries[i].first].fill(0.0);
        scores[queries[i].end..].fill(0.0);
        exponentials(&mut scores[queries[i].first..queries[i].end], scale)
    });
    let weights = std::array::from_fn::<&[f32], Q, _>(|i| &scores[i * width..][..longest]);
    let panels = values.chunks_exact(values.len() * PANEL / head_dim);
    for (panel, column) in panels.zip((0..head_dim).step_by(PANEL)) {
        for (i, sums) in products(weights, panel).into_iter().enumerate() {
            put(i, column, sums.map(|sum| sum / totals[i]));
        }
    }
}

/// `sum_k a[i][k] * b[k][lane]` for each row of `a` and each lane: the compiler makes two SIMD registers of each row of
/// sums.
#[inline(always)]
fn products<const Q: usize>(a: [&[f32]; Q], b: &[f32]) -> [[f32; PANEL]; Q] {
    let mut sums = [[0.0; PANEL]; Q];
    let length = a[0].len();
    let a = a.map(|row| &row[..length]);
    for (k, lanes) in (0..length).zip(b.as_chunks::<PANEL>().0) {
        for (sums, a) in sums.iter_mut().zip(&a) {
            let factor = a[k];
            sums.iter_mut().zip(lanes).for_each(|(sum, lane)| *sum += factor * lane);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Query rows with three unused columns behind them, and a cache of `start + n` tokens.
    fn example(heads: Heads, start: usize, n: usize) -> (Vec<f32>, usize, KvCache) {
        let Heads { heads, kv_heads, head_dim, .. } = heads;
        let wave = |seed: usize| move |i: usize| ((i * 31 + seed * 17) as f32 * 0.37).sin();
        let stride = heads * head_dim + 3;
        let mut cache = KvCache::new(2, kv_heads, start + n, head_dim);
        cache.make_room(start + n).unwrap();
        for position in 0..start + n {
            for head in 0..kv_heads {
                let vector = |seed: usize| (0..head_dim).map(wave(position * 10 + head + seed)).collect::<Vec<_>>();
                cache.write(1, head, position, &vector(0), &vector(5));
            }
        }
        ((0..n * stride).map(wave(3)).collect(), stride, cache)
    }

    /// Attention by its formula, in 64-bit floats.
    fn exact(heads: Heads, rows: &[f32], stride: usize, cache: &KvCache, start: usize) -> Vec<f64> {
        let Heads { heads, kv_heads, head_dim, window, causal } = heads;
        let mut all = Vec::new();
        let tokens = rows.len() / stride;
        for (token, row) in rows.chunks_exact(stride).enumerate() {
            let end = start + if causal { token + 1 } else { tokens };
            for (head, query) in row[..heads * head_dim].chunks_exact(head_dim).enumerate() {
                let (keys, values) = (cache.keys(1, head * kv_heads / heads), cache.values(1, head * kv_heads / heads));
                let score = |position: usize| -> f64 {
                    let key = |i: usize| keys[(position / PANEL * head_dim + i) * PANEL + position % PANEL];
                    let dot: f64 = query.iter().enumerate().map(|(i, q)| f64::from(*q) * f64::from(key(i))).sum();
                    (dot / (head_dim as f64).sqrt()).exp()
                };
                let first = window.map_or(0, |window| end.saturating_sub(window));
                let weights: Vec<f64> = (first..end).map(score).collect();
                let total: f64 = weights.iter().sum();
                all.extend((0..head_dim).map(|i| {
                    let allocated = values.len() / head_dim;
                    let value =
                        |index: usize| f64::from(values[((i / PANEL) * allocated + first + index) * PANEL + i % PANEL]);
                    weights.iter().enumerate().map(|(index, weight)| weight * value(index)).sum::<f64>() / total
                }));
            }
        }
        all
    }

    #[test]
    fn it_follows_the_formula_for_every_size_of_group_and_block() {
        for (heads, kv_heads, start, n) in [(1, 1, 0, 1), (3, 3, 5, 2), (6, 2, 3, 7), (9, 3, 16, 1), (8, 1, 7, 9)] {
            for (window, causal) in [(None, true), (Some(4), true), (None, false)] {
                let heads = Heads { heads, kv_heads, head_dim: 16, window, causal };
                let (rows, stride, cache) = example(heads, start, n);
                let gathered = heads.attend(&rows, stride, &cache, 1, start);
                let exact = exact(heads, &rows, stride, &cache, start);
                assert_eq!(gathered.len(), exact.len());
                for (got, exact) in gathered.iter().zip(exact) {
                    assert!((f64::from(*got) - exact).abs() < 1e-5, "{got} instead of {exact} with {heads:?}");
                }
            }
        }
    }

    #[test]
    fn a_token_does_not_depend_on_what_is_read_with_it() {
        let heads = Heads { heads: 6, kv_heads: 2, head_dim: 8, window: Some(7), causal: true };
        let (rows, stride, cache) = example(heads, 4, 9);
        let together = heads.attend(&rows, stride, &cache, 1, 4);
        for (i, row) in rows.chunks_exact(stride).enumerate() {
            assert_eq!(heads.attend(row, stride, &cache, 1, 4 + i), together[i * 48..][..48]);
        }
    }
}

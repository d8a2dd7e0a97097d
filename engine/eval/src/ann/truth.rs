//! Exact search over the vectors as they were given, in 32 bits: what the others are compared with.

/// Neighbours that are kept of each query.
pub const NEIGHBOURS: usize = 100;

/// The nearest rows of each query.
pub struct Truth<'a> {
    queries: &'a [Vec<f32>],
    /// Best first, [`NEIGHBOURS`] at most.
    nearest: Vec<Vec<(f32, u32)>>,
}

impl<'a> Truth<'a> {
    pub fn new(queries: &'a [Vec<f32>]) -> Self {
        Self { queries, nearest: vec![Vec::new(); queries.len()] }
    }

    /// Compares some rows with all queries, on all cores. Vectors have length 1: a product is a cosine.
    pub fn add(&mut self, first_row: u32, rows: &[Vec<f32>]) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = self.queries.len().div_ceil(cores).max(1);
        std::thread::scope(|scope| {
            for (queries, nearest) in self.queries.chunks(share).zip(self.nearest.chunks_mut(share)) {
                scope.spawn(move || {
                    for (query, nearest) in queries.iter().zip(nearest) {
                        for (row, vector) in (first_row..).zip(rows) {
                            offer(nearest, product(query, vector), row);
                        }
                    }
                });
            }
        });
    }

    /// Rows by query, best first.
    pub fn rows(&self) -> impl Iterator<Item = Vec<u32>> + '_ {
        self.nearest.iter().map(|nearest| nearest.iter().map(|(_, row)| *row).collect())
    }
}

fn offer(nearest: &mut Vec<(f32, u32)>, score: f32, row: u32) {
    if nearest.len() == NEIGHBOURS && nearest.last().is_some_and(|last| last.0 >= score) {
        return;
    }
    let at = nearest.partition_point(|other| other.0 >= score);
    nearest.insert(at, (score, row));
    nearest.truncate(NEIGHBOURS);
}

/// Sums in 32 lanes, which the compiler makes vectors of.
fn product(a: &[f32], b: &[f32]) -> f32 {
    let (a_parts, a_rest) = a.as_chunks::<32>();
    let (b_parts, b_rest) = b.as_chunks::<32>();
    let mut sums = [0f32; 32];
    for (a, b) in a_parts.iter().zip(b_parts) {
        for lane in 0..32 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_those_of_sorting() {
        let vector = |i: u32| (0..40u32).map(|j| ((i * 7919 + j * 104_729) % 1009) as f32 / 1009.0 - 0.5).collect();
        let (queries, rows): (Vec<Vec<f32>>, Vec<Vec<f32>>) =
            ((1000..1003).map(vector).collect(), (0..300).map(vector).collect());
        let mut truth = Truth::new(&queries);
        truth.add(0, &rows[..170]);
        truth.add(170, &rows[170..]);
        for (query, found) in queries.iter().zip(truth.rows()) {
            let score = |row: u32| query.iter().zip(&rows[row as usize]).map(|(a, b)| f64::from(a * b)).sum::<f64>();
            let mut expected: Vec<u32> = (0..300).collect();
            expected.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
            assert_eq!(found, expected[..NEIGHBOURS]);
        }
    }
}

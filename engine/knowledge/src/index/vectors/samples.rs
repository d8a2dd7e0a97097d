//! Random vectors that look like an encoder's: for measurements, and for tests.
//!
//! An encoder's vectors lie near a surface of few dimensions, in clusters, with noise. So `x = normalise(A z + 0.1 e)`:
//! - `A` is a matrix of `dim` by 32, its entries normal with variance 1/32, so that components of `A z` are about as large as
//!   those of `z`;
//! - `z = c + 0.5 g` in 32 dimensions: `c` is one of 4,096 centres, picked evenly, with normal components of variance 1; `g` is
//!   normal with variance 1;
//! - `e` is normal with variance 1 in all `dim` components.

use super::graph::hash;

/// Dimensions of `z`.
const LATENT: usize = 32;
/// Clusters.
const CENTRES: usize = 4096;
/// Standard deviation within a cluster, where one between clusters is 1.
const SPREAD: f32 = 0.5;
/// Standard deviation of the noise.
const NOISE: f32 = 0.1;

/// `A` and the centres.
#[derive(Debug, Clone)]
pub struct Law {
    dim: usize,
    seed: u64,
    /// `LATENT` numbers of each of `dim` rows.
    matrix: Vec<f32>,
    /// `LATENT` numbers of each centre.
    centres: Vec<f32>,
}

impl Law {
    /// Those of a seed.
    #[must_use]
    pub fn new(dim: usize, seed: u64) -> Self {
        let mut random = Random::new(seed, 0);
        let deviation = (LATENT as f32).sqrt().recip();
        let matrix = (0..dim * LATENT).map(|_| deviation * random.normal()).collect();
        let centres = (0..CENTRES * LATENT).map(|_| random.normal()).collect();
        Self { dim, seed, matrix, centres }
    }

    /// Vectors by this law without end. Those of another stream are others.
    pub fn vectors(&self, stream: u64) -> impl Iterator<Item = Vec<f32>> + use<'_> {
        let mut random = Random::new(self.seed, stream + 1);
        std::iter::repeat_with(move || self.next(&mut random))
    }

    /// As [`Self::vectors`], with the law inside.
    pub fn into_vectors(self, stream: u64) -> impl Iterator<Item = Vec<f32>> {
        let mut random = Random::new(self.seed, stream + 1);
        std::iter::repeat_with(move || self.next(&mut random))
    }

    fn next(&self, random: &mut Random) -> Vec<f32> {
        // Below the number of centres.
        let centre = (random.next() % CENTRES as u64) as usize * LATENT;
        let z: [f32; LATENT] = std::array::from_fn(|i| self.centres[centre + i] + SPREAD * random.normal());
        let (zs, _) = z.as_chunks::<8>();
        let mut vector: Vec<f32> = Vec::with_capacity(self.dim);
        for row in self.matrix.chunks_exact(LATENT) {
            let mut sums = [0f32; 8];
            for (part, z) in row.as_chunks::<8>().0.iter().zip(zs) {
                for lane in 0..8 {
                    sums[lane] += part[lane] * z[lane];
                }
            }
            vector.push(sums.iter().sum::<f32>() + NOISE * random.normal());
        }
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|value| *value /= length);
        vector
    }
}

/// Numbers that are the same in every run of the same seed: a counter, well mixed.
struct Random {
    state: u64,
    spare: Option<f32>,
}

impl Random {
    const fn new(seed: u64, stream: u64) -> Self {
        Self { state: hash(seed ^ hash(stream)), spare: None }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        hash(self.state)
    }

    /// The polar method (Marsaglia, Bray 1964).
    fn normal(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let bits = self.next();
            let [a, b] = [bits >> 40, bits << 24 >> 40].map(|part| part as f32 / (1u64 << 23) as f32 - 1.0);
            let square = a * a + b * b;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(b * factor);
                return a * factor;
            }
        }
    }
}

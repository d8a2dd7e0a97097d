//! Texts and vectors out of nothing, the same ones in each run: words by Zipf's law from 50,000, vectors of the default encoder's
//! length.

/// Numbers of a vector.
pub const DIM: usize = 384;

/// Numbers from a linear congruence (Knuth, MMIX).
pub struct Draw(pub u64);

impl Draw {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }

    /// A word: the rank is 50,000 to a power that is drawn evenly, which is Zipf's law.
    fn word(&mut self) -> String {
        let mut rank = 50_000f32.powf(self.next()) as u32;
        let mut word = String::new();
        loop {
            word.push_str(["ba", "ke", "di", "fo", "gu", "la", "me", "ni", "po", "ru"][(rank % 10) as usize]);
            rank /= 10;
            if rank == 0 {
                return word;
            }
        }
    }

    /// Sentences of such words.
    pub fn text(&mut self, bytes: usize) -> String {
        let mut text = String::new();
        while text.len() < bytes {
            let words: Vec<String> = (0..12).map(|_| self.word()).collect();
            text.push_str(&words.join(" "));
            text.push_str(". ");
        }
        text
    }

    /// A vector that is near to no other.
    pub fn vector(&mut self) -> Vec<f32> {
        (0..DIM).map(|_| self.next() - 0.5).collect()
    }
}

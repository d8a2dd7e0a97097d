//! What is known about a text beside its words.

/// An ISO 3166-1 alpha-2 code in capitals.
pub type RegionCode = [u8; 2];

/// Most regions one hint names: a person's own, those of the languages they write, a few neighbours.
const REGIONS_MAX: usize = 8;

/// Where the text may come from. Nothing by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hints {
    regions: [RegionCode; REGIONS_MAX],
    len: usize,
}

impl Hints {
    /// The same with one more region, named by its ISO 3166-1 alpha-2 code in any case. What is no such code, and what
    /// comes after the eighth, is left out: a hint may only add finds.
    #[must_use]
    pub fn with_region(mut self, code: &str) -> Self {
        let [first, second] = *code.as_bytes() else { return self };
        let region = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        if self.len < REGIONS_MAX && region.iter().all(u8::is_ascii_uppercase) && !self.regions().contains(&region) {
            self.regions[self.len] = region;
            self.len += 1;
        }
        self
    }

    /// The regions whose national forms may be expected.
    #[must_use]
    pub fn regions(&self) -> &[RegionCode] {
        &self.regions[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_codes_and_stand_once() {
        let hints =
            Hints::default().with_region("de").with_region("DE").with_region("x1").with_region("FRA").with_region("fr");
        assert_eq!(hints.regions(), [*b"DE", *b"FR"]);
    }

    #[test]
    fn more_than_fit_are_left_out() {
        let hints = (b'A'..=b'Z').fold(Hints::default(), |hints, c| hints.with_region(&format!("A{}", char::from(c))));
        assert_eq!(hints.regions().len(), REGIONS_MAX);
    }
}

//! Texts that end an answer.

/// Passes a stream of text through up to the first stop text that is complete, and holds back what may become one.
#[derive(Debug)]
pub struct StopStream<'a> {
    stops: &'a [String],
    held: String,
}

/// What a piece of text led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Text that is certainly part of the answer.
    pub text: String,
    /// Whether a stop text is complete: nothing comes after this.
    pub stopped: bool,
}

impl<'a> StopStream<'a> {
    /// A stream that ends at any of `stops`; an empty one among them says nothing.
    #[must_use]
    pub const fn new(stops: &'a [String]) -> Self {
        Self { stops, held: String::new() }
    }

    /// Adds text.
    pub fn push(&mut self, text: &str) -> Passed {
        self.held.push_str(text);
        let stops = || self.stops.iter().filter(|stop| !stop.is_empty());
        let found = stops().filter_map(|stop| self.held.find(stop.as_str()).map(|start| (start + stop.len(), start)));
        if let Some((_, start)) = found.min() {
            self.held.truncate(start);
            return Passed { text: std::mem::take(&mut self.held), stopped: true };
        }
        let begun = |tail: &str| stops().any(|stop| stop.starts_with(tail));
        let tails = self.held.char_indices().map(|(at, _)| at);
        let safe = tails.into_iter().find(|at| begun(&self.held[*at..])).unwrap_or(self.held.len());
        let rest = self.held.split_off(safe);
        Passed { text: std::mem::replace(&mut self.held, rest), stopped: false }
    }

    /// The end of the stream: what was held back is part of the answer.
    #[must_use]
    pub fn finish(self) -> String {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rule without a stream: the shortest beginning of the text that ends with a stop text, without it.
    fn reference(text: &str, stops: &[String]) -> (String, bool) {
        let ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
        for beginning in ends.map(|end| &text[..end]) {
            let longest =
                stops.iter().filter(|stop| !stop.is_empty() && beginning.ends_with(*stop)).max_by_key(|s| s.len());
            if let Some(stop) = longest {
                return (beginning[..beginning.len() - stop.len()].to_owned(), true);
            }
        }
        (text.to_owned(), false)
    }

    proptest! {
        #[test]
        fn any_split_gives_what_the_whole_text_gives(
            pieces in proptest::collection::vec("[abé]{0,4}", 0..8),
            stops in proptest::collection::vec("[abé]{0,4}", 0..4),
        ) {
            let mut stream = StopStream::new(&stops);
            let (mut out, mut stopped) = (String::new(), false);
            for piece in &pieces {
                let passed = stream.push(piece);
                out.push_str(&passed.text);
                if passed.stopped {
                    stopped = true;
                    break;
                }
            }
            if !stopped {
                out.push_str(&stream.finish());
            }
            prop_assert_eq!((out, stopped), reference(&pieces.concat(), &stops));
        }
    }

    #[test]
    fn only_what_may_become_a_stop_text_is_held_back() {
        let stops = ["\n\n".to_owned(), "END".to_owned()];
        let mut stream = StopStream::new(&stops);
        let mut push = |text| stream.push(text);
        assert_eq!(push("a line\n"), Passed { text: "a line".into(), stopped: false });
        assert_eq!(push("next EN"), Passed { text: "\nnext ".into(), stopped: false });
        assert_eq!(push("DED"), Passed { text: String::new(), stopped: true });
    }
}

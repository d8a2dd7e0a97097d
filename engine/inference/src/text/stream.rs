//! Whole characters out of a stream of bytes: a token may end in the middle of one.

/// Collects bytes and gives them out as text as soon as characters are whole.
#[derive(Debug, Default)]
pub struct Utf8Stream {
    pending: Vec<u8>,
}

impl Utf8Stream {
    /// Adds bytes; returns the text that is whole by now. Bytes that cannot become a character turn into U+FFFD.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut text = String::new();
        loop {
            match std::str::from_utf8(&self.pending) {
                Ok(whole) => {
                    text.push_str(whole);
                    self.pending.clear();
                    return text;
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    text.push_str(&String::from_utf8_lossy(&self.pending[..valid]));
                    let Some(invalid) = error.error_len() else {
                        self.pending.drain(..valid);
                        return text;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    self.pending.drain(..valid + invalid);
                }
            }
        }
    }

    /// The end of the stream: an unfinished character turns into U+FFFD.
    #[must_use]
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_split_gives_the_same_text(text in "\\PC{0,20}", cuts in proptest::collection::vec(0usize..80, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut stream = Utf8Stream::default();
            let (mut out, mut from) = (String::new(), 0);
            for cut in cuts.into_iter().chain([bytes.len()]) {
                out.push_str(&stream.push(&bytes[from..cut]));
                from = cut;
            }
            out.push_str(&stream.finish());
            prop_assert_eq!(out, text);
        }

        #[test]
        fn any_bytes_give_what_lossy_decoding_gives(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut stream = Utf8Stream::default();
            let mut out: String = bytes.chunks(3).map(|chunk| stream.push(chunk)).collect();
            out.push_str(&stream.finish());
            prop_assert_eq!(out, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

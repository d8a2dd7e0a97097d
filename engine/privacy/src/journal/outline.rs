//! The outline of a value: what kind of thing it is, without anything that somebody wrote.

use std::fmt::{self, Debug, Write};

/// Stands for what is left out.
const LEFT_OUT: char = '…';

/// The value as its derived [`Debug`] writes it, without texts and lists: `Named { name: …, size: 12 }`. At most `max_bytes`.
///
/// Derived implementations write texts and paths in quotation marks, with those inside escaped; lists (bytes of a file,
/// say) in square brackets. An implementation by hand that writes text without quotation marks has no outline of its own:
/// what it writes stands there as it is, and the [`super::Journal`] redacts it.
pub(super) fn outline(value: &dyn Debug, max_bytes: usize) -> String {
    let mut pen = Pen { out: String::new(), max_bytes, inside: Inside::Nothing, depth: 0 };
    // The pen is the only one that ends the writing, where there is enough.
    let _ = write!(pen, "{value:?}");
    pen.out
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Nothing,
    /// A text or a character, up to this mark.
    Quoted(char),
    /// Behind a backslash in it.
    Escaped(char),
}

struct Pen {
    out: String,
    max_bytes: usize,
    inside: Inside,
    /// Lists around the place.
    depth: usize,
}

impl Pen {
    fn put(&mut self, c: char) {
        if self.depth == 0 {
            self.out.push(c);
        }
    }
}

impl Write for Pen {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.inside = match (self.inside, c) {
                (Inside::Escaped(mark), _) => Inside::Quoted(mark),
                (Inside::Quoted(mark), '\\') => Inside::Escaped(mark),
                (Inside::Quoted(mark), c) if c == mark => Inside::Nothing,
                (Inside::Quoted(_), _) => self.inside,
                (Inside::Nothing, '"' | '\'') => {
                    self.put(LEFT_OUT);
                    Inside::Quoted(c)
                }
                (Inside::Nothing, _) => {
                    match c {
                        '[' => {
                            self.put(LEFT_OUT);
                            self.depth += 1;
                        }
                        ']' => self.depth = self.depth.saturating_sub(1),
                        _ => self.put(c),
                    }
                    Inside::Nothing
                }
            };
            if self.out.len() >= self.max_bytes {
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug)]
    #[expect(dead_code, reason = "read by `Debug` alone")]
    enum Trouble {
        Named { name: String, status: u16, inner: Option<Box<Trouble>> },
        Bytes(Vec<u8>, &'static str),
        Letter(char),
    }

    #[test]
    fn names_and_numbers_stay() {
        let inner = Some(Box::new(Trouble::Bytes(b"secret".to_vec(), "x")));
        let value = Trouble::Named { name: "Anna's \"diary\" [1].txt".into(), status: 404, inner };
        assert_eq!(outline(&value, 200), "Named { name: …, status: 404, inner: Some(Bytes(…, …)) }");
        assert_eq!(outline(&Trouble::Letter('\''), 200), "Letter(…)");
        assert_eq!(outline(&std::path::Path::new("/a/b"), 200), "…");
        assert_eq!(outline(&Some(1), 200), "Some(1)");
    }

    #[test]
    fn it_ends_where_it_is_long_enough() {
        let many: Vec<(u8, u8)> = vec![(1, 2); 3];
        assert_eq!(outline(&many, 200), "…");
        let long =
            (1..9).fold(None, |inner, status| Some(Box::new(Trouble::Named { name: String::new(), status, inner })));
        assert!((40..=43).contains(&outline(&long, 40).len()));
    }

    proptest! {
        #[test]
        fn no_text_comes_through(name in "(?s).{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
            let value = Trouble::Named { name, status: 7, inner: Some(Box::new(Trouble::Bytes(bytes, "y"))) };
            prop_assert_eq!(outline(&value, 200), "Named { name: …, status: 7, inner: Some(Bytes(…, …)) }");
        }
    }
}

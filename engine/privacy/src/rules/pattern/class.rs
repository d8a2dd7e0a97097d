//! Reads classes: sets of bytes between brackets.

use super::bytes::{ByteSet, Operator};
use super::parse::{DIGIT, Escape, NEST_MAX, Reader, SPACE, WORD};

/// POSIX classes (`[[:alpha:]]`), as ends of ranges.
const POSIX: [(&str, &[u8]); 14] = [
    ("alnum", b"09AZaz"),
    ("alpha", b"AZaz"),
    ("ascii", b"\0\x7f"),
    ("blank", b"\t\t  "),
    ("cntrl", b"\0\x1f\x7f\x7f"),
    ("digit", DIGIT),
    ("graph", b"!~"),
    ("lower", b"az"),
    ("print", b" ~"),
    ("punct", b"!/:@[`{~"),
    ("space", SPACE),
    ("upper", b"AZ"),
    ("word", WORD),
    ("xdigit", b"09AFaf"),
];

impl Reader<'_> {
    /// A class, behind its bracket.
    pub(super) fn class(&mut self, depth: usize) -> Option<ByteSet> {
        if depth > NEST_MAX {
            return None;
        }
        let is_negated = self.take("^");
        let mut set = ByteSet::default();
        // A bracket or hyphens that come first stand for themselves.
        while self.take("-") {
            set.add(b'-', b'-');
        }
        if set == ByteSet::default() && self.take("]") {
            set.add(b']', b']');
        }
        let mut joined: Option<(ByteSet, Operator)> = None;
        loop {
            let operator: Option<Operator> = if self.take("&&") {
                Some(|left, right| left & right)
            } else if self.take("--") {
                Some(|left, right| left & !right)
            } else if self.take("~~") {
                Some(|left, right| left ^ right)
            } else {
                None
            };
            let is_end = operator.is_none() && self.take("]");
            if operator.is_none() && !is_end {
                let more = self.item(depth)?;
                set = set.with(more, |left, right| left | right);
                continue;
            }
            let whole = joined.map_or(set, |(left, operator)| left.with(set, operator));
            let Some(operator) = operator else {
                let folded = self.folded(whole);
                return Some(if is_negated { folded.negated() } else { folded });
            };
            joined = Some((whole, operator));
            set = ByteSet::default();
        }
    }

    /// A character, range, escape or class inside a class.
    fn item(&mut self, depth: usize) -> Option<ByteSet> {
        self.skip();
        if let Some(set) = self.posix() {
            return Some(set);
        }
        if self.take("[") {
            return self.class(depth + 1);
        }
        let first = match self.end()? {
            Ok(set) => return Some(set),
            Err(byte) => byte,
        };
        self.skip();
        // A hyphen before the bracket stands for itself, and two are an operator.
        if !self.rest.starts_with('-') || self.rest.starts_with("-]") || self.rest.starts_with("--") {
            return Some(ByteSet::of(first));
        }
        self.take("-");
        self.skip();
        let last = self.end()?.err()?;
        (first <= last).then(|| ByteSet::ranges(&[first, last]))
    }

    /// A named class; whatever looks like one and is none is a class of these letters.
    fn posix(&mut self) -> Option<ByteSet> {
        let (name, rest) = self.rest.strip_prefix("[:")?.split_once(":]")?;
        let plain = name.strip_prefix('^');
        let (_, ends) = POSIX.iter().find(|(known, _)| *known == plain.unwrap_or(name))?;
        self.rest = rest;
        let set = ByteSet::ranges(ends);
        Some(if plain.is_some() { set.negated() } else { set })
    }

    /// An end of a range, or a set that cannot be one.
    fn end(&mut self) -> Option<Result<ByteSet, u8>> {
        let one = match self.next()? {
            '\\' => match self.escape()? {
                Escape::Set(set) => return Some(Ok(set)),
                Escape::Byte(byte) => return Some(Err(byte)),
                Escape::Char(one) => one,
                Escape::Look(_) => return None,
            },
            one => one,
        };
        one.is_ascii().then_some(Err(one as u8))
    }
}

//! Patterns over digits: the part of regular expressions that the metadata use.
//!
//! `pattern = row ("|" row)*`, `row = (atom repeat?)*`, `atom = digit | "\d" | "[" digits-and-ranges "]" | "(" pattern ")"`,
//! `repeat = "?" | "{n}" | "{n,m}"`. Spaces mean nothing. All languages are finite, as numbers are.

/// A parsed pattern.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// One digit out of a set: bit `d` stands for digit `d`.
    Digit(u16),
    /// One after the other.
    Row(Vec<Pattern>),
    /// Any one.
    Either(Vec<Pattern>),
    /// The pattern, at least and at most so many times.
    Repeat(Box<Pattern>, u32, u32),
}

/// All ten digits.
const ANY_DIGIT: u16 = 0x3ff;

/// Parses a whole pattern.
///
/// # Errors
/// What is not understood, with the pattern: new metadata may use more of the language.
pub fn parse(source: &str) -> Result<Pattern, String> {
    let text: Vec<u8> = source.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut parser = Parser { text: &text, at: 0 };
    let pattern = parser.either().map_err(|error| format!("{error} in {source}"))?;
    if parser.at == text.len() { Ok(pattern) } else { Err(format!("unread rest at {} in {source}", parser.at)) }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, expected: &[u8]) -> bool {
        let there = self.text[self.at..].starts_with(expected);
        self.at += if there { expected.len() } else { 0 };
        there
    }

    fn either(&mut self) -> Result<Pattern, String> {
        let mut rows = vec![self.row()?];
        while self.take(b"|") {
            rows.push(self.row()?);
        }
        Ok(if rows.len() == 1 { rows.remove(0) } else { Pattern::Either(rows) })
    }

    fn row(&mut self) -> Result<Pattern, String> {
        let mut row = Vec::new();
        while self.peek().is_some_and(|byte| byte != b'|' && byte != b')') {
            let atom = self.atom()?;
            row.push(self.repeat(atom)?);
        }
        Ok(Pattern::Row(row))
    }

    fn atom(&mut self) -> Result<Pattern, String> {
        if self.take(b"(?:") || self.take(b"(") {
            let inner = self.either()?;
            return if self.take(b")") { Ok(inner) } else { Err("a bracket stays open".to_owned()) };
        }
        if self.take(b"\\d") {
            return Ok(Pattern::Digit(ANY_DIGIT));
        }
        if self.take(b"[") {
            return self.class();
        }
        self.digit().map(|digit| Pattern::Digit(1 << digit))
    }

    fn class(&mut self) -> Result<Pattern, String> {
        let mut digits = 0;
        while !self.take(b"]") {
            let first = self.digit()?;
            let last = if self.take(b"-") { self.digit()? } else { first };
            (first..=last).for_each(|digit| digits |= 1 << digit);
        }
        Ok(Pattern::Digit(digits))
    }

    fn digit(&mut self) -> Result<u32, String> {
        let digit = self.peek().filter(u8::is_ascii_digit).ok_or_else(|| format!("no digit at {}", self.at))?;
        self.at += 1;
        Ok(u32::from(digit - b'0'))
    }

    fn repeat(&mut self, atom: Pattern) -> Result<Pattern, String> {
        if self.take(b"?") {
            return Ok(Pattern::Repeat(Box::new(atom), 0, 1));
        }
        if !self.take(b"{") {
            return Ok(atom);
        }
        let min = self.count()?;
        let max = if self.take(b",") { self.count()? } else { min };
        if self.take(b"}") {
            Ok(Pattern::Repeat(Box::new(atom), min, max))
        } else {
            Err("a brace stays open".to_owned())
        }
    }

    fn count(&mut self) -> Result<u32, String> {
        let mut count = self.digit()?;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            count = count * 10 + self.digit()?;
        }
        Ok(count)
    }
}

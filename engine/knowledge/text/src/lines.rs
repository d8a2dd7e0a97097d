//! Lines of canonical text, and the line forms that matter for headings and sentences.

use conclave_protocol::Span;

/// One line, without its line break.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its characters.
    pub text: &'a str,
    /// Where it begins in the whole text.
    pub start: usize,
    /// Where the next line begins.
    pub end_with_break: usize,
}

/// The lines of `text`; a last line without a break counts, an empty text has none.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |with_break| {
        let line = Line {
            text: with_break.strip_suffix('\n').unwrap_or(with_break),
            start,
            end_with_break: start + with_break.len(),
        };
        start = line.end_with_break;
        line
    })
}

impl<'a> Line<'a> {
    /// Whether it holds white space alone.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Its words, without white space at either end.
    #[must_use]
    pub fn trimmed(&self) -> &'a str {
        self.text.trim()
    }

    /// The place of those.
    #[must_use]
    pub fn trimmed_span(&self) -> Span {
        self.span_of(self.trimmed())
    }

    /// The place of `part`, which is a slice of this line.
    pub fn span_of(&self, part: &str) -> Span {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        Span::new(self.start + offset, self.start + (offset + part.len()).min(self.text.len()))
    }
}

/// An open fenced code block (CommonMark 0.31, section 4.5).
#[derive(Debug, Clone, Copy)]
pub struct Fence {
    mark: u8,
    length: usize,
}

impl Fence {
    /// The fence that this line opens.
    pub fn opened_by(line: &str) -> Option<Self> {
        let rest = line.trim_start_matches(' ');
        let mark = *rest.as_bytes().first()?;
        if line.len() - rest.len() > 3 || !matches!(mark, b'`' | b'~') {
            return None;
        }
        let length = run(rest, mark);
        // A backtick in the info string makes it inline code.
        (length >= 3 && (mark == b'~' || !rest[length..].contains('`'))).then_some(Self { mark, length })
    }

    /// Whether this line closes it.
    pub fn is_closed_by(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        let length = run(rest, self.mark);
        line.len() - rest.len() <= 3 && length >= self.length && rest[length..].trim().is_empty()
    }
}

fn run(text: &str, mark: u8) -> usize {
    text.bytes().take_while(|byte| *byte == mark).count()
}

/// Length in bytes of a list marker with the white space behind it: `- `, `* `, `+ `, `• `, `12. `, `3) `, `(a) `.
pub fn list_marker(line: &str) -> Option<usize> {
    let rest = line.trim_start();
    let indent = line.len() - rest.len();
    let marker = bullet(rest).or_else(|| enumerator(rest))?;
    let after = &rest[marker..];
    let space = after.len() - after.trim_start_matches([' ', '\t']).len();
    (space > 0 || after.is_empty()).then_some(indent + marker + space)
}

fn bullet(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    matches!(first, '-' | '*' | '+' | '•' | '◦' | '▪' | '‣' | '–' | '—').then_some(first.len_utf8())
}

/// A number of at most three digits or a single letter, in one of the forms `1.`, `1)`, `(1)`.
fn enumerator(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('(').unwrap_or(rest);
    let opened = rest.len() != inner.len();
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let letters = usize::from(inner.as_bytes().first().is_some_and(u8::is_ascii_alphabetic));
    let length = if digits > 0 { digits } else { letters };
    if !(1..=3).contains(&length) {
        return None;
    }
    let close = *inner.as_bytes().get(length)?;
    // A letter with a full stop is an initial ("J. Smith") more often than a marker.
    let closes = if opened || digits == 0 { close == b')' } else { matches!(close, b'.' | b')') };
    closes.then_some(usize::from(opened) + length + 1)
}

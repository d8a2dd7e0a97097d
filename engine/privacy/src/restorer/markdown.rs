//! Where in a Markdown document the stream is: in a fenced block, in inline code, or in text.

use std::borrow::Cow;

/// Backticks or tildes that begin a fenced block (CommonMark 0.31, 4.5).
const FENCE_MIN: usize = 3;

#[derive(Debug, Default)]
pub(super) struct Markdown {
    /// The sign and length of the fence that is open.
    fence: Option<(char, usize)>,
    /// Length of the run of backticks that opened inline code.
    code: Option<usize>,
    /// A run of backticks or tildes that has not ended, and whether it begins its line.
    run: Option<(char, usize, bool)>,
    /// Something other than white space and quote marks stands on this line.
    filled: bool,
    escaped: bool,
}

impl Markdown {
    pub(super) fn pass(&mut self, text: &str) {
        for c in text.chars() {
            self.step(c);
        }
    }

    fn step(&mut self, c: char) {
        if let Some((sign, len, _)) = &mut self.run
            && *sign == c
        {
            *len += 1;
            return;
        }
        self.end_run();
        let escaped = std::mem::take(&mut self.escaped);
        match c {
            '`' | '~' if !escaped => self.run = Some((c, 1, !self.filled)),
            '\n' => {
                // Inline code does not go on over an empty line.
                self.code = self.code.filter(|_| self.filled);
                self.filled = false;
                return;
            }
            '\\' => self.escaped = !escaped && self.fence.is_none() && self.code.is_none(),
            _ => {}
        }
        self.filled |= !matches!(c, ' ' | '\t' | '>' | '\r');
    }

    fn end_run(&mut self) {
        let Some((sign, len, begins)) = self.run.take() else { return };
        match self.fence {
            Some((open, least)) if begins && sign == open && len >= least => self.fence = None,
            Some(_) => {}
            None if begins && len >= FENCE_MIN && self.code.is_none() => self.fence = Some((sign, len)),
            None if sign == '`' => match self.code {
                None => self.code = Some(len),
                Some(open) if open == len => self.code = None,
                Some(_) => {}
            },
            None => {}
        }
    }

    /// The value as it is written here; `None` where its backticks would end the code that it stands in.
    pub(super) fn write<'v>(&mut self, value: Cow<'v, str>) -> Option<Cow<'v, str>> {
        self.end_run();
        if let Some((sign, least)) = self.fence {
            let closes = |line: &str| line.trim_start().chars().take_while(|c| *c == sign).count() >= least;
            return (!value.lines().any(closes)).then_some(value);
        }
        if self.code.is_some() {
            return (!value.contains('`') && !value.contains("\n\n")).then_some(value);
        }
        Some(escape(&value, !self.filled))
    }
}

/// Backslashes before what Markdown would read as its own (CommonMark 0.31, 2.4). An underscore inside a word is not.
fn escape<'v>(value: &str, mut begins: bool) -> Cow<'v, str> {
    let mut out = String::with_capacity(value.len() + 8);
    let mut before = ' ';
    let mut number = begins;
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '&' | '|' | '~' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '#' | '>' => begins,
            '-' | '+' | '=' => begins && !after.is_alphanumeric(),
            // `1.` and `1)` begin a list.
            '.' | ')' => number && before.is_ascii_digit(),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        begins = c == '\n' || begins && c == ' ';
        number = begins || number && c.is_ascii_digit();
        before = c;
    }
    Cow::Owned(out)
}

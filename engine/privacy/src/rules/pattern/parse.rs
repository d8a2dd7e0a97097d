//! Reads a regular expression.
//!
//! The notation is that of the crate `regex` without Unicode (<https://docs.rs/regex/1/regex/#syntax>): a character that is not
//! ASCII stands for its UTF-8 bytes, `.` and classes stand for bytes. Not known are `\p{...}`, the flags `u` and `R`, and
//! characters in classes that are not ASCII.

use super::bytes::ByteSet;

/// Deepest nesting of groups, classes and repetitions of repetitions.
pub(super) const NEST_MAX: usize = 24;

/// Digits.
pub(super) const DIGIT: &[u8] = b"09";
/// White space.
pub(super) const SPACE: &[u8] = b"\t\r  ";
/// What words are made of.
pub(super) const WORD: &[u8] = b"09AZaz__";

/// What holds at a place without reading anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
    WordStart,
    WordEnd,
}

/// An expression.
#[derive(Debug)]
pub(super) enum Node {
    Set(ByteSet),
    Look(Look),
    /// One after the other; nothing where it is empty.
    Row(Vec<Node>),
    /// One of them, the first preferred.
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        greedy: bool,
    },
}

impl Node {
    /// Whether it can match without reading a byte.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Self::Set(_) => false,
            Self::Look(_) => true,
            Self::Row(nodes) => nodes.iter().all(Self::may_be_empty),
            Self::Either(nodes) => nodes.iter().any(Self::may_be_empty),
            Self::Repeat { node, min, .. } => *min == 0 || node.may_be_empty(),
        }
    }
}

/// `i`, `m`, `s`, `U` and `x`.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    any_case: bool,
    lines: bool,
    dot_all: bool,
    lazy: bool,
    spaced: bool,
}

impl Flags {
    fn set(&mut self, name: char, value: bool) -> Option<()> {
        let flag = match name {
            'i' => &mut self.any_case,
            'm' => &mut self.lines,
            's' => &mut self.dot_all,
            'U' => &mut self.lazy,
            'x' => &mut self.spaced,
            _ => return None,
        };
        *flag = value;
        Some(())
    }
}

/// The expression, or `None` where it is none.
pub(super) fn parse(source: &str) -> Option<Node> {
    let mut reader = Reader { rest: source, flags: Flags::default() };
    let node = reader.either(0)?;
    reader.rest.is_empty().then_some(node)
}

pub(super) struct Reader<'a> {
    pub(super) rest: &'a str,
    flags: Flags,
}

/// What an escape stands for.
pub(super) enum Escape {
    Set(ByteSet),
    Look(Look),
    /// A byte that need not be a character.
    Byte(u8),
    Char(char),
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    pub(super) fn take(&mut self, what: &str) -> bool {
        let found = self.rest.strip_prefix(what);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// What stands before `end`, which is read too.
    pub(super) fn until(&mut self, end: char) -> Option<&str> {
        let (inside, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(inside)
    }

    /// Passes what means nothing under the flag `x`.
    pub(super) fn skip(&mut self) {
        while self.flags.spaced {
            let trimmed = self.rest.trim_start();
            match trimmed.strip_prefix('#') {
                Some(comment) => self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest),
                None => {
                    self.rest = trimmed;
                    return;
                }
            }
        }
    }

    /// Alternatives, up to the end of the group.
    fn either(&mut self, depth: usize) -> Option<Node> {
        if depth > NEST_MAX {
            return None;
        }
        let flags = self.flags;
        let mut all = vec![self.row(depth)?];
        while self.take("|") {
            all.push(self.row(depth)?);
        }
        self.flags = flags;
        if all.len() == 1 { all.pop() } else { Some(Node::Either(all)) }
    }

    fn row(&mut self, depth: usize) -> Option<Node> {
        let mut row = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None | Some('|' | ')') => return Some(Node::Row(row)),
                Some('(') => row.extend(self.group(depth)?),
                Some(_) => row.push(self.one(depth)?),
            }
            // A setting of flags is nothing that can be repeated, nor is the beginning.
            if let Some(node) = row.pop() {
                row.push(self.repeated(node, depth)?);
            }
        }
    }

    /// A group; `None` inside for flags alone.
    fn group(&mut self, depth: usize) -> Option<Option<Node>> {
        self.take("(");
        let outer = self.flags;
        if self.take("?P<") || self.take("?<") {
            let name = self.until('>')?;
            let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
            if !is_name || name.contains(|one: char| !one.is_alphanumeric() && !"_.[]".contains(one)) {
                return None;
            }
        } else if self.take("?") {
            let (set, behind) = self.rest.split_at(self.rest.find([':', ')'])?);
            let (on, off) = set.split_once('-').map_or((set, None), |(on, off)| (on, Some(off)));
            on.chars().try_for_each(|flag| self.flags.set(flag, true))?;
            off.unwrap_or_default().chars().try_for_each(|flag| self.flags.set(flag, false))?;
            // A hyphen turns something off, and flags alone are some.
            if off == Some("") || set.is_empty() && behind.starts_with(')') {
                return None;
            }
            self.rest = &behind[1..];
            if behind.starts_with(')') {
                return Some(None);
            }
        }
        let node = self.either(depth + 1)?;
        self.flags = outer;
        self.take(")").then_some(Some(node))
    }

    /// Repetitions behind an expression.
    fn repeated(&mut self, mut node: Node, mut depth: usize) -> Option<Node> {
        loop {
            self.skip();
            let (min, max) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => self.counts()?,
                _ => return Some(node),
            };
            self.next();
            depth += 1;
            if depth > NEST_MAX {
                return None;
            }
            let greedy = self.take("?") == self.flags.lazy;
            node = Node::Repeat { node: Box::new(node), min, max, greedy };
        }
    }

    /// `{2}`, `{2,}` or `{2,3}`, up to the brace.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let counts = self.rest.strip_prefix('{')?;
        let (inside, _) = counts.split_once('}')?;
        self.rest = &counts[inside.len()..];
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let Some((min, max)) = inside.split_once(',') else {
            let count = number(inside)?;
            return Some((count, Some(count)));
        };
        let least = number(min)?;
        if max.trim().is_empty() {
            return Some((least, None));
        }
        let most = number(max)?;
        (least <= most).then_some((least, Some(most)))
    }

    /// What is neither a group nor a repetition.
    fn one(&mut self, depth: usize) -> Option<Node> {
        let lines = self.flags.lines;
        Some(match self.next()? {
            '*' | '+' | '?' | '{' => return None,
            '^' => Node::Look(if lines { Look::LineStart } else { Look::TextStart }),
            '$' => Node::Look(if lines { Look::LineEnd } else { Look::TextEnd }),
            '.' if self.flags.dot_all => Node::Set(ByteSet::all()),
            '.' => Node::Set(ByteSet::of(b'\n').negated()),
            '[' => Node::Set(self.class(depth)?),
            '\\' => match self.escape()? {
                Escape::Set(set) => Node::Set(set),
                Escape::Look(look) => Node::Look(look),
                Escape::Byte(byte) => Node::Set(self.folded(ByteSet::of(byte))),
                Escape::Char(one) => self.literal(one),
            },
            one => self.literal(one),
        })
    }

    fn literal(&self, one: char) -> Node {
        let set = |byte: &u8| Node::Set(self.folded(ByteSet::of(*byte)));
        let mut utf8 = [0; 4];
        Node::Row(one.encode_utf8(&mut utf8).as_bytes().iter().map(set).collect())
    }

    pub(super) fn folded(&self, set: ByteSet) -> ByteSet {
        if self.flags.any_case { set.folded() } else { set }
    }

    /// What stands behind a backslash.
    pub(super) fn escape(&mut self) -> Option<Escape> {
        let set = |ends: &[u8]| Escape::Set(ByteSet::ranges(ends));
        let no = |ends: &[u8]| Escape::Set(ByteSet::ranges(ends).negated());
        Some(match self.next()? {
            'd' => set(DIGIT),
            'D' => no(DIGIT),
            's' => set(SPACE),
            'S' => no(SPACE),
            'w' => set(WORD),
            'W' => no(WORD),
            'b' if self.take("{start}") => Escape::Look(Look::WordStart),
            'b' if self.take("{end}") => Escape::Look(Look::WordEnd),
            'b' => Escape::Look(Look::WordBoundary),
            'B' => Escape::Look(Look::NoWordBoundary),
            '<' => Escape::Look(Look::WordStart),
            '>' => Escape::Look(Look::WordEnd),
            'A' => Escape::Look(Look::TextStart),
            'z' => Escape::Look(Look::TextEnd),
            'n' => Escape::Char('\n'),
            't' => Escape::Char('\t'),
            'r' => Escape::Char('\r'),
            'f' => Escape::Char('\x0c'),
            'v' => Escape::Char('\x0b'),
            'a' => Escape::Char('\x07'),
            kind @ ('x' | 'u' | 'U') => return self.coded(kind),
            one if one.is_ascii() && !one.is_ascii_alphanumeric() => Escape::Char(one),
            _ => return None,
        })
    }

    /// `\x41`, `\u0041`, `\U00000041` or one of them in braces.
    fn coded(&mut self, kind: char) -> Option<Escape> {
        let is_braced = self.take("{");
        let digits = match kind {
            _ if is_braced => self.until('}')?.to_owned(),
            'x' => self.digits(2)?,
            'u' => self.digits(4)?,
            _ => self.digits(8)?,
        };
        // A sign would be read as well.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let code = u32::from_str_radix(&digits, 16).ok()?;
        if kind == 'x' && !is_braced {
            return u8::try_from(code).ok().map(Escape::Byte);
        }
        char::from_u32(code).map(Escape::Char)
    }

    fn digits(&mut self, count: usize) -> Option<String> {
        let digits = self.rest.get(..count)?.to_owned();
        self.rest = &self.rest[count..];
        Some(digits)
    }
}

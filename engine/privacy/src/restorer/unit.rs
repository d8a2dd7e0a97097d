//! One character of a token, however it is written.

/// How a character is written. The place where a value lands is read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// As itself, or in its full-width form.
    Plain,
    /// After a backslash (Markdown, LaTeX), or two (the same inside a string).
    Backslash,
    /// `&#91;`, `&#x5b;`, `&lsqb;` (HTML), also `&amp;#91;`.
    Entity,
    /// `\u005b` (JSON).
    Json,
    /// `%5B` (URL).
    Percent,
}

/// What a character can be in a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Open(Pair),
    Close(Pair),
    /// The letter in upper case, and whether it was.
    Letter(u8, bool),
    /// Its value.
    Digit(u8),
    Underscore,
    Hyphen,
    Space,
    /// `*`, `~`, a backtick: Markdown that a model puts around the name inside the brackets.
    Decoration,
    Apostrophe,
    /// Zero width; does not count.
    Nothing,
    Other(char),
}

/// Kinds of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// `[ ]` and what stands for it: `［ ］`, `⟦ ⟧`, `【 】`, `〔 〕`, `⟨ ⟩`.
    Square(char),
    Round,
    Curly,
    Angle,
}

/// A character and the bytes that it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    pub class: Class,
    pub writing: Writing,
    pub len: usize,
}

/// What stands at a place.
pub(super) enum Read {
    Unit(Unit),
    /// The text that is there ends before the character does.
    More,
    End,
}

/// Names of HTML 5 (section 13.5) that stand for characters of tokens. `&lt;` is not among them: where HTML writes it, it
/// belongs to the text.
const NAMES: [(&str, char); 16] = [
    ("lsqb;", '['),
    ("lbrack;", '['),
    ("rsqb;", ']'),
    ("rbrack;", ']'),
    ("lpar;", '('),
    ("rpar;", ')'),
    ("lcub;", '{'),
    ("lbrace;", '{'),
    ("rcub;", '}'),
    ("rbrace;", '}'),
    ("lowbar;", '_'),
    ("nbsp;", '\u{a0}'),
    ("hyphen;", '\u{2010}'),
    ("shy;", '\u{ad}'),
    ("apos;", '\''),
    ("rsquo;", '\u{2019}'),
];

/// Most digits of a numeric character reference; 1,114,111 has seven.
const REFERENCE_DIGITS_MAX: usize = 7;

/// Reads the character at the start of `text`. `whole` says that nothing follows it.
pub(super) fn read(text: &str, whole: bool) -> Read {
    let Some(first) = text.chars().next() else {
        return if whole { Read::End } else { Read::More };
    };
    let escaped = match first {
        '\\' => backslash(text, whole),
        '&' => entity(text, whole),
        '%' => percent(text, whole),
        _ => Escape::None,
    };
    match escaped {
        Escape::Char(c, writing, len) => Read::Unit(Unit { class: class(c), writing, len }),
        Escape::More => Read::More,
        Escape::None => Read::Unit(Unit { class: class(first), writing: Writing::Plain, len: first.len_utf8() }),
    }
}

enum Escape {
    Char(char, Writing, usize),
    None,
    More,
}

impl Escape {
    const fn more(whole: bool) -> Self {
        if whole { Self::None } else { Self::More }
    }
}

fn backslash(text: &str, whole: bool) -> Escape {
    let bytes = text.as_bytes();
    let slashes = if bytes.get(1) == Some(&b'\\') { 2 } else { 1 };
    match bytes.get(slashes) {
        None => Escape::more(whole),
        Some(b'u') => {
            let digits = &bytes[slashes + 1..bytes.len().min(slashes + 5)];
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return Escape::None;
            }
            if digits.len() < 4 {
                return Escape::more(whole);
            }
            char::from_u32(number(digits, 16)).map_or(Escape::None, |c| Escape::Char(c, Writing::Json, slashes + 5))
        }
        Some(c @ (b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'_' | b'-' | b'*' | b'`' | b'~')) => {
            Escape::Char(char::from(*c), Writing::Backslash, slashes + 1)
        }
        Some(_) => Escape::None,
    }
}

fn entity(text: &str, whole: bool) -> Escape {
    let bytes = text.as_bytes();
    let more = |rest: &[u8], wanted: &str| rest.len() < wanted.len() && wanted.as_bytes().starts_with(rest);
    let mut at = 1;
    let mut waits = false;
    if bytes[at..].starts_with(b"amp;") {
        at += 4;
    } else {
        waits |= more(&bytes[at..], "amp;");
    }
    let rest = &bytes[at..];
    if let Some(reference) = rest.strip_prefix(b"#") {
        let (digits, radix, prefix) = match reference {
            [b'x' | b'X', digits @ ..] => (digits, 16, 2),
            digits => (digits, 10, 1),
        };
        let len = digits.iter().take_while(|b| char::from(**b).is_digit(radix)).count();
        return match digits.get(len) {
            _ if len > REFERENCE_DIGITS_MAX => Escape::None,
            None => Escape::more(whole),
            Some(b';') if len > 0 => char::from_u32(number(&digits[..len], radix))
                .map_or(Escape::None, |c| Escape::Char(c, Writing::Entity, at + prefix + len + 1)),
            Some(_) => Escape::None,
        };
    }
    for (name, c) in NAMES {
        if rest.starts_with(name.as_bytes()) {
            return Escape::Char(c, Writing::Entity, at + name.len());
        }
        waits |= more(rest, name);
    }
    if waits { Escape::more(whole) } else { Escape::None }
}

fn percent(text: &str, whole: bool) -> Escape {
    match text.as_bytes() {
        [_, a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
            let byte = number(&[*a, *b], 16);
            match char::from_u32(byte) {
                Some(c) if c.is_ascii() => Escape::Char(c, Writing::Percent, 3),
                _ => Escape::None,
            }
        }
        [_] => Escape::more(whole),
        [_, a] if a.is_ascii_hexdigit() => Escape::more(whole),
        _ => Escape::None,
    }
}

fn number(digits: &[u8], radix: u32) -> u32 {
    digits.iter().filter_map(|b| char::from(*b).to_digit(radix)).fold(0, |sum, digit| sum * radix + digit)
}

fn class(c: char) -> Class {
    // The full-width forms of ASCII (Unicode block FF00).
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    match c {
        'A'..='Z' | 'a'..='z' => Class::Letter(c.to_ascii_uppercase() as u8, c.is_ascii_uppercase()),
        '0'..='9' => Class::Digit(c as u8 - b'0'),
        '_' | '\u{2017}' | '\u{203f}' | '\u{fe4d}' | '\u{fe4f}' => Class::Underscore,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => Class::Hyphen,
        ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Class::Space,
        '*' | '~' | '`' => Class::Decoration,
        '\'' | '\u{2019}' => Class::Apostrophe,
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Class::Nothing,
        '[' => Class::Open(Pair::Square(']')),
        '⟦' => Class::Open(Pair::Square('⟧')),
        '【' => Class::Open(Pair::Square('】')),
        '〔' => Class::Open(Pair::Square('〕')),
        '⟨' => Class::Open(Pair::Square('⟩')),
        ']' | '⟧' | '】' | '〕' | '⟩' => Class::Close(Pair::Square(c)),
        '(' => Class::Open(Pair::Round),
        ')' => Class::Close(Pair::Round),
        '{' => Class::Open(Pair::Curly),
        '}' => Class::Close(Pair::Curly),
        '<' => Class::Open(Pair::Angle),
        '>' => Class::Close(Pair::Angle),
        _ => Class::Other(c),
    }
}

//! Disguises: spellings that a person or a program would read as the same value.

use super::random::Random;
use super::value::Planted;

/// A way to write a value so that a plain pattern does not see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disguise {
    Plain,
    FullWidth,
    MathBold,
    ZeroWidth,
    SoftHyphen,
    Combining,
    RightToLeft,
    Nul,
    NoBreakSpace,
    NoBreakHyphen,
    ArabicDigits,
    Lookalike,
    Case,
    Percent,
    PercentTwice,
    JsonUnicode,
    JsonTwice,
    Html,
    HtmlTwice,
    Base64,
    Base64Url,
    Base64Lines,
    Base64Twice,
    Utf16Base64,
    Hex,
    SplitLine,
    SplitQuoted,
    SplitSoft,
}

use Disguise::{
    ArabicDigits, Base64, Base64Lines, Base64Twice, Base64Url, Case, Combining, FullWidth, Hex, Html, HtmlTwice,
    JsonTwice, JsonUnicode, Lookalike, MathBold, NoBreakHyphen, NoBreakSpace, Nul, Percent, PercentTwice, Plain,
    RightToLeft, SoftHyphen, SplitLine, SplitQuoted, SplitSoft, Utf16Base64, ZeroWidth,
};

const ALL: [(Disguise, &str); 28] = [
    (Plain, "plain"),
    (FullWidth, "full_width"),
    (MathBold, "math_bold"),
    (ZeroWidth, "zero_width"),
    (SoftHyphen, "soft_hyphen"),
    (Combining, "combining_mark"),
    (RightToLeft, "rtl_override"),
    (Nul, "nul"),
    (NoBreakSpace, "nbsp"),
    (NoBreakHyphen, "no_break_hyphen"),
    (ArabicDigits, "arabic_digits"),
    (Lookalike, "lookalike"),
    (Case, "case"),
    (Percent, "percent"),
    (PercentTwice, "percent_twice"),
    (JsonUnicode, "json"),
    (JsonTwice, "json_twice"),
    (Html, "html"),
    (HtmlTwice, "html_twice"),
    (Base64, "base64"),
    (Base64Url, "base64_url"),
    (Base64Lines, "base64_lines"),
    (Base64Twice, "base64_twice"),
    (Utf16Base64, "base64_utf16"),
    (Hex, "hex"),
    (SplitLine, "split_line"),
    (SplitQuoted, "split_quoted"),
    (SplitSoft, "split_soft"),
];

impl Disguise {
    /// One that changes this value, or none.
    pub fn any(random: &mut Random, planted: &Planted) -> Self {
        loop {
            let (disguise, _) = ALL[random.below(ALL.len())];
            let text = &planted.text;
            let fits = match disguise {
                NoBreakSpace => text.contains(' '),
                NoBreakHyphen => text.contains('-'),
                ArabicDigits => text.bytes().any(|byte| byte.is_ascii_digit()),
                Lookalike => text.chars().any(|c| lookalike(c) != c),
                Case => planted.caseless,
                Base64Lines => planted.formed && text.len() >= 12,
                // A run of base 64 or hexadecimal digits carries no sign of its beginning below twelve bytes.
                Base64 | Base64Url | Base64Twice | Utf16Base64 | Hex => text.len() >= 12,
                _ => true,
            };
            if fits {
                return disguise;
            }
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        ALL.iter().find(|(disguise, _)| *disguise == self).map_or("", |(_, name)| name)
    }

    /// The value in disguise.
    pub fn apply(self, planted: &Planted, random: &mut Random) -> String {
        let text = planted.text.as_str();
        match self {
            Plain => text.to_owned(),
            FullWidth => each(text, |c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic())),
            MathBold => each(text, math_bold),
            ZeroWidth => between(text, random, "\u{200b}"),
            SoftHyphen => between(text, random, "\u{ad}"),
            Combining => between(text, random, "\u{301}"),
            RightToLeft => format!("\u{202e}{}\u{202c}", between(text, random, "\u{200f}"))
                .trim_matches(['\u{202e}', '\u{202c}'])
                .to_owned(),
            Nul => between(text, random, "\0"),
            NoBreakSpace => text.replace(' ', "\u{a0}"),
            NoBreakHyphen => text.replace('-', "\u{2011}"),
            ArabicDigits => each(text, |c| c.to_digit(10).and_then(|digit| char::from_u32(0x660 + digit))),
            Lookalike => text.chars().map(lookalike).collect(),
            Case => text.to_uppercase(),
            Percent => some(text, random, |byte| format!("%{byte:02X}")),
            PercentTwice => some(text, random, |byte| format!("%25{byte:02x}")),
            JsonUnicode => some(text, random, |byte| format!("\\u{byte:04x}")),
            JsonTwice => some(text, random, |byte| format!("\\\\u{byte:04X}")),
            Html => some(text, random, |byte| format!("&#{byte};")),
            HtmlTwice => some(text, random, |byte| format!("&amp;#x{byte:x};")),
            Base64 => base64(text.as_bytes(), false),
            Base64Url => base64(text.as_bytes(), true).trim_end_matches('=').to_owned(),
            Base64Lines => {
                let encoded =
                    base64(format!("the value is {text}, and that is all there is to say about it").as_bytes(), false);
                let lines: Vec<&str> =
                    (0..encoded.len()).step_by(64).map(|at| &encoded[at..encoded.len().min(at + 64)]).collect();
                lines.join("\n")
            }
            Base64Twice => base64(base64(text.as_bytes(), false).as_bytes(), false),
            Utf16Base64 => base64(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), false),
            Hex => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            SplitLine => split(planted, random, "\n"),
            SplitQuoted => split(planted, random, "\r\n> "),
            SplitSoft => split(planted, random, "=\n"),
        }
    }
}

fn each(text: &str, change: impl Fn(char) -> Option<char>) -> String {
    text.chars().map(|c| change(c).unwrap_or(c)).collect()
}

fn math_bold(c: char) -> Option<char> {
    let (base, first) = match c {
        'A'..='Z' => (0x1_d400, 'A'),
        'a'..='z' => (0x1_d41a, 'a'),
        '0'..='9' => (0x1_d7ce, '0'),
        _ => return None,
    };
    char::from_u32(base + u32::from(c) - u32::from(first))
}

const fn lookalike(c: char) -> char {
    match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'A' => 'А',
        'B' => 'В',
        'E' => 'Е',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        c => c,
    }
}

/// `mark` at one to four places inside.
fn between(text: &str, random: &mut Random, mark: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..=random.below(4)).map(|_| 1 + random.below(chars.len() - 1)).collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        if places.contains(&i) {
            out.push_str(mark);
        }
        out.push(*c);
    }
    out
}

/// Every third character or so, and all signs, as escapes.
fn some(text: &str, random: &mut Random, escape: impl Fn(u8) -> String) -> String {
    text.bytes()
        .map(|byte| {
            let escaped = !byte.is_ascii_alphanumeric() || random.below(3) == 0;
            if escaped { escape(byte) } else { char::from(byte).to_string() }
        })
        .collect()
}

/// A break after at least two characters and before at least two. The name in front of an `@` stays whole, because where it is
/// cut at a letter its first part is a word like any other, to a person as well; what has no form keeps a digit and a letter
/// behind the break.
fn split(planted: &Planted, random: &mut Random, line_break: &str) -> String {
    let text = planted.text.as_str();
    let first = text.find('@').filter(|_| planted.kind == "email").unwrap_or(2);
    let is_telling = |part: &str| {
        part.bytes().any(|byte| byte.is_ascii_digit()) && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let last = (first..text.len() - 2).rev().find(|at| planted.formed || is_telling(&text[*at..])).unwrap_or(first);
    let at = first + random.below(last - first + 1);
    // A space at the break is where a mail program breaks; it goes.
    format!("{}{line_break}{}", text[..at].trim_end(), text[at..].trim_start())
}

fn base64(bytes: &[u8], url: bool) -> String {
    let alphabet: &[u8; 64] = if url {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    } else {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    };
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0usize, |bits, i| bits << 8 | usize::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            out.push(if i <= chunk.len() { char::from(alphabet[bits >> (18 - 6 * i) & 63]) } else { '=' });
        }
    }
    out
}

//! The changes of tokens that restoring undoes, as functions, for tests and for the suite `roundtrip`.

use crate::tokens::Token;

/// One kind of change that models make to tokens. [`crate::restorer`] describes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mutation {
    /// `[email_01]`, `[Email_01]`
    LetterCase,
    /// `EMAIL_01`
    DroppedBrackets,
    /// `(EMAIL_01)`
    RoundBrackets,
    /// `{EMAIL_01}`, `{{EMAIL_01}}`
    CurlyBrackets,
    /// `<EMAIL_01>`, `<<EMAIL_01>>`
    AngleBrackets,
    /// `⟦EMAIL_01⟧`, `【EMAIL_01】`, `〔EMAIL_01〕`, `⟨EMAIL_01⟩`
    WhiteBrackets,
    /// `［EMAIL_01］`, `［ＥＭＡＩＬ＿０１］`
    FullWidth,
    /// `**[EMAIL_01]**`, `*[EMAIL_01]*`, `~~[EMAIL_01]~~`
    MarkupAround,
    /// `[**EMAIL_01**]`, ``[`EMAIL_01`]``
    MarkupInside,
    /// `` `[EMAIL_01]` ``
    CodeAround,
    /// `[EMAIL\_01]`, `[EMAIL\\_01]`
    EscapedUnderscore,
    /// `\[EMAIL\_01\]`, `\[EMAIL_01\]`
    EscapedBrackets,
    /// `&#91;EMAIL_01&#93;`, `&lsqb;EMAIL&#x5F;01&rsqb;`, `&amp;#91;EMAIL_01&amp;#93;`
    HtmlEscapes,
    /// `\u005bEMAIL_01\u005d`, `\u005BEMAIL\u005f01\u005D`
    JsonEscapes,
    /// `%5BEMAIL_01%5D`
    PercentEscapes,
    /// `[ EMAIL_01 ]`, with ordinary or no-break spaces, or zero-width ones inside
    InnerSpaces,
    /// `[EMAIL 01]`, `[EMAIL 01]` with a no-break space
    SpaceSeparator,
    /// `[EMAIL-01]`, `[EMAIL‑01]` with a no-break hyphen, `[EMAIL01]`
    HyphenSeparator,
    /// `[EMAIL_1]`
    DroppedZero,
    /// `[EMAIL_01]'s`, `[EMAIL_01]s`, `[EMAIL_01's]`
    WordEnding,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::LetterCase,
        Self::DroppedBrackets,
        Self::RoundBrackets,
        Self::CurlyBrackets,
        Self::AngleBrackets,
        Self::WhiteBrackets,
        Self::FullWidth,
        Self::MarkupAround,
        Self::MarkupInside,
        Self::CodeAround,
        Self::EscapedUnderscore,
        Self::EscapedBrackets,
        Self::HtmlEscapes,
        Self::JsonEscapes,
        Self::PercentEscapes,
        Self::InnerSpaces,
        Self::SpaceSeparator,
        Self::HyphenSeparator,
        Self::DroppedZero,
        Self::WordEnding,
    ];

    /// Its name in the suite's rows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LetterCase => "letter_case",
            Self::DroppedBrackets => "dropped_brackets",
            Self::RoundBrackets => "round_brackets",
            Self::CurlyBrackets => "curly_brackets",
            Self::AngleBrackets => "angle_brackets",
            Self::WhiteBrackets => "white_brackets",
            Self::FullWidth => "full_width",
            Self::MarkupAround => "markup_around",
            Self::MarkupInside => "markup_inside",
            Self::CodeAround => "code_around",
            Self::EscapedUnderscore => "escaped_underscore",
            Self::EscapedBrackets => "escaped_brackets",
            Self::HtmlEscapes => "html_escapes",
            Self::JsonEscapes => "json_escapes",
            Self::PercentEscapes => "percent_escapes",
            Self::InnerSpaces => "inner_spaces",
            Self::SpaceSeparator => "space_separator",
            Self::HyphenSeparator => "hyphen_separator",
            Self::DroppedZero => "dropped_zero",
            Self::WordEnding => "word_ending",
        }
    }

    /// The token as a model may have written it; `variant` picks one of the ways, round and round.
    #[must_use]
    pub fn apply(self, token: Token, variant: usize) -> String {
        let written = token.to_string();
        let name = written.trim_matches(['[', ']']);
        let (stem, number) = name.rsplit_once('_').unwrap_or((name, ""));
        let pick =
            |ways: &[&str]| ways[variant % ways.len()].replace("{n}", name).replace("{s}", stem).replace("{i}", number);
        match self {
            Self::LetterCase => match variant % 2 {
                0 => written.to_ascii_lowercase(),
                _ => format!("[{}{}_{number}]", &stem[..1], stem[1..].to_ascii_lowercase()),
            },
            Self::DroppedBrackets => name.to_owned(),
            Self::RoundBrackets => pick(&["({n})", "（{n}）"]),
            Self::CurlyBrackets => pick(&["{{n}}", "{{{n}}}"]),
            Self::AngleBrackets => pick(&["<{n}>", "<<{n}>>"]),
            Self::WhiteBrackets => pick(&["⟦{n}⟧", "【{n}】", "〔{n}〕", "⟨{n}⟩"]),
            Self::FullWidth => match variant % 2 {
                0 => format!("［{name}］"),
                _ => written.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect(),
            },
            Self::MarkupAround => pick(&["**[{n}]**", "*[{n}]*", "~~[{n}]~~", "__[{n}]__"]),
            Self::MarkupInside => pick(&["[**{n}**]", "[`{n}`]", "[_{n}_]"]),
            Self::CodeAround => pick(&["`[{n}]`", "``[{n}]``"]),
            Self::EscapedUnderscore => match variant % 2 {
                0 => written.replace('_', "\\_"),
                _ => written.replace('_', "\\\\_"),
            },
            Self::EscapedBrackets => match variant % 2 {
                0 => format!("\\[{}\\]", name.replace('_', "\\_")),
                _ => format!("\\[{name}\\]"),
            },
            Self::HtmlEscapes => match variant % 3 {
                0 => format!("&#91;{name}&#93;"),
                1 => format!("&lsqb;{}&rsqb;", name.replace('_', "&#x5F;")),
                _ => format!("&amp;#91;{name}&amp;#93;"),
            },
            Self::JsonEscapes => match variant % 2 {
                0 => format!("\\u005b{name}\\u005d"),
                _ => format!("\\u005B{}\\u005D", name.replace('_', "\\u005f")),
            },
            Self::PercentEscapes => pick(&["%5B{n}%5D", "%5b{n}%5d"]),
            Self::InnerSpaces => pick(&["[ {n} ]", "[\u{a0}{n}\u{a0}]", "[\u{200b}{n}\u{2060}]", "[  {n} ]"]),
            Self::SpaceSeparator => match variant % 2 {
                0 => written.replace('_', " "),
                _ => written.replace('_', "\u{a0}"),
            },
            Self::HyphenSeparator => match variant % 3 {
                0 => written.replace('_', "-"),
                1 => written.replace('_', "\u{2011}"),
                _ => pick(&["[{s}{i}]"]),
            },
            Self::DroppedZero => format!("[{stem}_{}]", token.number),
            Self::WordEnding => pick(&["[{n}]'s", "[{n}]s", "[{n}]\u{2019}s", "[{n}'s]"]),
        }
    }

    /// What the change leaves around the value: text before it and after it.
    #[must_use]
    pub const fn around(self, variant: usize) -> (&'static str, &'static str) {
        match self {
            Self::MarkupAround => match variant % 4 {
                0 => ("**", "**"),
                1 => ("*", "*"),
                2 => ("~~", "~~"),
                _ => ("__", "__"),
            },
            Self::CodeAround => match variant % 2 {
                0 => ("`", "`"),
                _ => ("``", "``"),
            },
            Self::WordEnding => match variant % 4 {
                1 => ("", "s"),
                2 => ("", "\u{2019}s"),
                _ => ("", "'s"),
            },
            _ => ("", ""),
        }
    }
}

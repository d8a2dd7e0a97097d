//! A query's characters become tokens.

use super::filter::Filter;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Phrase(String),
    Prefix(String),
    Fuzzy(String, Option<usize>),
    Filter(Filter),
    And,
    Or,
    Not,
    Must,
    Open,
    Close,
}

/// Most tokens that are read; a pasted page is read as words by its beginning.
const MAX_TOKENS: usize = 256;

/// Fewest letters of a prefix: one letter begins a tenth of all words.
const MIN_PREFIX_CHARS: usize = 2;

/// The tokens of a query. Where `only_fields` is set everything but fields is a word.
pub(super) fn tokens(text: &str, only_fields: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        if tokens.len() >= MAX_TOKENS {
            break;
        }
        let (token, after) = match c {
            '(' | ')' if !only_fields => (Some(if c == '(' { Token::Open } else { Token::Close }), &rest[1..]),
            '+' | '-' if !only_fields && begins_operand(&rest[1..]) => {
                (Some(if c == '+' { Token::Must } else { Token::Not }), &rest[1..])
            }
            _ if is_quote(c) && !only_fields => match quoted(rest) {
                Some((phrase, after)) => (phrase.map(Token::Phrase), after),
                None => (None, &rest[c.len_utf8()..]),
            },
            _ => word(rest, only_fields),
        };
        tokens.extend(token);
        rest = after.trim_start();
    }
    tokens
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}')
}

/// The text between the quote that `rest` begins with and the next one, if it holds a letter, and what follows.
fn quoted(rest: &str) -> Option<(Option<String>, &str)> {
    let open = rest.chars().next()?.len_utf8();
    let (at, close) = rest[open..].char_indices().find(|(_, c)| is_quote(*c))?;
    let inside = rest[open..open + at].trim();
    let phrase = inside.chars().any(char::is_alphanumeric).then(|| inside.to_owned());
    Some((phrase, &rest[open + at + close.len_utf8()..]))
}

/// Whether `+` or `-` stands directly before something: a word, a phrase, a group. "- item", "--flag" and "-5" are none.
fn begins_operand(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphabetic() || is_quote(c) || c == '(')
}

/// A word up to white space or a parenthesis, a field with its value, or an operator.
fn word(rest: &str, only_fields: bool) -> (Option<Token>, &str) {
    if let Some((field, value)) = rest.split_once(':')
        && field.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !field.is_empty()
    {
        let (text, after) = match value.chars().next().filter(|c| is_quote(*c)).and_then(|_| quoted(value)) {
            Some((text, after)) => (text.unwrap_or_default(), after),
            None => {
                let (text, after) = value.split_at(end_of_word(value));
                (text.to_owned(), after)
            }
        };
        if let Some(filter) = Filter::of(field, &text).filter(|_| !text.is_empty()) {
            return (Some(Token::Filter(filter)), after);
        }
    }
    let end = end_of_word(rest).max(rest.chars().next().map_or(0, char::len_utf8));
    let (word, after) = rest.split_at(end);
    let owned = word.to_owned();
    if only_fields {
        return (Some(Token::Word(owned)), after);
    }
    let token = match word {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        _ => suffixed(word).unwrap_or(Token::Word(owned)),
    };
    (Some(token), after)
}

/// `word*`, `word~` and `word~2`.
fn suffixed(word: &str) -> Option<Token> {
    let is_one = |stem: &str| stem.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '-' | '_'));
    if let Some(stem) = word.strip_suffix('*') {
        let long = stem.chars().count() >= MIN_PREFIX_CHARS;
        return (long && is_one(stem)).then(|| Token::Prefix(stem.to_owned()));
    }
    let (stem, edits) = word.rsplit_once('~')?;
    let edits = match edits {
        "" => None,
        "1" => Some(1),
        "2" => Some(2),
        _ => return None,
    };
    (!stem.is_empty() && is_one(stem)).then(|| Token::Fuzzy(stem.to_owned(), edits))
}

fn end_of_word(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c)).unwrap_or(text.len())
}

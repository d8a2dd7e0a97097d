//! Small readers over bytes: each looks at a bounded number of them.

use conclave_protocol::Span;

use super::notation::VALUE_MAX;

/// Longest way from a name to the verb of its sentence: `the password for the staging server is`.
const SENTENCE_MAX: usize = 48;

pub(super) fn count(text: &[u8], at: usize, max: usize, allowed: impl Fn(u8) -> bool) -> usize {
    text.get(at..).map_or(0, |rest| rest.iter().take(max).take_while(|byte| allowed(**byte)).count())
}

pub(super) fn spaces(text: &[u8], at: usize, max: usize) -> usize {
    count(text, at, max, |byte| matches!(byte, b' ' | b'\t'))
}

pub(super) fn before(text: &[u8], at: usize, max: usize) -> &[u8] {
    &text[at.saturating_sub(max)..at]
}

/// The bytes from `at` to the first that ends them, at most [`VALUE_MAX`].
pub(super) fn until(text: &[u8], at: usize, ends: impl Fn(u8) -> bool) -> Span {
    Span::new(at, at + count(text, at, VALUE_MAX, |byte| !ends(byte)))
}

/// What stands between quotes at `at`: also behind a prefix (`b"…"`, `@"…"`) and in quotes that are escaped themselves.
pub(super) fn quoted(text: &[u8], at: usize) -> Option<Span> {
    let mut open = at;
    open += count(text, open, 2, |byte| matches!(byte, b'b' | b'r' | b'f' | b'u' | b'L' | b'N' | b'@' | b'('));
    let escapes = count(text, open, 3, |byte| byte == b'\\');
    open += escapes;
    let quote = *text.get(open).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    // `"""…"""`
    let quotes = if text.get(open..open + 3) == Some(&[quote; 3]) { 3 } else { 1 };
    let start = open + quotes;
    let rest = text.get(start..)?;
    let mut at = 0;
    while at < rest.len().min(VALUE_MAX) {
        match rest[at] {
            b'\n' => return None,
            byte if byte == quote => {
                let escaped = at >= escapes && rest[at - escapes..at].iter().all(|byte| *byte == b'\\');
                let end = start + at - if escaped { escapes } else { 0 };
                return (end > start).then(|| Span::new(start, end));
            }
            // An escaped quote belongs to the value, unless the value's own quotes are escaped.
            b'\\' if escapes == 0 => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// What stands at `at` up to a space or to what cannot belong to an unquoted value.
pub(super) fn unquoted(text: &[u8], at: usize) -> Span {
    let rest = &text[at.min(text.len())..];
    let rest = &rest[..rest.len().min(VALUE_MAX)];
    // `a=1&b=2`, `a=1,b=2`: the separator ends the value where another name follows.
    let names = |from: usize| {
        let name =
            count(rest, from, 32, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' '));
        name > 0 && matches!(rest.get(from + name), Some(b'=' | b':'))
    };
    let mut end = 0;
    while let Some(byte) = rest.get(end) {
        let stops = match byte {
            0..=b' ' | b'"' | b'\'' | b'`' | b'<' | b'>' | b';' | 0x7f => true,
            // Facebook's tokens are a number, a bar and letters; elsewhere a bar is a table's.
            b'|' => {
                !(end > 0 && rest[end - 1].is_ascii_digit() && rest.get(end + 1).is_some_and(u8::is_ascii_alphanumeric))
            }
            b'\\' => matches!(rest.get(end + 1), None | Some(b'n' | b'r' | b't' | b'"' | b'\\' | b'\n')),
            b',' | b'&' => rest.get(end + 1).is_none_or(|next| !next.is_ascii_alphanumeric()) || names(end + 1),
            _ => false,
        };
        if stops {
            break;
        }
        end += 1;
    }
    // A text that was cut at the limit may end inside a character.
    while end > 0 && rest.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    // Brackets that were opened before the value, and the punctuation of the sentence.
    while end > 0 {
        let value = &rest[..end];
        let closes_more = |open: u8, close: u8| {
            let count = |bracket: u8| value.iter().filter(|byte| **byte == bracket).count();
            count(close) > count(open)
        };
        let strange = match value[end - 1] {
            b'.' | b',' | b':' | b'?' | b'\\' => true,
            b')' => closes_more(b'(', b')'),
            b']' => closes_more(b'[', b']'),
            b'}' => closes_more(b'{', b'}'),
            b'*' => value.ends_with(b"**") && !value.iter().all(|byte| *byte == b'*'),
            _ => false,
        };
        if !strange {
            break;
        }
        end -= 1;
    }
    Span::new(at, at + end)
}

/// Whether nothing but spaces and a comment follows in the line.
pub(super) fn ends_line(text: &[u8], at: usize) -> bool {
    let at = at + spaces(text, at, 16);
    let rest = text.get(at..).unwrap_or_default();
    matches!(rest, [] | [b'\n' | b'\r' | b'#', ..] | [b'\\', b'n' | b'r', ..])
}

/// Whether nothing but what may lead a setting stands before it in the line: `export `, `ENV `, `- `.
pub(super) fn begins_line(text: &[u8], at: usize) -> bool {
    let before = before(text, at, 40);
    let line = before.iter().rposition(|byte| *byte == b'\n').map_or(before, |newline| &before[newline + 1..]);
    if line.len() == 40 {
        return false;
    }
    let words = line.trim_ascii();
    const LEADS: [&[u8]; 16] = [
        b"", b"-", b"*", b"export", b"set", b"SET", b"ENV", b"ARG", b"- ENV", b"-e", b"--env", b"$", b"\"", b"'",
        b"- \"", b"setx",
    ];
    LEADS.contains(&words)
}

/// Whether the name that begins at `start` is an option of a command: `-password`, `--token`.
pub(super) fn is_flag(text: &[u8], start: usize) -> bool {
    matches!(&text[..start], [.., b' ' | b'\n' | b'"' | b'\'' | b'\t', b'-'] | [.., b'-', b'-'] | [b'-'])
}

/// Where the value begins of a field or attribute `value` that follows a name: `"x" value="…"`, `x\n  value: …`.
pub(super) fn value_field(text: &[u8], at: usize) -> Option<usize> {
    let gap = count(text, at, 48, |byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'"' | b'\'' | b'-'));
    let rest = text.get(at + gap..)?;
    if gap == 0 || !rest.get(..5)?.eq_ignore_ascii_case(b"value") {
        return None;
    }
    let close = count(rest, 5, 3, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '));
    matches!(rest.get(5 + close), Some(b'=' | b':')).then_some(at + gap + 5 + close + 1)
}

/// Where a sentence goes on behind its verb: ` is `, ` for staging is: `.
pub(super) fn copula(text: &[u8], at: usize) -> Option<usize> {
    const VERBS: [&str; 15] =
        ["is", "was", "ist", "lautet", "est", "es", "é", "è", "jest", "är", "er", "este", "to", "является", "="];
    const LINKS: [&str; 17] = [
        "for", "of", "on", "at", "für", "zum", "zur", "pour", "du", "de", "del", "para", "per", "voor", "till", "do",
        "in",
    ];
    let window = text.get(at..text.len().min(at + SENTENCE_MAX))?;
    let line = window.split(|byte| matches!(byte, b'\n' | b'"' | b'(')).next()?;
    let mut offset = 0;
    for (i, word) in line.split(|byte| *byte == b' ').enumerate().skip(1) {
        if i == 1 {
            // The word begins behind the first space.
            offset = line.iter().position(|byte| *byte == b' ')? + 1;
        }
        let bare = word.strip_suffix(b":").unwrap_or(word);
        let is = |words: &[&str]| words.iter().any(|other| bare.eq_ignore_ascii_case(other.as_bytes()));
        // `changed the password to x`, but not `the password for access to x`.
        if is(&VERBS) && (i == 1 || bare != b"to") {
            return Some(at + offset + word.len());
        }
        if i == 1 && !is(&LINKS) || word.ends_with(b",") || word.ends_with(b".") {
            return None;
        }
        offset += word.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_paired() {
        let inner = |text: &'static str| quoted(text.as_bytes(), 0).and_then(|span| span.of(text));
        assert_eq!(inner("\"a'b\" c"), Some("a'b"));
        assert_eq!(inner(r#""a\"b""#), Some(r#"a\"b"#));
        assert_eq!(inner(r#"\"ab\","#), Some("ab"));
        assert_eq!(inner("\"\"\"ab\"\"\""), Some("ab"));
        assert_eq!(inner("@\"ab\""), Some("ab"));
        assert_eq!(inner("\"ab"), None);
        assert_eq!(inner("\"\""), None);
    }

    #[test]
    fn unquoted_values_end_where_the_next_thing_begins() {
        let inner = |text: &'static str| unquoted(text.as_bytes(), 0).of(text);
        assert_eq!(inner("Tr0ub4dor&3 x"), Some("Tr0ub4dor&3"));
        assert_eq!(inner("abc&user=x"), Some("abc"));
        assert_eq!(inner("p,w1;Server=x"), Some("p,w1"));
        assert_eq!(inner("hunter2)."), Some("hunter2"));
        assert_eq!(inner("a(b)c)"), Some("a(b)c"));
    }
}

//! Notations in which a name announces a value: `KEY=…`, `"key": "…"`, `key => '…'`, `setKey("…")`, `<key>…</key>`,
//! `--key …`, `the key is …`.

use conclave_protocol::Span;

use super::reading;

/// Longest value that is read; a longer one is data.
pub(super) const VALUE_MAX: usize = 512;
/// Most spaces between a name, its operator and its value: aligned columns are wide.
const SPACES_MAX: usize = 32;
/// Most quotes, brackets and escapes between a name and its operator.
const CLOSERS_MAX: usize = 6;
/// Longest type between a name and its value: `const password: Option<&'static str> = Some(…)`.
const TYPE_MAX: usize = 48;

/// How a value belongs to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// An operator stands between them.
    Assigned,
    /// They fill a line: `NAME=value`, `name: value`.
    Line,
    /// Arguments of a call, items of a list, a comparison.
    Argument,
    /// Element or attribute of a markup language.
    Markup,
    /// A sentence: `the password for x is y`.
    Prose,
    /// Only a space stands between them.
    Bare,
}

/// A value and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) span: Span,
    pub(super) quoted: bool,
    pub(super) notation: Notation,
}

/// The value of the name that ends at `at` and begins at `start`.
pub(super) fn value_after(text: &[u8], start: usize, at: usize) -> Option<Value> {
    let mut cursor = at;
    // What closes the name: quotes, brackets, emphasis, escapes.
    cursor += reading::count(text, cursor, CLOSERS_MAX, |byte| {
        matches!(byte, b'"' | b'\'' | b'`' | b']' | b')' | b'*' | b'\\')
    });
    let closed = cursor > at;
    let spaces = reading::spaces(text, cursor, SPACES_MAX);
    let rest = text.get(cursor + spaces..)?;
    let operator = operator(rest)?;
    match operator {
        Operator::None => after_space(text, start, cursor, spaces, closed),
        // `Password (0x02)` is a remark.
        Operator::Call if spaces > 0 => None,
        Operator::Call | Operator::Comma => {
            // Only a literal is a value here: `login(password, 1)` names a variable.
            let from = cursor + spaces + 1;
            let from = from + reading::spaces(text, from, SPACES_MAX);
            let value = reading::quoted(text, from)?;
            Some(Value { span: value, quoted: true, notation: Notation::Argument })
        }
        Operator::Markup => {
            let span = reading::until(text, cursor + spaces + 1, |byte| matches!(byte, b'<' | b'\n'));
            (text.get(span.end..span.end + 2) == Some(b"</")).then_some(Value {
                span,
                quoted: true,
                notation: Notation::Markup,
            })
        }
        Operator::Assign(len) => {
            let from = cursor + spaces + len;
            assigned(text, start, from, spaces == 0 && len == 1 && text[from - 1] == b'=')
        }
        Operator::Compare(len) => {
            let from = cursor + spaces + len;
            let span = reading::quoted(text, from + reading::spaces(text, from, SPACES_MAX))?;
            Some(Value { span, quoted: true, notation: Notation::Argument })
        }
    }
}

/// The word at `at`, as if a space before it were an operator.
pub(super) fn bare(text: &[u8], at: usize) -> Value {
    Value { span: reading::unquoted(text, at), quoted: false, notation: Notation::Bare }
}

enum Operator {
    None,
    Assign(usize),
    Compare(usize),
    Call,
    Comma,
    Markup,
}

fn operator(rest: &[u8]) -> Option<Operator> {
    Some(match rest {
        [b'=', b'=', b'=', ..] | [b'!', b'=', b'=', ..] => Operator::Compare(3),
        [b'=', b'=', ..] | [b'!', b'=', ..] => Operator::Compare(2),
        [b'=' | b':' | b'?' | b'+', b'=' | b'>', ..] | [b':', b'-', ..] | [b'<' | b'-', b'-' | b'>', ..] => {
            Operator::Assign(2)
        }
        // A path, a scope, a URL: `password::reset`, `token://`.
        [b':', b':' | b'/', ..] => return None,
        [b'=' | b':' | b'|', ..] => Operator::Assign(1),
        [b'[', b']', b' ', b'=', ..] => Operator::Assign(4),
        [b'(', ..] => Operator::Call,
        [b',', ..] => Operator::Comma,
        [b'>', ..] => Operator::Markup,
        _ => Operator::None,
    })
}

/// The value behind an operator that ends at `from`.
fn assigned(text: &[u8], start: usize, from: usize, tight: bool) -> Option<Value> {
    let spaces = reading::spaces(text, from, SPACES_MAX);
    let at = from + spaces;
    // `**Password:** x` closes its emphasis behind the colon.
    let stars = reading::count(text, at, 2, |byte| byte == b'*');
    let at = if stars == 2 { at + 2 + reading::spaces(text, at + 2, SPACES_MAX) } else { at };
    // What makes a value of a literal in some languages.
    const WRAPPERS: [&[u8]; 7] =
        [b"[]byte(", b"Some(", b"new String(", b"String::from(", b"Buffer.from(", b"SecretStr(", b"Secret("];
    let wrapper = WRAPPERS.iter().find(|wrapper| text[at..].starts_with(wrapper)).map_or(0, |wrapper| wrapper.len());
    if let Some(span) = reading::quoted(text, at + wrapper) {
        return Some(Value { span, quoted: true, notation: Notation::Assigned });
    }
    let span = reading::unquoted(text, at);
    // A declared type before the value: `password: String = "…"`, `token?: string = '…'`.
    let line = reading::until(text, at, |byte| matches!(byte, b'=' | b'\n' | b'"' | b'(' | b','));
    if text.get(line.end) == Some(&b'=') && line.len() <= TYPE_MAX && text.get(line.end - 1) == Some(&b' ') {
        let value_at = line.end + 1 + reading::spaces(text, line.end + 1, SPACES_MAX);
        let value_at = value_at + if text[value_at..].starts_with(b"Some(") { 5 } else { 0 };
        return reading::quoted(text, value_at).map(|span| Value { span, quoted: true, notation: Notation::Assigned });
    }
    if span.is_empty() {
        return None;
    }
    let ends_line = reading::ends_line(text, span.end);
    let begins_line = reading::begins_line(text, start);
    // In code, `x: T` and `x = y` mostly end with `,` or `;`: then they fill no line.
    let notation = if begins_line && ends_line && (tight || spaces > 0 && text[from - 1] == b':') {
        Notation::Line
    } else {
        Notation::Assigned
    };
    Some(Value { span, quoted: false, notation })
}

/// The value behind a name that nothing but space follows: an attribute or field `value`, a sentence, a command line.
fn after_space(text: &[u8], start: usize, end: usize, spaces: usize, closed: bool) -> Option<Value> {
    if let Some(from) = reading::value_field(text, end) {
        let at = from + reading::spaces(text, from, SPACES_MAX);
        return match reading::quoted(text, at) {
            Some(span) => Some(Value { span, quoted: true, notation: Notation::Markup }),
            None => Some(Value { span: reading::unquoted(text, at), quoted: false, notation: Notation::Line }),
        };
    }
    if spaces == 0 {
        return None;
    }
    // `Bump "password-hash" to v0.5` names a thing in quotes, not a password.
    let copula = reading::copula(text, end).filter(|from| !(closed && text[..*from].ends_with(b" to")));
    if let Some(from) = copula {
        let at = from + reading::spaces(text, from, SPACES_MAX);
        return match reading::quoted(text, at) {
            Some(span) => Some(Value { span, quoted: true, notation: Notation::Prose }),
            None => Some(Value { span: reading::unquoted(text, at), quoted: false, notation: Notation::Prose }),
        };
    }
    if spaces != 1 || closed {
        return None;
    }
    let at = end + 1;
    let flag = reading::is_flag(text, start);
    if let Some(span) = reading::quoted(text, at) {
        // SQL (`PASSWORD 'x'`) and command lines (`--password 'x'`).
        let loud = text[start..end].iter().all(|byte| !byte.is_ascii_lowercase());
        // PowerShell: `ConvertTo-SecureString 'x'`.
        let shell = text[start..end].ends_with(b"SecureString");
        return (flag || loud || shell).then_some(Value { span, quoted: true, notation: Notation::Bare });
    }
    // `login x password y` is how .netrc is written.
    let netrc = || reading::before(text, start, 96).windows(6).any(|word| word == b"login ");
    (flag || netrc()).then(|| Value { span: reading::unquoted(text, at), quoted: false, notation: Notation::Bare })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(text: &'a str, word: &str) -> Option<&'a str> {
        let start = text.find(word)?;
        value_after(text.as_bytes(), start, start + word.len()).and_then(|value| value.span.of(text))
    }

    #[test]
    fn the_usual_notations_are_read() {
        for text in [
            "api_key=abc123",
            "api_key: abc123,",
            r#"{"api_key": "abc123"}"#,
            r#"{\"api_key\": \"abc123\"}"#,
            "api_key => 'abc123'",
            "api_key := `abc123`",
            "--api_key abc123",
            "my api_key is abc123.",
            "the api_key for staging is abc123",
            "headers['api_key'] = 'abc123'",
            "let api_key: &str = \"abc123\";",
            "char api_key[] = \"abc123\";",
            "api_key(\"abc123\")",
            "define('api_key', 'abc123')",
            "<api_key>abc123</api_key>",
            "<add key=\"api_key\" value=\"abc123\"/>",
            "- name: api_key\n  value: abc123",
            "**api_key**: abc123",
            "**api_key:** abc123",
            "| api_key | abc123 |",
            "api_key == 'abc123'",
            "${api_key:-abc123}",
            "machine x login y api_key abc123",
        ] {
            assert_eq!(value(text, "api_key"), Some("abc123"), "{text}");
        }
    }

    #[test]
    fn a_name_without_a_value_has_none() {
        for text in [
            "api_key",
            "api_key: ",
            "(api_key)",
            "api_key::new",
            "login(api_key, x)",
            "if api_key == other",
            "an api_key here",
        ] {
            assert_eq!(value(text, "api_key"), None, "{text}");
        }
    }

    #[test]
    fn a_line_is_told_from_code() {
        let notation = |text: &str| value_after(text.as_bytes(), 0, 3).map(|value| value.notation);
        assert_eq!(notation("pwd=hunter"), Some(Notation::Line));
        assert_eq!(notation("pwd: hunter\n"), Some(Notation::Line));
        assert_eq!(notation("pwd = hunter"), Some(Notation::Assigned));
        assert_eq!(notation("pwd: string,"), Some(Notation::Assigned));
    }
}

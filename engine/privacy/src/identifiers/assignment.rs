//! Identifiers that a name announces: `device_id=…`, `"user_id": "…"`, `MRN 12345`.

use conclave_protocol::Span;

use crate::alphabet::Alphabet;

/// Longest rest of a name after the word that was found in it: `TWILIO` + `_ACCOUNT_AUTH_TOKEN_PRODUCTION`.
const NAME_REST_MAX: usize = 40;
/// Most spaces and quotes on either side of the operator.
const PADDING_MAX: usize = 8;
/// What stands between a name and its value in a sentence.
const VERBS: [&str; 6] = ["is ", "ist ", "lautet ", "est ", "es ", "è "];

/// The value that is assigned to the name in which a word ends at `at`: bytes of `alphabet`, at most `max`.
pub(crate) fn value_after(text: &[u8], at: usize, alphabet: Alphabet, max: usize) -> Option<Span> {
    let name = Alphabet::BASE64URL.and(Alphabet::DOT);
    let mut cursor = at + name.run(text.get(at..)?, NAME_REST_MAX);
    cursor +=
        run_of(text, cursor, |byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b']' | b')' | b'*' | b'\\'));
    let spaced = cursor > at && text.get(cursor - 1).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    let operator = run_of(text, cursor, |byte| matches!(byte, b'=' | b':' | b'>' | b'|' | b','));
    // A verb in prose; a bare space on a command line (`--token abc`).
    let says = |word: &&&str| {
        text.get(cursor..cursor + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
    };
    let prose = if operator == 0 { VERBS.iter().find(says).map_or(0, |word| word.len()) } else { 0 };
    if operator == 0 && prose == 0 && !spaced {
        return None;
    }
    cursor += operator + prose;
    cursor += run_of(text, cursor, |byte| {
        matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'(' | b'[' | b'{' | b'*' | b'\\')
    });
    // HTTP: `Authorization: Bearer …`, `token …`.
    for scheme in ["bearer ", "basic ", "token ", "apikey "] {
        if text.get(cursor..cursor + scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme.as_bytes())) {
            cursor += scheme.len();
        }
    }
    let len = alphabet.run(text.get(cursor..)?, max + 1);
    (1..=max).contains(&len).then(|| Span::new(cursor, cursor + len))
}

fn run_of(text: &[u8], at: usize, allowed: impl Fn(u8) -> bool) -> usize {
    text.get(at..).map_or(0, |rest| rest.iter().take(PADDING_MAX).take_while(|byte| allowed(**byte)).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(text: &'a str, word: &str) -> Option<&'a str> {
        let at = text.find(word).map(|at| at + word.len())?;
        value_after(text.as_bytes(), at, Alphabet::BASE64URL, 80).and_then(|span| span.of(text))
    }

    #[test]
    fn the_usual_notations_are_read() {
        for text in [
            "api_key=abc123",
            "API api_key_prod: abc123,",
            r#"{"api_key": "abc123"}"#,
            r#"{\"api_key\": \"abc123\"}"#,
            "api_key => 'abc123'",
            "--api_key abc123",
            "my api_key is abc123.",
            "headers['api_key'] = 'Bearer abc123'",
        ] {
            assert_eq!(value(text, "api_key"), Some("abc123"), "{text}");
        }
    }

    #[test]
    fn a_name_without_a_value_has_none() {
        assert_eq!(value("api_key", "api_key"), None);
        assert_eq!(value("api_key: ", "api_key"), None);
        assert_eq!(value("(api_key)", "api_key"), None);
    }
}

//! JSON as a person reads it (RFC 8259): one value a line, escapes as the characters they stand for.

/// Lines longer than this are not meant for reading.
const MAX_LINE_BYTES: usize = 500;

/// Deepest indent written; deeper values stand at this one.
const MAX_INDENT: usize = 40;

/// Whether the source is laid out for machines: long lines, or text behind escapes.
pub(crate) fn is_packed(source: &str) -> bool {
    source.lines().any(|line| line.len() > MAX_LINE_BYTES) || source.contains("\\u") || source.contains("\\n")
}

/// The source with a line for each value. Works on tokens, so that damaged JSON keeps its words too; linear in the source,
/// up to the indent.
pub(crate) fn laid_out(source: &str, limit_bytes: usize) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 4);
    let mut depth = 0usize;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if out.len() > limit_bytes {
            break;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => rest = string(rest, depth, &mut out),
            '{' | '[' => {
                let close = if c == '{' { '}' } else { ']' };
                let inner = rest.trim_start();
                out.push(c);
                if let Some(after) = inner.strip_prefix(close) {
                    out.push(close);
                    rest = after;
                } else {
                    depth += 1;
                    break_line(depth, &mut out);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(depth, &mut out);
                out.push(c);
            }
            ',' => {
                out.push(',');
                break_line(depth, &mut out);
            }
            ':' => out.push_str(": "),
            // Values of one line each (JSON lines) stand apart.
            '\n' if depth == 0 && !out.is_empty() => {
                if !out.ends_with('\n') {
                    out.push('\n');
                }
            }
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

fn break_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth.min(MAX_INDENT)));
}

/// Writes a string up to its closing quote and returns what follows it.
fn string<'a>(source: &'a str, depth: usize, out: &mut String) -> &'a str {
    out.push('"');
    let mut rest = source;
    while let Some(at) = rest.find(['"', '\\']) {
        out.push_str(&rest[..at]);
        if rest.as_bytes()[at] == b'"' {
            out.push('"');
            return &rest[at + 1..];
        }
        rest = escape(&rest[at + 1..], depth, out);
    }
    out.push_str(rest);
    ""
}

/// Writes what an escape stands for and returns what follows it.
fn escape<'a>(source: &'a str, depth: usize, out: &mut String) -> &'a str {
    let Some(c) = source.chars().next() else { return "" };
    let after = &source[c.len_utf8()..];
    match c {
        'n' => break_line(depth + 1, out),
        't' => out.push(' '),
        'r' | 'b' | 'f' => {}
        'u' => {
            let Some(first) = hex(after) else {
                out.push_str("\\u");
                return after;
            };
            let rest = &after[4..];
            // Characters beyond the first plane are two escapes (RFC 8259, section 7).
            let second = rest.strip_prefix("\\u").and_then(hex).filter(|unit| (0xdc00..0xe000).contains(unit));
            if let (0xd800..0xdc00, Some(second)) = (first, second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                out.extend(char::from_u32(code));
                return &rest[6..];
            }
            out.push(char::from_u32(first).filter(|c| !c.is_control()).unwrap_or(' '));
            return rest;
        }
        c => out.push(c),
    }
    after
}

fn hex(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use conclave_protocol::imported::Kind;

    use super::*;
    use crate::testing::read;

    #[test]
    fn packed_json_is_laid_out_with_its_characters() {
        let source = r#"{"name":"Gr\u00fc\u00dfe \ud83d\ude00","list":[1,2.50,{}],"text":"one\ntwo \"q\"","e":[]}"#;
        let imported = read("a.json", source.as_bytes());
        assert_eq!(
            imported.text,
            "{\n  \"name\": \"Grüße 😀\",\n  \"list\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"text\": \"one\n    two \"q\"\",\n  \"e\": []\n}"
        );
        assert_eq!(imported.kind, Kind::Data);
    }

    #[test]
    fn laid_out_json_stays_as_it_is() {
        let source = "{\n    \"a\": 1\n}\n";
        assert_eq!(read("a.json", source.as_bytes()).text, source);
    }

    #[test]
    fn lines_of_json_stand_apart_and_damage_loses_no_word() {
        let source = "{\"a\":\"x\\ny\"}\n{\"a\":2}\n";
        assert_eq!(read("a.jsonl", source.as_bytes()).text, "{\n  \"a\": \"x\n    y\"\n}\n{\n  \"a\": 2\n}\n");
        for damaged in ["{\"a\\u12\":[\"words", "]]]}\"words\\", "\\u{\"words\\ud800\\u0041"] {
            assert!(laid_out(damaged, 1000).contains("words"), "{damaged}");
        }
        let deep = laid_out(&"[".repeat(100_000), 20_000_000);
        assert!(deep.len() < 10_000_000);
    }
}

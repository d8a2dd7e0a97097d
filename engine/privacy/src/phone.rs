//! Telephone numbers: international (ITU-T E.164), and the national forms that are told from other numbers by their shape
//! or by a word beside them.

mod countries;
mod national;

use conclave_protocol::Span;

use crate::boundary;
use crate::numbers::Run;

/// E.164: digits of an international number, country code included.
const E164_MAX: usize = 15;

/// How far a context word may stand before or after a number.
const CONTEXT_BEFORE: usize = 40;
const CONTEXT_AFTER: usize = 16;

const CONTEXT: [&str; 38] = [
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "call",
    "called",
    "calling",
    "fax",
    "whatsapp",
    "sms",
    "dial",
    "ph",
    "hotline",
    "landline",
    "voicemail",
    "signal",
    "telegram",
    "text",
    "ring",
    "extension",
    "phone number",
    "telefon",
    "telefono",
    "tlf",
    "tfno",
    "handy",
    "mobil",
    "rufnummer",
    "portable",
    "appelez",
    "movil",
    "celular",
    "cellulare",
    "gsm",
    "telefone",
];
/// The same with letters outside ASCII, where the end of a word cannot be told by its bytes.
const CONTEXT_ACCENTED: [&str; 5] = ["téléphone", "teléfono", "móvil", "tél", "電話"];

/// The telephone number that begins with group `first`: its span (with `+` and brackets) and how many groups it has.
pub(crate) fn at(run: &Run<'_>, first: usize) -> Option<(Span, usize)> {
    let used = international(run, first).or_else(|| national::at(run, first))?;
    Some((span(run, first, used), used))
}

/// Whether `+` stands before the group, with or without an opening bracket between or before.
fn has_plus(run: &Run<'_>, first: usize) -> bool {
    let before = boundary::before(run.text, run.groups[first].start, 4);
    let before = before.strip_suffix(b"(").unwrap_or(before);
    // The second is the full-width plus, U+FF0B.
    before.ends_with(b"+") || before.ends_with(&[0xef, 0xbc, 0x8b])
}

fn international(run: &Run<'_>, first: usize) -> Option<usize> {
    let exit_code = usize::from(!has_plus(run, first)) * 2;
    if exit_code > 0 && (!run.digits(first).starts_with(b"00") || is_continued(run, first)) {
        return None;
    }
    let mut digits: Vec<u8> = Vec::with_capacity(E164_MAX + 2);
    let mut best = None;
    for i in first..run.len() {
        // `+44 (0) 20 …`: the trunk prefix is written for callers inside the country and is not part of the number.
        let is_trunk = i > first && run.digits(i) == b"0" && run.gap_before(i).ends_with(b"(");
        if i > first && (is_sum(run, i) || is_list(run, first, i)) {
            break;
        }
        if !is_trunk {
            digits.extend_from_slice(run.digits(i));
        }
        if digits.len() > E164_MAX + exit_code {
            break;
        }
        if digits.get(exit_code..).is_some_and(countries::accepts) {
            best = Some(i + 1 - first);
        }
    }
    best
}

/// A new `+` begins another number.
fn is_sum(run: &Run<'_>, i: usize) -> bool {
    has_plus(run, i)
}

/// A gap of two or more spaces, or a slash with spaces, parts two numbers.
fn is_list(run: &Run<'_>, _first: usize, i: usize) -> bool {
    matches!(run.gap_before(i), b"  " | b"   " | b"    " | b" / " | b" - ")
}

/// Whether the group continues something that stands before it: `a1b-0049…`, `1.0049`, `_00`.
fn is_continued(run: &Run<'_>, first: usize) -> bool {
    let before = boundary::before(run.text, run.groups[first].start, 2);
    match before {
        [c, b'-' | b'.' | b'/' | b','] => c.is_ascii_alphanumeric(),
        [.., b'#' | b'$' | b'=' | b'%'] => true,
        _ => false,
    }
}

/// Whether a word beside the number says that it is a telephone number.
fn is_announced(run: &Run<'_>, first: usize) -> bool {
    let group = run.groups[first];
    let before = boundary::before(run.text, group.start, CONTEXT_BEFORE);
    // One line: a word in the line above belongs to another value.
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let end = run.groups[run.len() - 1].end;
    let after = &run.text[end..run.text.len().min(end + CONTEXT_AFTER)];
    // Tables of numbers have no letters nearby; this keeps them cheap.
    let has_letters = |text: &[u8]| text.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    has_letters(line)
        && (boundary::has_word(line, &CONTEXT)
            || CONTEXT_ACCENTED.iter().any(|word| crate::entropy::contains(line, word.as_bytes())))
        || has_letters(after) && boundary::has_word(after, &["phone", "mobile", "cell", "tel", "fax"])
}

fn span(run: &Run<'_>, first: usize, used: usize) -> Span {
    let text = run.text;
    let mut start = run.groups[first].start;
    let mut end = run.groups[first + used - 1].end;
    let closes = |from: usize, to: usize| text[from..to].contains(&b')');
    if start > 0 && text[start - 1] == b'(' && closes(start, end) {
        start -= 1;
    }
    if text[..start].ends_with(b"+") {
        start -= 1;
    } else if text[..start].ends_with(&[0xef, 0xbc, 0x8b]) {
        start -= 3;
    }
    if start > 0 && text[start - 1] == b'(' && closes(start, end) {
        start -= 1;
    }
    end += extension(&text[end..text.len().min(end + 20)]);
    Span::new(start, end)
}

/// Length of an extension: `x123`, ` ext. 12`.
fn extension(after: &[u8]) -> usize {
    let space = after.iter().take_while(|byte| matches!(byte, b' ' | b',')).count();
    let rest = &after[space..];
    let word = ["extension", "ext.", "ext", "x", "#"]
        .iter()
        .find(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes())));
    let Some(word) = word else { return 0 };
    let tail = &rest[word.len()..];
    let inner = tail.iter().take_while(|byte| matches!(byte, b' ' | b':')).count();
    let digits = tail[inner..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if (1..=6).contains(&digits) { space + word.len() + inner + digits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::extension;

    #[test]
    fn extensions_are_part_of_the_number() {
        assert_eq!(extension(b" ext. 12, please"), 8);
        assert_eq!(extension(b"x890"), 4);
        assert_eq!(extension(b" exit 5"), 0);
        assert_eq!(extension(b""), 0);
    }
}

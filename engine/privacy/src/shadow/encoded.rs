//! Text that hides as base 64 (RFC 4648, both alphabets, with or without padding and line breaks) or as hexadecimal digits.

use conclave_protocol::Span;

use crate::runs;

/// Fewest characters of a run that is looked at: 12 bytes in base 64. Random bytes are twelve printable characters with a
/// probability of 1 to 100,000.
const BASE64_MIN: usize = runs::MIN;
/// Fewest hexadecimal digits, for the same 12 bytes.
const HEX_MIN: usize = 24;
/// Fewest characters of a line after which a run may go on in the next one (RFC 2045 and RFC 7468 break at 76 and 64).
const LINE_MIN: usize = 56;

/// A stretch that is another text in disguise.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// The stretch, with its padding.
    pub(crate) span: Span,
    /// What it says.
    pub(crate) text: String,
}

/// All such stretches, in order, without overlaps. `runs` are those of the text.
pub(crate) fn stretches(text: &str, runs: &[Span]) -> Vec<Encoded> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    for start in runs.iter().map(|run| run.start) {
        // The run before went on over the ends of lines.
        if start < at {
            continue;
        }
        let ends = ends_of_run(bytes, start);
        // A full line may also be the last one, and what stands below something else.
        let decoded = says_something(&bytes[start..ends[0]])
            .then(|| ends.into_iter().rev().find_map(|end| Some((Run(&bytes[start..end]).text()?, end))))
            .flatten();
        let end = decoded.as_ref().map_or(ends[2], |(_, end)| *end);
        if let Some((text, _)) = decoded {
            let padding = bytes[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
            found.push(Encoded { span: Span::new(start, end + padding), text });
        }
        at = end;
    }
    found
}

/// Where the run that begins at `start` may end: behind its first line, behind its last but one, behind its last. It goes on
/// behind full lines.
fn ends_of_run(bytes: &[u8], start: usize) -> [usize; 3] {
    let mut line = start;
    let mut ends: Option<[usize; 3]> = None;
    loop {
        let len = bytes[line..].iter().take_while(|byte| VALUES[usize::from(**byte)] != NONE).count();
        let end = line + len;
        let known = ends.map_or([end; 3], |[first, _, last]| [first, last, end]);
        ends = Some(known);
        let next = match &bytes[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [b'\n', ..] => end + 1,
            _ => return known,
        };
        if len < LINE_MIN || bytes.get(next).is_none_or(|byte| VALUES[usize::from(*byte)] == NONE) {
            return known;
        }
        line = next;
    }
}

/// Whether the first twelve bytes that a line says, in one of the two ways, are readable: of other lines nothing more is looked
/// at.
fn says_something(line: &[u8]) -> bool {
    let mut head = [0; HEAD];
    for (bytes, digits) in head.chunks_exact_mut(3).zip(line.chunks_exact(4)) {
        let bits = digits.iter().fold(0, |bits, digit| bits << 6 | u32::from(VALUES[usize::from(*digit)]));
        bytes.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    if is_readable(&head) {
        return true;
    }
    if line.len() < HEX_MIN || !line[..HEX_MIN].iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    for (byte, digits) in head.iter_mut().zip(line.chunks_exact(2)) {
        *byte = digits.iter().fold(0, |byte, digit| byte << 4 | ((digit & 15) + (digit >> 6) * 9));
    }
    is_readable(&head)
}

/// Bytes that are looked at first.
const HEAD: usize = 12;

/// Whether a text can begin like this, in UTF-8 or in UTF-16.
fn is_readable(head: &[u8]) -> bool {
    is_wide(head) || head.iter().all(|byte| is_text(*byte))
}

fn is_wide(head: &[u8]) -> bool {
    head.len() >= 8 && head.chunks_exact(2).all(|pair| pair[1] == 0)
}

const fn is_text(byte: u8) -> bool {
    byte >= b' ' && byte != 0x7f || matches!(byte, b'\n' | b'\r' | b'\t')
}

/// What the characters of both alphabets are worth.
static VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut byte = 0;
    while byte < 128 {
        values[byte as usize] = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NONE,
        };
        byte += 1;
    }
    values
};
/// The worth of other characters.
const NONE: u8 = 0xff;

/// Characters of the alphabet, with line breaks between full lines.
struct Run<'a>(&'a [u8]);

impl Run<'_> {
    fn digits(&self) -> impl Iterator<Item = u8> {
        self.0.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n'))
    }

    /// The text that the run says.
    fn text(&self) -> Option<String> {
        self.hexadecimal().or_else(|| self.base64())
    }

    /// The text that the run says in base 64.
    fn base64(&self) -> Option<String> {
        let len = self.digits().count();
        // One character alone holds six bits, which are no byte.
        if len < BASE64_MIN || len % 4 == 1 {
            return None;
        }
        let (mut bits, mut held) = (0u32, 0u32);
        text_of(self.digits().filter_map(move |digit| {
            bits = bits << 6 | u32::from(VALUES[usize::from(digit)]);
            held += 6;
            // Whole bytes leave from the top; what is left at the end is padding.
            (held >= 8).then(|| {
                held -= 8;
                (bits >> held).to_le_bytes()[0]
            })
        }))
    }

    /// The text that the run says in hexadecimal digits.
    fn hexadecimal(&self) -> Option<String> {
        let is_hex = |byte: u8| byte.is_ascii_hexdigit();
        if self.0.len() < HEX_MIN || !self.digits().take(HEX_MIN).all(is_hex) {
            return None;
        }
        let len = self.digits().count();
        if len < HEX_MIN || len % 2 == 1 || !self.digits().all(is_hex) {
            return None;
        }
        let (mut high, mut is_low) = (0u8, false);
        text_of(self.digits().filter_map(move |digit| {
            let digit = u8::try_from(char::from(digit).to_digit(16)?).ok()?;
            is_low = !is_low;
            if is_low {
                high = digit << 4;
                return None;
            }
            Some(high | digit)
        }))
    }
}

/// The bytes as text, where they are readable text: UTF-8, or UTF-16 of ASCII characters, without control characters.
fn text_of(mut bytes: impl Iterator<Item = u8>) -> Option<String> {
    let head: Vec<u8> = bytes.by_ref().take(HEAD).collect();
    let wide = is_wide(&head);
    if !wide && !head.iter().all(|byte| is_text(*byte)) {
        return None;
    }
    let mut whole: Vec<u8> = head.into_iter().chain(bytes).collect();
    if wide {
        if whole.iter().skip(1).step_by(2).any(|byte| *byte != 0) {
            return None;
        }
        whole = whole.into_iter().step_by(2).collect();
    }
    let text = String::from_utf8(whole).ok()?;
    text.bytes().all(is_text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, String)> {
        stretches(text, &runs::all(text.as_bytes()))
            .into_iter()
            .map(|found| (found.span.of(text).unwrap_or_default().to_owned(), found.text))
            .collect()
    }

    fn one(run: &str, says: &str) -> Vec<(String, String)> {
        vec![(run.to_owned(), says.to_owned())]
    }

    #[test]
    fn text_in_base_64_is_read_in_all_its_forms() {
        for run in ["bWFpbCBhbm5AZXhhbXBsZS5jb20gbm93Pz8/", "bWFpbCBhbm5AZXhhbXBsZS5jb20gbm93Pz8_"] {
            assert_eq!(texts(&format!("see {run}, ok")), one(run, "mail ann@example.com now???"));
        }
        assert_eq!(texts("x=YW5uQGV4YW1wbGUuY28="), one("YW5uQGV4YW1wbGUuY28=", "ann@example.co"));
        assert_eq!(texts("x=YW5uQGV4YW1wbGUuY28"), one("YW5uQGV4YW1wbGUuY28", "ann@example.co"));
        // UTF-16, as PowerShell encodes its commands.
        assert_eq!(texts("YQBuAG4AQABlAHgALgBpAG8A"), one("YQBuAG4AQABlAHgALgBpAG8A", "ann@ex.io"));
    }

    #[test]
    fn a_run_goes_on_over_the_ends_of_full_lines() {
        let line = "bWFpbCBhbm5AZXhhbXBsZS5jb20gbWFpbCBhbm5AZXhhbXBsZS5jb20g";
        let run = format!("{line}\r\n{line}\nYW5u");
        assert_eq!(texts(&run).len(), 1);
        assert_eq!(stretches(&run, &runs::all(run.as_bytes()))[0].span, Span::new(0, run.len()));
    }

    #[test]
    fn text_in_hexadecimal_is_read() {
        assert_eq!(
            texts("0x 616e6e406578616d706c652e636f6d"),
            one("616e6e406578616d706c652e636f6d", "ann@example.com")
        );
    }

    #[test]
    fn words_paths_hashes_and_binary_data_are_left() {
        for text in [
            "internationalization/of/characteristics",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "----------------------------------------",
            "",
        ] {
            assert_eq!(texts(text), [], "{text}");
        }
    }
}

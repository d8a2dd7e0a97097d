//! Bytes to characters.
//!
//! In this order: byte order mark; UTF-16 without one, by its NUL bytes; an HTML page's own declaration; UTF-8; UTF-8
//! with a few damaged places; else a guess by the frequencies of letters (`chardetng`, as Firefox guesses), said to be one. Decoders are those of the WHATWG Encoding standard.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text with notes on how it was read.
pub(crate) struct Decoded {
    pub text: String,
    pub notes: Vec<String>,
}

/// Bytes looked at for NULs and declarations. HTML allows a declaration in the first 1,024; many pages are late.
const HEAD_BYTES: usize = 4096;

/// How much of a text the guess goes by: frequencies are settled long before.
const GUESS_BYTES: usize = 256 * 1024;

/// Decodes `bytes`, or `None` where they are binary data.
pub(crate) fn decode(bytes: &[u8], html: bool) -> Option<Decoded> {
    if let Some(text) = utf_32(bytes) {
        return Some(Decoded { text, notes: Vec::new() });
    }
    if let Some((encoding, bom_bytes)) = Encoding::for_bom(bytes) {
        return plausible(with(encoding, &bytes[bom_bytes..], Vec::new()));
    }
    if let Some(encoding) = utf_16_without_bom(bytes) {
        let note = format!("The file has no encoding mark; it was read as {}.", encoding.name());
        return plausible(with(encoding, bytes, vec![note]));
    }
    if is_binary(bytes) {
        return None;
    }
    let utf_8 = std::str::from_utf8(bytes);
    if html && let Some(declared) = declared_encoding(bytes) {
        // A page that says Latin-1 and is valid UTF-8 with accents is UTF-8: the other reading would show mojibake.
        let mistaken = declared == WINDOWS_1252 && utf_8.is_ok();
        if !mistaken {
            return Some(with(declared, bytes, Vec::new()));
        }
    }
    if let Ok(text) = utf_8 {
        return Some(Decoded { text: text.to_owned(), notes: Vec::new() });
    }
    if is_mostly_utf_8(bytes) {
        return Some(with(UTF_8, bytes, Vec::new()));
    }
    let encoding = guess(bytes);
    let note = format!(
        "The encoding is not declared; it was guessed to be {}. If letters look wrong, save the file as UTF-8 and import it again.",
        in_words(encoding)
    );
    Some(with(encoding, bytes, vec![note]))
}

/// An encoding as a person knows it: by the languages that are written in it, and its name.
fn in_words(encoding: &'static Encoding) -> String {
    let name = encoding.name();
    let languages = match name {
        "windows-1252" => "Western European",
        "windows-1250" | "ISO-8859-2" => "Central European",
        "windows-1251" | "KOI8-R" | "KOI8-U" | "IBM866" | "ISO-8859-5" => "Cyrillic",
        "windows-1253" | "ISO-8859-7" => "Greek",
        "windows-1254" => "Turkish",
        "windows-1255" | "ISO-8859-8" | "ISO-8859-8-I" => "Hebrew",
        "windows-1256" | "ISO-8859-6" => "Arabic",
        "windows-1257" | "ISO-8859-4" | "ISO-8859-13" => "Baltic",
        "windows-1258" => "Vietnamese",
        "windows-874" => "Thai",
        "Shift_JIS" | "EUC-JP" | "ISO-2022-JP" => "Japanese",
        "EUC-KR" => "Korean",
        "GBK" | "gb18030" | "Big5" => "Chinese",
        _ => return name.to_owned(),
    };
    format!("{languages} ({name})")
}

/// The encoding whose letters these bytes are likeliest to be, by their frequencies in the languages that it is used for.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESS_BYTES)], bytes.len() <= GUESS_BYTES);
    detector.guess(None, Utf8Detection::Deny)
}

fn with(encoding: &'static Encoding, bytes: &[u8], mut notes: Vec<String>) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged {
        let places = text.matches('\u{fffd}').count();
        let plural = if places == 1 { "place" } else { "places" };
        notes.push(format!("{places} {plural} could not be decoded as {}; each shows as \u{fffd}.", encoding.name()));
    }
    Decoded { text: text.into_owned(), notes }
}

/// `None` where decoding gave mostly characters that no text holds: binary data that begins like a byte order mark.
fn plausible(decoded: Decoded) -> Option<Decoded> {
    let mut chars = 0usize;
    let mut odd = 0usize;
    for c in decoded.text.chars().take(HEAD_BYTES) {
        chars += 1;
        // Unassigned and private-use planes, controls, and places that could not be decoded.
        odd += usize::from(
            c == '\u{fffd}'
                || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}')
                || (c.is_control() && !c.is_whitespace()),
        );
    }
    // A tenth: text with damaged places has far fewer, random 16-bit units have about a sixth.
    (odd * 10 <= chars).then_some(decoded)
}

/// UTF-32 with a byte order mark, which the Encoding standard leaves out.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 4]) -> u32 = if bytes.starts_with(b"\xff\xfe\0\0") {
        u32::from_le_bytes
    } else if bytes.starts_with(b"\0\0\xfe\xff") {
        u32::from_be_bytes
    } else {
        return None;
    };
    let (units, rest) = bytes[4..].as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    units.iter().map(|four| char::from_u32(unit(*four))).collect()
}

/// UTF-16 shows in Western text as a NUL in every second byte. Other scripts need the mark.
fn utf_16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes[..bytes.len().min(HEAD_BYTES)].as_chunks::<2>();
    // Fewer than four characters prove nothing.
    if pairs.len() < 4 {
        return None;
    }
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    // Most characters below U+0100 on one side, next to none on the other (NUL itself).
    let most = pairs.len() * 7 / 10;
    let few = pairs.len() / 50;
    match (first, second) {
        (first, second) if second >= most && first <= few => Some(UTF_16LE),
        (first, second) if first >= most && second <= few => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether these are not the bytes of any 8-bit text: more than one NUL in a thousand, or more than one other control
/// character in fifty. Escape (terminal colours, ISO-2022 encodings) and form feed are common in text.
fn is_binary(bytes: &[u8]) -> bool {
    let mut nul = 0usize;
    let mut control = 0usize;
    for byte in bytes {
        match byte {
            0 => nul += 1,
            0x01..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f => control += 1,
            _ => {}
        }
    }
    nul * 1000 > bytes.len() || control * 50 > bytes.len()
}

/// Whether damaged places are far fewer than sound multi-byte characters: UTF-8 with scratches, not Latin-1.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut sound, mut damaged) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    sound >= damaged * 4
}

/// The encoding that a page declares: `<meta charset=…>`, `<meta … content="…; charset=…">` or `<?xml … encoding="…"?>`.
/// As HTML says, a page whose declaration can be read byte by byte is not UTF-16, whatever it declares.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(HEAD_BYTES)].to_ascii_lowercase();
    let xml =
        head.trim_ascii_start().starts_with(b"<?xml").then(|| label_after(until_gt(&head), b"encoding")).flatten();
    let label = xml.or_else(|| {
        head.windows(5)
            .enumerate()
            .filter(|(_, window)| *window == b"<meta")
            .find_map(|(at, _)| label_after(until_gt(&head[at..]), b"charset"))
    })?;
    let encoding = Encoding::for_label_no_replacement(label)?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn until_gt(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(bytes.len());
    &bytes[..end]
}

/// The value after `key` and `=`, without quotes.
fn label_after<'a>(tag: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = tag.windows(key.len()).position(|window| window == key)?;
    let rest = tag[at + key.len()..].trim_ascii_start().strip_prefix(b"=")?;
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)));
    let label = &rest[..end.unwrap_or(rest.len())];
    (!label.is_empty()).then_some(label)
}

//! Characters that are written as escapes: percent signs (RFC 3986, 2.1), JSON and program strings (RFC 8259, 7), HTML
//! character references (WHATWG HTML, 13.5).

/// Most backslashes in front of one escape: JSON inside JSON inside JSON needs seven.
const BACKSLASHES_MAX: usize = 16;

/// A character that an escape at the beginning of `bytes` stands for, and the escape's length.
pub(super) fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    match bytes.first()? {
        b'%' => percent(bytes),
        b'\\' => backslash(bytes),
        b'&' => entity(bytes),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |value, byte| Some(value * 16 + char::from(*byte).to_digit(16)?))
}

/// `%40`, `%2540` (escaped twice or more), `%C3%BC`.
fn percent(bytes: &[u8]) -> Option<(char, usize)> {
    let (first, mut len) = percent_byte(bytes)?;
    let extra = match first {
        0..=0x7f => {
            let c = char::from(first);
            return (!c.is_ascii_control() || matches!(c, '\n' | '\r' | '\t')).then_some((c, len));
        }
        0xc2..=0xdf => 1,
        0xe0..=0xef => 2,
        0xf0..=0xf4 => 3,
        _ => return None,
    };
    let mut utf8 = [first, 0, 0, 0];
    for byte in &mut utf8[1..=extra] {
        let (next, used) = percent_byte(bytes.get(len..)?)?;
        *byte = next;
        len += used;
    }
    let c = std::str::from_utf8(&utf8[..=extra]).ok()?.chars().next()?;
    Some((c, len))
}

/// One byte: `%XX`, where the percent sign itself may be escaped as `%25` up to three times.
fn percent_byte(bytes: &[u8]) -> Option<(u8, usize)> {
    let mut at = 0;
    for _ in 0..4 {
        let digits = bytes.get(at + 1..at + 3).filter(|_| at > 0 || bytes[0] == b'%')?;
        let byte = u8::try_from(hex(digits)?).ok()?;
        let nested = byte == b'%' && bytes.get(at + 3..at + 5).is_some_and(|next| hex(next).is_some());
        if !nested {
            return Some((byte, at + 3));
        }
        // The digits that follow `%25` belong to the sign that it stands for.
        at += 2;
    }
    None
}

/// `\u0040`, `\ud83d\udd11`, `\u{40}`, `\x40`, `\n`, `\"`, `\/`, each behind any number of backslashes.
fn backslash(bytes: &[u8]) -> Option<(char, usize)> {
    let slashes = bytes.iter().take(BACKSLASHES_MAX).take_while(|byte| **byte == b'\\').count();
    let rest = &bytes[slashes..];
    let (c, len) = match rest.first()? {
        b'n' => ('\n', 1),
        b'r' => ('\r', 1),
        b't' => ('\t', 1),
        b'"' => ('"', 1),
        b'\'' => ('\'', 1),
        b'/' => ('/', 1),
        b'x' => (char::from_u32(hex(rest.get(1..3)?)?).filter(|c| !c.is_ascii_control())?, 3),
        b'u' if rest.get(1) == Some(&b'{') => {
            let end = rest.iter().take(9).position(|byte| *byte == b'}')?;
            (char::from_u32(hex(rest.get(2..end).filter(|digits| !digits.is_empty())?)?)?, end + 1)
        }
        b'u' => unicode_escape(rest, slashes)?,
        _ => return None,
    };
    Some((c, slashes + len))
}

fn unicode_escape(rest: &[u8], slashes: usize) -> Option<(char, usize)> {
    let first = hex(rest.get(1..5)?)?;
    if !(0xd800..0xdc00).contains(&first) {
        // A lone low surrogate stands for nothing that could be seen.
        return Some((char::from_u32(first).unwrap_or('\u{fff0}'), 5));
    }
    let low = rest.get(5..5 + slashes).filter(|between| between.iter().all(|byte| *byte == b'\\')).and_then(|_| {
        let digits = rest.get(5 + slashes..).filter(|tail| tail.first() == Some(&b'u'))?.get(1..5)?;
        hex(digits).filter(|low| (0xdc00..0xe000).contains(low))
    });
    match low {
        Some(low) => {
            let c = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00))?;
            Some((c, 5 + slashes + 5))
        }
        None => Some(('\u{fff0}', 5)),
    }
}

/// Names of characters that occur in values, and of the accented letters of Western names.
const ENTITIES: [(&str, char); 62] = [
    ("AMP", '&'),
    ("Aring", 'Å'),
    ("Auml", 'Ä'),
    ("Ccedil", 'Ç'),
    ("Eacute", 'É'),
    ("NewLine", '\n'),
    ("Ntilde", 'Ñ'),
    ("Oslash", 'Ø'),
    ("Ouml", 'Ö'),
    ("Tab", '\t'),
    ("Uuml", 'Ü'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("aelig", 'æ'),
    ("agrave", 'à'),
    ("amp", '&'),
    ("apos", '\''),
    ("aring", 'å'),
    ("ast", '*'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("bsol", '\\'),
    ("ccedil", 'ç'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dash", '-'),
    ("dollar", '$'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("egrave", 'è'),
    ("equals", '='),
    ("euml", 'ë'),
    ("excl", '!'),
    ("gt", '>'),
    ("hyphen", '-'),
    ("iacute", 'í'),
    ("iuml", 'ï'),
    ("lbrack", '['),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lt", '<'),
    ("nbsp", ' '),
    ("ndash", '-'),
    ("ntilde", 'ñ'),
    ("num", '#'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("oslash", 'ø'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quot", '"'),
    ("rbrack", ']'),
    ("rpar", ')'),
    ("shy", '\u{ad}'),
    ("sol", '/'),
    ("szlig", 'ß'),
    ("uacute", 'ú'),
    ("uuml", 'ü'),
];

/// Longest name or number between `&` and `;`.
const ENTITY_MAX: usize = 9;

/// `&#64;`, `&#x40;`, `&commat;`; `&amp;#64;` (escaped twice or more).
fn entity(bytes: &[u8]) -> Option<(char, usize)> {
    let mut prefix = 1;
    while prefix < 16 && bytes.get(prefix..prefix + 4) == Some(b"amp;") {
        prefix += 4;
    }
    match reference(&bytes[prefix..]) {
        Some((c, len)) => Some((c, prefix + len)),
        // What follows is no reference, so this is an ampersand.
        None => (prefix > 1).then_some(('&', prefix)),
    }
}

/// The part of a reference behind its `&`.
fn reference(bytes: &[u8]) -> Option<(char, usize)> {
    let end = bytes.iter().take(ENTITY_MAX + 1).position(|byte| *byte == b';')?;
    let body = &bytes[..end];
    let c = match body {
        [b'#', b'x' | b'X', digits @ ..] if !digits.is_empty() => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] if !digits.is_empty() => {
            let code =
                digits.iter().try_fold(0u32, |value, byte| Some(value * 10 + char::from(*byte).to_digit(10)?))?;
            char::from_u32(code)?
        }
        name => {
            let name = std::str::from_utf8(name).ok()?;
            let at = ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
            ENTITIES[at].1
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_all_three_kinds_are_read() {
        for (text, c) in [
            ("%40", '@'),
            ("%2540", '@'),
            ("%25252540", '@'),
            ("%C3%BC", 'ü'),
            ("%0A", '\n'),
            (r"\u0040", '@'),
            (r"\\u0040", '@'),
            (r"\ud83d\udd11", '🔑'),
            (r"\u{40}", '@'),
            (r"\x40", '@'),
            (r"\n", '\n'),
            (r#"\\\""#, '"'),
            (r"\/", '/'),
            ("&#64;", '@'),
            ("&#x40;", '@'),
            ("&commat;", '@'),
            ("&amp;#64;", '@'),
            ("&amp;amp;#64;", '@'),
            ("&uuml;", 'ü'),
        ] {
            assert_eq!(decode(text.as_bytes()), Some((c, text.len())), "{text}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "100% of",
            "%4",
            "%zz",
            "%80",
            "%e0%80",
            r"\d",
            r"\",
            r"\Users",
            "&",
            "& co;",
            "&unknown;",
            "&#;",
            "&#x110000;",
            r"\u12",
        ] {
            let found = decode(text.as_bytes());
            assert_eq!(found, None, "{text}");
        }
        assert_eq!(decode(b"&amp; co"), Some(('&', 5)));
        assert_eq!(decode(br"\ud83d!"), Some(('\u{fff0}', 6)));
    }

    #[test]
    fn names_are_ordered() {
        assert!(ENTITIES.is_sorted_by_key(|(name, _)| *name));
    }
}

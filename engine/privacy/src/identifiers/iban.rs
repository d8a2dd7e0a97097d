//! International bank account numbers (ISO 13616-1) and business identifier codes (ISO 9362).

use conclave_checks::mod_97;
use conclave_protocol::{Category, Span};

use super::place;
use crate::detector::{Finding, Strength};

/// Length of an IBAN per country: SWIFT's IBAN Registry, release 99.
const LENGTHS: &[u8] = b"AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27\
GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28\
PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

/// Longest IBAN with a separator behind each fourth place, in bytes.
const TEXT_MAX: usize = 34 + 9;

/// An IBAN that begins at `start`, where two letters and two digits stand.
pub(super) fn at(text: &[u8], start: usize) -> Option<Finding> {
    let country = text.get(start..start + 2)?;
    if !country.iter().all(u8::is_ascii_alphabetic) || !text.get(start + 2..start + 4)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let country = [country[0].to_ascii_uppercase(), country[1].to_ascii_uppercase()];
    let row = LENGTHS.chunks(4).find(|row| row[..2] == country)?;
    let len = usize::from((row[2] - b'0') * 10 + row[3] - b'0');
    let (mut value, mut taken) = ([0u8; 34], 0);
    let mut at = start;
    let mut separator = None;
    while taken < len && at < start + TEXT_MAX {
        let byte = *text.get(at)?;
        if byte.is_ascii_alphanumeric() {
            value[taken] = byte.to_ascii_uppercase();
            taken += 1;
        } else if matches!(byte, b' ' | b'-' | b'.')
            && separator.is_none_or(|before| before == byte)
            && text[at - 1] != byte
        {
            separator = Some(byte);
        } else {
            return None;
        }
        at += 1;
    }
    let value = &value[..taken];
    let is_whole = taken == len && text.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let rest = mod_97(value[4..].iter().chain(&value[..4]).copied());
    (is_whole && rest == 1 && !place::is_cut_out(text, start, at))
        .then(|| Finding::new(Span::new(start, at), Category::Iban, Strength::Checksummed, "iban").scored(0.99))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let start = text.find(|c: char| c.is_ascii_uppercase()).unwrap_or(0);
        at(text.as_bytes(), start).and_then(|finding| finding.span.of(text))
    }

    #[test]
    fn examples_of_the_registry_are_found() {
        for iban in [
            "DE89370400440532013000",
            "GB29 NWBK 6016 1331 9268 19",
            "FR14 2004 1010 0505 0001 3M02 606",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
            "CH9300762011623852957",
            "LC55HEMM000100010012001200023015",
            "NL91-ABNA-0417-1643-00",
        ] {
            assert_eq!(found(iban), Some(iban));
            assert_eq!(found(&format!("{iban}, BIC")), Some(iban));
        }
    }

    #[test]
    fn wrong_digits_lengths_and_countries_are_not() {
        for text in [
            "DE89370400440532013001",
            "DE8937040044053201300",
            "DE893704004405320130000",
            "ZZ89370400440532013000",
            "DE89 3704  0044 0532 0130 00",
            "DE89/3704/0044/0532/0130/00",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

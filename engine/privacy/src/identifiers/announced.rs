//! Values whose form says little: the name before them says what they are.

use conclave_protocol::Span;

use super::assignment;
use crate::alphabet::Alphabet;

use super::mac;

/// Names of identifiers of devices, installations and users.
pub(crate) const DEVICE: &[&str] = &[
    "device_id",
    "device id",
    "deviceid",
    "device-id",
    "user_id",
    "user id",
    "userid",
    "user-id",
    "customer_id",
    "customer id",
    "customerid",
    "account_id",
    "account id",
    "visitor_id",
    "visitor id",
    "client_uuid",
    "installation_id",
    "installation id",
    "machine_id",
    "machine id",
    "android_id",
    "android id",
    "advertising_id",
    "advertising id",
    "employee_id",
    "employee id",
    "member_id",
    "serial number",
    "serial_number",
    "serial no",
    "idfa",
    "idfv",
    "gaid",
    "udid",
    "user uuid",
    "user_uuid",
    "person_id",
];

/// Names of numbers of patients and insured persons.
pub(crate) const HEALTH: &[&str] = &[
    "medical record number",
    "medical_record_number",
    "patient_id",
    "patient id",
    "patient number",
    "mrn",
    "policy number",
    "subscriber id",
];

/// Names of bank identifier codes.
pub(crate) const BIC: &[&str] = &["bic", "swift"];

/// Names of hardware addresses, for those without a digit.
pub(crate) const MAC: &[&str] = &["mac", "macs", "hardware address", "physical address", "ethernet", "bssid"];

/// Fewest and most characters of an announced value.
const VALUE_MIN: usize = 4;
const VALUE_MAX: usize = 64;

/// How far behind its name a hardware address may begin.
const MAC_REACH: usize = 16;

/// The end of the name that begins at `at`, where it is a whole word.
fn name_end(text: &str, at: usize, names: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    let starts = at == 0
        || !bytes[at - 1].is_ascii_alphanumeric()
        || bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
    names
        .iter()
        .filter(|name| bytes.get(at..at + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes())))
        .map(|name| at + name.len())
        .filter(|end| starts && bytes.get(*end).is_none_or(|byte| !byte.is_ascii_alphanumeric()))
        .max()
}

/// The value that a name announces: letters, digits, `-`, `_`, `.`, at least one digit, and no call or path of a program.
fn value(text: &str, end: usize, digits_min: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let span = assignment::value_after(bytes, end, Alphabet::BASE64URL.and(Alphabet::DOT), VALUE_MAX)?;
    let mut word = &bytes[span.start..span.end];
    while let [rest @ .., b'.' | b'-' | b'_'] = word {
        word = rest;
    }
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_code = matches!(bytes.get(span.end), Some(b'(' | b'[' | b'/' | b'@'));
    let is_date = matches!(word, [b'1' | b'2', _, _, _, b'-', _, _, b'-', _, _]);
    (word.len() >= VALUE_MIN && digits >= digits_min && !is_code && !is_date)
        .then(|| Span::new(span.start, span.start + word.len()))
}

pub(crate) fn device(text: &str, at: usize) -> Option<Span> {
    value(text, name_end(text, at, DEVICE)?, 2)
}

pub(crate) fn health(text: &str, at: usize) -> Option<Span> {
    value(text, name_end(text, at, HEALTH)?, 4)
}

/// ISO 9362: four letters of the party, the country, two for the place, three for the branch.
pub(crate) fn bic(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let end = name_end(text, at, BIC)?;
    // `SWIFT/BIC code: …`
    let mut end = end;
    while let Some(next) = [" code", "/bic", "/swift", "-code", " number", "_code", " (bic)"]
        .iter()
        .find(|next| bytes.get(end..end + next.len()).is_some_and(|word| word.eq_ignore_ascii_case(next.as_bytes())))
    {
        end += next.len();
    }
    let span = assignment::value_after(bytes, end, Alphabet::UPPER.and(Alphabet::DIGIT), 11)?;
    (is_bic(&bytes[span.start..span.end]) && bytes.get(span.end).is_none_or(|byte| !byte.is_ascii_alphanumeric()))
        .then_some(span)
}

/// Whether the word has the form of a code, with a country of ISO 3166-1.
pub(super) fn is_bic(word: &[u8]) -> bool {
    const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOARATAUAWAZBABBBDBEBFBGBHBIBJBMBNBOBRBSBTBWBYBZCACDCFCGCHCICKCLCMCNCOCRCUCVCWCYCZDEDJDKDMDODZECEEEGERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUIDIEILIMINIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISKSLSMSNSOSRSSSTSVSXSYSZTCTDTGTHTJTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";
    matches!(word.len(), 8 | 11)
        && word[..6].iter().all(u8::is_ascii_uppercase)
        && word[6..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && COUNTRIES.chunks(2).any(|country| country == &word[4..6])
}

pub(crate) fn hardware(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let end = name_end(text, at, MAC)?;
    (end..bytes.len().min(end + MAC_REACH))
        .filter(|place| matches!(bytes[*place], b':' | b'-' | b'.'))
        .find_map(|place| mac::at(bytes, place))
        .map(|finding| finding.span)
}

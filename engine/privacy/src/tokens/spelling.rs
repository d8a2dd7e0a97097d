//! When two spellings mean one value.
//!
//! Uniting two values would put one person's data where another's belongs, so each rule unites only what its issuer
//! treats as equal; what no rule names is compared as it stands.

use std::net::{Ipv4Addr, Ipv6Addr};

use conclave_protocol::Category;

use super::kind::Kind;
use super::{phone_number, punycode};
use crate::case;
use crate::shadow::Shadow;

/// The forms under which a value is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// The spelling that all spellings of the value share.
    pub own: String,
    /// For a telephone number with country code: the form that it has without one.
    pub without_country: Option<String>,
}

/// The forms of a value.
pub(crate) fn keys(kind: Kind, value: &str) -> Keys {
    match kind {
        Kind::Value(Category::Phone) => phone_number::keys(Shadow::of(value).text()),
        Kind::Value(category) => Keys { own: normal_form(category, value), without_country: None },
        Kind::Literal => Keys { own: value.to_owned(), without_country: None },
    }
}

/// Whether equal spellings are one value whatever category a detector gives them: numbers that an issuer gave out, and
/// credentials. A name may be a person's and a town's.
pub(crate) const fn is_identifier(kind: Kind) -> bool {
    let Kind::Value(category) = kind else { return false };
    !matches!(
        category,
        Category::Person
            | Category::Title
            | Category::Location
            | Category::Organization
            | Category::Nrp
            | Category::Address
            | Category::PostalCode
            | Category::DateTime
            | Category::Age
            | Category::Custom
    )
}

fn normal_form(category: Category, value: &str) -> String {
    // Characters that look or mean the same are folded first, except where every byte counts.
    let shadow = || Shadow::of(value).text().to_owned();
    match category {
        Category::Email => email(&shadow()),
        Category::Person
        | Category::Title
        | Category::Location
        | Category::Organization
        | Category::Nrp
        | Category::Address
        | Category::DateTime
        | Category::Age
        // Marks are put together with their letters first: the shadow drops those that stand alone.
        | Category::Custom => words(Shadow::of(&composed(&case::to_lower(value))).text()),
        // `12-345` and `12345` are places in two countries; spaces mean nothing in any (UPU S42).
        Category::PostalCode => case::to_upper(&without(&shadow(), char::is_whitespace)),
        // Separators carry meaning on a plate: M-AB 12 is Munich's, MA-B 12 Mannheim's.
        Category::LicensePlate => words(&shadow().replace(['-', '.'], " ")),
        // ISO 7812, ISO 13616 (print form has spaces), and issuers' print forms: separators are for the eye. `+` stays:
        // in a Swedish personal number it says that the person is older than 100.
        Category::CreditCard
        | Category::Iban
        | Category::Bic
        | Category::BankAccount
        | Category::BankRouting
        | Category::UsSsn
        | Category::NationalId
        | Category::TaxId
        | Category::VatId
        | Category::BusinessId
        | Category::Passport
        | Category::DriverLicense
        | Category::HealthId
        | Category::MedicalLicense => {
            case::to_upper(&without(&shadow(), |c| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '_')))
        }
        Category::IpAddress => address(&shadow()),
        // IEEE 802 writes dashes, others colons, dots or nothing; hexadecimal digits have no case.
        Category::MacAddress => without(&shadow(), |c| !c.is_ascii_hexdigit()).to_ascii_lowercase(),
        Category::DeviceId => device(&shadow()),
        Category::CryptoAddress => wallet(&without(value, char::is_whitespace)),
        Category::Url => url(&without(value, char::is_whitespace)),
        // No byte of their alphabets is white space: a line break in one is the page's, not the value's.
        Category::ApiKey | Category::Jwt => without(value, char::is_whitespace),
        // RFC 7468: white space in the body is ignored; `\n` is how environment files write it.
        Category::PrivateKey => without(&value.replace("\\n", "\n").replace("\\r", ""), char::is_whitespace),
        Category::Secret => value.split_whitespace().collect::<Vec<_>>().join(" "),
        // Every byte of a password counts.
        Category::Password => value.to_owned(),
        // Has a country, so more than one key.
        Category::Phone => phone_number::keys(&shadow()).own,
    }
}

fn without(text: &str, drop: impl Fn(char) -> bool) -> String {
    text.chars().filter(|c| !drop(*c)).collect()
}

/// Names: case and white space mean nothing. `ß` and `SS` are one letter to Unicode's full case folding, as going through
/// upper case has it.
fn words(text: &str) -> String {
    case::to_lower(&case::to_upper(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Letters with marks, in lower case: the mark, then each letter without and with it. Latin-1 and Latin Extended-A of the
/// Unicode Character Database; macOS writes file names, and what is pasted from them, in two characters.
const COMPOSED: [(char, &str); 13] = [
    ('\u{300}', "aàeèiìoòuù"),
    ('\u{301}', "aáeéiíoóuúyýcćlĺnńrŕsśzź"),
    ('\u{302}', "aâeêiîoôuûcĉgĝhĥjĵsŝwŵyŷ"),
    ('\u{303}', "aãnñoõiĩuũ"),
    ('\u{308}', "aäeëiïoöuüyÿ"),
    ('\u{30a}', "aåuů"),
    ('\u{30b}', "oőuű"),
    ('\u{30c}', "cčdďeělľnňrřsštťzž"),
    ('\u{327}', "cçgģkķlļnņrŗsştţ"),
    ('\u{328}', "aąeęiįuų"),
    ('\u{304}', "aāeēiīoōuū"),
    ('\u{306}', "aăeĕgğiĭoŏuŭ"),
    ('\u{307}', "cċeėgġzż"),
];

/// Puts letters and the marks behind them together (NFC, as far as [`COMPOSED`] goes). The shadow would drop the marks, and
/// Muller is not Müller.
fn composed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let row = COMPOSED.iter().find(|(mark, _)| *mark == c);
        let pair = row.zip(out.chars().next_back()).and_then(|((_, letters), base)| {
            let mut letters = letters.chars();
            while let (Some(plain), Some(marked)) = (letters.next(), letters.next()) {
                if plain == base {
                    return Some(marked);
                }
            }
            None
        });
        if let Some(marked) = pair {
            out.pop();
            out.push(marked);
        } else {
            out.push(c);
        }
    }
    out
}

/// Domains know no case and have an ASCII form (RFC 5890); no mail service in use tells local parts apart by case
/// (RFC 5321, 2.4 would allow it). `ann [at] example [dot] com` says the same.
fn email(text: &str) -> String {
    let mut text = case::to_lower(text);
    for (open, close) in [('[', ']'), ('(', ')'), ('{', '}'), ('<', '>'), (' ', ' ')] {
        for (word, sign) in [("at", "@"), ("dot", ".")] {
            text = text.replace(&format!("{open}{word}{close}"), sign);
        }
    }
    let text = without(&text, char::is_whitespace);
    match text.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", punycode::ascii_domain(domain)),
        None => text,
    }
}

fn address(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&text);
    if let Ok(v6) = inner.parse::<Ipv6Addr>() {
        return v6.to_string();
    }
    inner.parse::<Ipv4Addr>().map_or_else(|_| inner.to_owned(), |v4| v4.to_string())
}

/// RFC 9562 (UUID: case, braces and `urn:uuid:` mean nothing), 3GPP 23.003 (IMEI), ISO 3779 (VIN: capitals).
fn device(text: &str) -> String {
    let lower = case::to_lower(text.trim());
    let bare = without(lower.strip_prefix("urn:uuid:").unwrap_or(&lower), |c| matches!(c, '{' | '}' | '-' | ' '));
    let is_uuid = bare.len() == 32 && bare.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = without(&bare, |c| matches!(c, '/' | '.'));
    let is_number = (14..=17).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let is_vin = bare.len() == 17 && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    match () {
        () if is_uuid || is_vin => bare,
        () if is_number => digits,
        () => text.to_owned(),
    }
}

/// BIP-173 (bech32 is all lower or all upper case) and EIP-55 (the case of an Ethereum address is a checksum of itself).
/// Base 58 tells case apart.
fn wallet(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let one_case = text == lower || text == text.to_ascii_uppercase();
    let bech32 =
        one_case && ["bc1", "tb1", "bcrt1", "ltc1", "addr1", "cosmos1"].iter().any(|hrp| lower.starts_with(hrp));
    let hexadecimal = lower.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    if bech32 || hexadecimal { lower } else { text.to_owned() }
}

/// RFC 3986, 6.2.2.1: scheme and host know no case; the rest may.
fn url(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    format!("{}://{user}{}{path}", scheme.to_ascii_lowercase(), case::to_lower(host))
}

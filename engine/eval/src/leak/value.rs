//! Values to plant: made up, and right by the rules of their kind.

use super::random::Random;

/// A value with the words that announce it, where its kind needs some.
pub struct Planted {
    /// What it is.
    pub kind: &'static str,
    /// What stands right before it.
    pub lead: &'static str,
    /// The value in its usual spelling.
    pub text: String,
    /// Whether case carries no meaning in it.
    pub caseless: bool,
    /// Whether the value says by itself where it ends. What may have any length does not: of a password on two lines
    /// nobody can say whether the second line belongs to it, unless it looks like the first.
    pub formed: bool,
}

const DIGITS: &str = "0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER_ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";

type Make = fn(&mut Random) -> String;

/// Kind, lead, whether case is free, generator.
const KINDS: [(&str, &str, bool, Make); 17] = [
    ("email", "", true, email),
    ("phone", "", false, phone),
    ("card", "", false, card),
    ("iban", "", true, iban),
    ("us_ssn", "", false, ssn),
    ("ipv4", "", false, ipv4),
    ("ipv6", "", true, ipv6),
    ("mac", "", true, mac),
    ("github", "", false, github),
    ("aws", "", false, aws),
    ("openai", "", false, openai),
    ("slack", "", false, slack),
    ("jwt", "", false, jwt),
    ("generic_key", "api_key=", false, generic),
    ("password", "password: ", false, password),
    ("connection", "", false, connection),
    ("ethereum", "", false, ethereum),
];

/// A value of any kind.
pub fn any(random: &mut Random) -> Planted {
    let (kind, lead, caseless, make) = KINDS[random.below(KINDS.len())];
    let formed = lead.is_empty() && !["connection", "jwt", "openai", "slack"].contains(&kind);
    Planted { kind, lead, text: make(random), caseless, formed }
}

fn email(random: &mut Random) -> String {
    let local = match random.below(4) {
        0 => format!("{}.{}", random.string(LOWER, 4), random.string(LOWER, 7)),
        1 => format!("{}_{}", random.string(LOWER, 3), random.string(DIGITS, 2)),
        2 => format!("{}+{}", random.string(LOWER, 5), random.string(LOWER, 4)),
        _ => random.string(LOWER, 6),
    };
    let len = 4 + random.below(8);
    let host = random.string(LOWER, len);
    let top = random.pick(&["com", "org", "net", "de", "co.uk", "io", "fr", "com.br"]);
    format!("{local}@{host}.{top}")
}

fn phone(random: &mut Random) -> String {
    // Country, length of the national number, its first digits: mobile numbers of the numbering plans.
    let plans: [(&str, &str, &[usize]); 8] = [
        ("+1", "415", &[3, 3, 4]),
        ("+1", "212", &[3, 3, 4]),
        ("+44", "7911", &[4, 6]),
        ("+49", "171", &[3, 7]),
        ("+33", "6", &[1, 2, 2, 2, 2]),
        ("+34", "612", &[3, 3, 3]),
        ("+31", "6", &[1, 8]),
        ("+91", "98", &[5, 5]),
    ];
    let (country, first, groups) = plans[random.below(plans.len())];
    let len: usize = groups.iter().sum();
    // The exchange of a North American number does not begin with 0 or 1.
    let rest = format!("{}{}", random.string("23456789", 1), random.string(DIGITS, len - first.len() - 1));
    let national = format!("{first}{rest}");
    let separator = random.pick(&[" ", "-", " "]);
    let mut at = 0;
    let mut text = country.to_owned();
    for group in groups {
        text.push_str(separator);
        text.push_str(&national[at..at + group]);
        at += group;
    }
    text
}

/// The digit that makes Luhn's sum a multiple of ten (ISO/IEC 7812-1).
fn luhn(digits: &str) -> u8 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, digit)| {
            let digit = u32::from(digit - b'0') * if i % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    b'0' + u8::try_from((10 - sum % 10) % 10).unwrap_or_default()
}

fn card(random: &mut Random) -> String {
    let (prefix, len) = [("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("37", 15)][random.below(5)];
    let mut digits = format!("{prefix}{}", random.string(DIGITS, len - 1 - prefix.len()));
    digits.push(char::from(luhn(&digits)));
    let groups: &[usize] = if len == 15 { &[4, 6, 5] } else { &[4, 4, 4, 4] };
    let separator = random.pick(&["", " ", "-"]);
    let mut at = 0;
    let parts: Vec<&str> = groups
        .iter()
        .map(|len| {
            at += len;
            &digits[at - len..at]
        })
        .collect();
    parts.join(separator)
}

fn iban(random: &mut Random) -> String {
    let (country, bban) = match random.below(3) {
        0 => ("DE", random.string(DIGITS, 18)),
        1 => ("GB", format!("{}{}", random.string("ABCDEFGHKLMNRS", 4), random.string(DIGITS, 14))),
        _ => ("NL", format!("{}{}", random.string("ABCDEFGHKLMNRS", 4), random.string(DIGITS, 10))),
    };
    // ISO 7064, MOD 97-10.
    let remainder = format!("{bban}{country}00").chars().fold(0u32, |rest, c| {
        let value = c.to_digit(36).unwrap_or_default();
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    let iban = format!("{country}{:02}{bban}", 98 - remainder);
    if random.below(2) == 0 {
        return iban;
    }
    let groups: Vec<&str> = (0..iban.len()).step_by(4).map(|at| &iban[at..iban.len().min(at + 4)]).collect();
    groups.join(" ")
}

fn ssn(random: &mut Random) -> String {
    let area = 1 + random.below(665);
    format!("{area:03}-{:02}-{:04}", 1 + random.below(99), 1 + random.below(9999))
}

fn ipv4(random: &mut Random) -> String {
    let mut part = || 20 + random.below(230);
    format!("{}.{}.{}.{}", part(), part(), part(), part())
}

fn ipv6(random: &mut Random) -> String {
    let groups: Vec<String> = (0..6).map(|_| random.string(HEX, 4)).collect();
    format!("2001:db8:{}", groups.join(":"))
}

fn mac(random: &mut Random) -> String {
    let pairs: Vec<String> = (0..6).map(|_| random.string(HEX, 2)).collect();
    pairs.join(":")
}

fn github(random: &mut Random) -> String {
    format!("{}_{}", random.pick(&["ghp", "gho", "ghs"]), random.string(ALNUM, 36))
}

fn aws(random: &mut Random) -> String {
    format!("AKIA{}", random.string(UPPER_ALNUM, 16))
}

fn openai(random: &mut Random) -> String {
    format!("sk-{}T3BlbkFJ{}", random.string(ALNUM, 20), random.string(ALNUM, 20))
}

fn slack(random: &mut Random) -> String {
    format!("xoxb-{}-{}-{}", random.string("123456789", 12), random.string("123456789", 12), random.string(ALNUM, 24))
}

fn jwt(random: &mut Random) -> String {
    format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI{}.{}", random.string(ALNUM, 24), random.string(ALNUM, 43))
}

fn generic(random: &mut Random) -> String {
    format!("{}9x{}", random.string(ALNUM, 14), random.string(ALNUM, 14))
}

fn password(random: &mut Random) -> String {
    format!("{}7Q{}", random.string(ALNUM, 5), random.string(ALNUM, 5))
}

fn connection(random: &mut Random) -> String {
    format!("postgres://app:{}@{}.internal:5432/main", random.string(ALNUM, 12), random.string(LOWER, 6))
}

fn ethereum(random: &mut Random) -> String {
    format!("0x{}", random.string(HEX, 40))
}

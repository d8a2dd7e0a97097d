//! Passports: forms per country where they are known; any short mix of letters and digits where a word announces one. (The
//! machine-readable lines have check digits and are in [`super::super::mrz`].) Source of the forms: the Council of the European Union's PRADO register and
//! ICAO's sample pages.

use conclave_checks::europe as eu;
use conclave_protocol::Category::Passport;

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("de-passport", Passport, 25, eu::de_serial, "|@*8 ?@*8#", &["reisepass", "reisepassnummer", "passnummer"]),
    kind("kr-passport", Passport, 5, kr_passport, "$@#3@#4 $@#8 ?@#3@#4", &["여권", "여권번호", "korean passport"]),
    kind("us-passport", Passport, 1, form_alone, "?#9 $@#8", &["us passport", "passport", "travel document"]),
    kind("in-passport", Passport, 2, form_alone, "$@#7 $@-#7 ?@_#7 ?@-#7", &["indian passport"]),
    kind("nl-passport", Passport, 4, nl_passport, "$@2*6# ?@2*6#", &["paspoort", "paspoortnummer"]),
    kind("passport-form", Passport, 1, form_alone, "$@2#6 $@2#7 $@3#6 $@#6 $@2#8 $@#6@2 $#2@2#5 $@3#7 $@#9 $@#5", &[]),
    kind(
        "passport-announced",
        Passport,
        1,
        form_alone,
        "?@#5:9 ?@2#5:9 ?@3#5:7 ?#7:10 ?@_#6:8 ?@2_#6:7 ?#2_#7 ?#4_#6 ?#2_#2_#6 ?#2@2#5 ?@#3@#4 ?@#6@2 ?@2*6#",
        &["pass", "пасп", "серия", "серия и номер"],
    ),
];

/// South Korea: M, S, R, O, D, G for the kind of passport; since 2021 a letter among the digits.
fn kr_passport(b: &[u8]) -> bool {
    b"MSROD".contains(&b[0])
}

/// Netherlands: two letters, six letters or digits without O, a digit.
fn nl_passport(b: &[u8]) -> bool {
    !b.contains(&b'O') && b[..8].iter().filter(|byte| byte.is_ascii_digit()).count() >= 2
}

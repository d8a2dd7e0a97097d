//! Licence plates by country, and vehicle identification numbers (ISO 3779). A plate stands in running text only where a word announces
//! it: its form is that of many other things.

use conclave_protocol::Category::{DeviceId, LicensePlate};

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind(
        "vin",
        DeviceId,
        60,
        vin_checked,
        "!*17",
        &["vin", "chassis", "vehicle identification", "fahrgestellnummer", "fin"],
    ),
    kind(
        "vin-announced",
        DeviceId,
        2,
        vin_form,
        "$*17",
        &["vin", "chassis", "vehicle identification", "fahrgestellnummer", "fin"],
    ),
    kind(
        "gb-plate",
        LicensePlate,
        6,
        gb_plate,
        "$@2#2_@3 $@2#2@3 $@2#2-@3 $@#2_@3 $@#3_@3 $@#_@3 $@#2_@3 $@#3_@3 $@#@3 $@#2@3 $@#3@3 $@3_#@ $@3_#2@ $@3_#3@ $@3#@ $@3#2@ $@3#3@",
        &["dvla", "vehicle", "vehicles", "plate", "plates"],
    ),
    kind(
        "de-plate",
        LicensePlate,
        3,
        de_plate,
        "$@_@#1:4 $@_@_#1:4 $@_@2_#1:4 $@2_@_#1:4 $@2_@2_#1:4 $@3_@_#1:4 $@3_@2_#1:4 $@-@-#1:4 $@-@2-#1:4 $@2-@-#1:4 $@2-@2-#1:4 $@3-@-#1:4 $@3-@2-#1:4 $@-@_#1:4 $@-@2_#1:4 $@2-@_#1:4 $@2-@2_#1:4 $@3-@_#1:4 $@3-@2_#1:4 $@-@2#1:4 $@2-@2#1:4 $@3-@2#1:4 $@_@2#1:4 $@2_@2#1:4 $@2_@#1:4 $@3_@2#1:4 $@3_@#1:4 $@-@#1:4 $@2-@#1:4 $@3-@#1:4 $@4#1:4 $@5#1:4",
        &["kennzeichen", "kfz kennzeichen", "amtliches kennzeichen"],
    ),
    kind(
        "de-plate-electric",
        LicensePlate,
        3,
        de_plate_electric,
        "$@_@_#3@ $@_@2_#1@ $@_@2_#2@ $@_@2_#3@ $@_@2_#4@ $@2_@_#2@ $@2_@_#3@ $@2_@_#4@ $@2_@2_#1@ $@2_@2_#2@ $@2_@2_#3@ $@3_@_#1@ $@3_@_#2@ $@3_@_#3@ $@3_@2_#2@ $@3_@2_#3@ $@3_@2_#4@ $@2_@2_#4@ $@_@2_#4@ $@2-@2-#4@ $@4#4 $@4#4@ $@3_@2_#1@ $@2-@2-#2@ $@2-@2-#3@ $@-@2-#2@ $@-@2-#3@ $@2-@2_#2@ $@2-@2_#3@ $@-@2_#3@ $@3-@2_#2@ $@3-@2_#3@ $@2_@2_#3_@ $@2_@2_#3-@ $@2_@2_#4_@ $@2_@2_#4-@ $@2-@2-#3_@ $@2-@2-#3-@ $@2-@2-#4_@ $@2-@2-#4-@ $@2_@2-#3_@ $@2_@2-#3-@ $@2_@2-#4_@ $@2_@2-#4-@ $@2-@2_#3_@ $@2-@2_#3-@ $@2-@2_#4_@ $@2-@2_#4-@ $@2_@2#3_@ $@2_@2#3-@ $@2_@2#4_@ $@2_@2#4-@ $@3_@2_#3_@ $@3_@2_#3-@ $@3_@2_#4_@ $@3_@2_#4-@ $@3-@2-#3_@ $@3-@2-#3-@ $@3-@2-#4_@ $@3-@2-#4-@ $@3_@2-#3_@ $@3_@2-#3-@ $@3_@2-#4_@ $@3_@2-#4-@ $@3-@2_#3_@ $@3-@2_#3-@ $@3-@2_#4_@ $@3-@2_#4-@ $@3_@2#3_@ $@3_@2#3-@ $@3_@2#4_@ $@3_@2#4-@ $@3-@2-#3@ $@3-@2-#4@ $@4#4_@ $@4#3_@ $@2_@2#4@ $@3_@2#3@ $@3_@2#4@",
        &["kennzeichen"],
    ),
    kind(
        "plate-letters-digits",
        LicensePlate,
        1,
        plate_of_parts,
        "$@2~#3~@2 $@3~#3 $@3-#3@2 $@3~#3@ $@3~#2@ $@3#3@2 $@3_#3@2 $@2_#4 $@2-#4 $@3_#4 $@3-#4 $@_#1:6 $@-#2:6 $@#3:5 $@2_#5 $@2_#3 $@2_#1:5 $@2-@2-#3 $@2_@2-#3 $@2#4 $@3#4 $@2#5 $@2#1:4 $@2#2@ $@2#3@ $@2#4@ $@3#4@ $@3_#4_@ $@2_#4_@",
        &[],
    ),
    kind(
        "plate-digits-letters",
        LicensePlate,
        1,
        plate_of_parts,
        "$#3_@3 $#3-@3 $#2~@2~#2 $#@#4:5 $#@#_#4 $#2_@_#3 $#2_@3_#3 $#2_@2_#3 $#2_@_#4 $#2_@2_#4 $@2_#2-#2 $@2-#2-#2 $#2-#2-@2 $#3@2:3 $#3-@1:3 $#3_@1 $#3@1 $#4_@3 $#4-@3 $#4@3 $#-@3-#2 $#_@3_#3 $#@3#3 $#3_@2_#2",
        &[],
    ),
    kind(
        "in-plate",
        LicensePlate,
        20,
        in_plate,
        "|@2#2@2#4 |@2_#2_@2_#4 |@2_#2_@_#4 |@2-#2-@2-#4 |@2-#2-@-#4 $@2_#_@3_#4 $@2_#_@2_#4 |@2-#2@2-#4 |@2_#2-@2_#4 |@2#2@#4 |@2_#2@2_#4 $@2_#2_@3_#4 $@2#@3#4",
        &["rto"],
    ),
    kind("br-plate", LicensePlate, 10, form_alone, "$@3#@#2 $@3-#4 ?@3#@#2", &["placa"]),
    kind("ng-plate", LicensePlate, 10, form_alone, "$@3-#3@2 $@3_#3@2 $@3#3@2 ?@3-#3@2 ?@3#3@2", &["plate", "plates"]),
    kind(
        "plate-announced",
        LicensePlate,
        1,
        plate,
        "?=*4:8 ?=*1^*1:6 ?=*2^*1:6 ?=*3^*1:5 ?=*4^*1:4 ?=*1^*1^*1:5 ?=*1^*2^*1:5 ?=*2^*1^*1:5 ?=*2^*2^*1:4 ?=*2^*3^*2 ?=*3^*2^*1:5 ?=@2-@2_#1:4 ?=@1-@2_#1:4 ?=@3-@2_#1:4",
        &[],
    ),
];

fn vin_form(b: &[u8]) -> bool {
    let digits = b.iter().filter(|byte| byte.is_ascii_digit()).count();
    !b.iter().any(|byte| matches!(byte, b'I' | b'O' | b'Q'))
        && (4..=14).contains(&digits)
        && b[13..].iter().filter(|byte| byte.is_ascii_digit()).count() >= 3
}

/// The check digit in the ninth place, which North America and China demand (49 CFR 565.15).
fn vin_checked(b: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let worth = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'H' => u32::from(byte - b'A') + 1,
        b'J'..=b'R' => u32::from(byte - b'J') + 1,
        _ => u32::from(byte.saturating_sub(b'S')) + 2,
    };
    let sum: u32 = b.iter().zip(WEIGHTS).map(|(byte, weight)| worth(*byte) * weight).sum();
    vin_form(b) && b"0123456789X"[(sum % 11) as usize] == b[8]
}

/// United Kingdom since 2001: two letters without I, Q, Z, an age identifier (02 to 29, 51 to 79), three letters without I, Q; before: prefix or
/// suffix letter of the year, without I, O, Q, U, Z.
fn gb_plate(b: &[u8]) -> bool {
    let year = |letter: u8| !matches!(letter, b'I' | b'O' | b'Q' | b'U' | b'Z');
    if b.len() == 7
        && b[1].is_ascii_alphabetic()
        && b[2].is_ascii_digit()
        && b[3].is_ascii_digit()
        && b[4].is_ascii_alphabetic()
    {
        let age = (b[2] - b'0') * 10 + b[3] - b'0';
        return !b[..2].iter().any(|letter| matches!(letter, b'I' | b'Q' | b'Z'))
            && matches!(age, 2..=29 | 51..=79)
            && !b[4..].iter().any(|letter| matches!(letter, b'I' | b'Q'));
    }
    if b[1].is_ascii_digit() { year(b[0]) } else { year(b[b.len() - 1]) }
}

/// Germany: at most eight letters and digits, no leading 0.
fn de_plate(b: &[u8]) -> bool {
    let digits = b.iter().position(u8::is_ascii_digit).unwrap_or(0);
    b.len() <= 8 && b[digits] != b'0'
}

/// The same with E (electric) or H (historic) at the end, which counts beside the eight.
fn de_plate_electric(b: &[u8]) -> bool {
    matches!(b.last(), Some(b'E' | b'H')) && b.len() <= 9 && de_plate(&b[..b.len() - 1])
}

/// India: codes of states and union territories.
fn in_plate(b: &[u8]) -> bool {
    const STATES: &[u8] = b"ANAPARASBRCHCGDDDLDNGAGJHRHPJKJHKAKLLALDMPMHMNMLMZNLODORPBPYRJSKTNTRTSUKUPWB";
    STATES.chunks(2).any(|state| b.starts_with(state))
}

/// Letters and digits in parts. `on 128` before a street is none.
fn plate_of_parts(b: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [b"AS", b"AT", b"BY", b"IN", b"NO", b"OF", b"ON", b"OR", b"TO"];
    let letters = b.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    !WORDS.contains(&&b[..letters])
}

/// Letters and digits both, as nearly every plate has.
fn plate(b: &[u8]) -> bool {
    b.iter().any(u8::is_ascii_digit) && b.iter().any(u8::is_ascii_alphabetic) && b.len() <= 9
}

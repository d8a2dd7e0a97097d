//! Postal codes (Universal Postal Union, addressing systems), and identifiers of devices. A postal code stands alone or behind
//! its name; inside addresses the grammar of addresses finds it.

use conclave_checks::luhn;
use conclave_protocol::Category::{DeviceId, PostalCode};

use super::super::kind::{Kind, form_alone, kind};

const POSTAL: &[&str] = &[
    "zip",
    "zip code",
    "zipcode",
    "postal code",
    "postcode",
    "post code",
    "postal",
    "plz",
    "postleitzahl",
    "code postal",
    "cp",
    "código postal",
    "cep",
    "cap",
    "postnummer",
    "postinumero",
    "kod pocztowy",
    "psč",
    "irányítószám",
    "poštová",
    "pin code",
    "pincode",
    "eircode",
    "индекс",
    "邮编",
    "郵便番号",
    "우편번호",
];

pub(super) const KINDS: &[Kind] = &[
    kind(
        "gb-postcode",
        PostalCode,
        50,
        gb_postcode,
        "|@2#_#@2 |@2#2_#@2 |@#_#@2 |@#2_#@2 |@#@_#@2 |@2#@_#@2 $@#2#@2 $@2#2#@2 $@2##@2 $@2#@#@2",
        POSTAL,
    ),
    kind("ca-postcode", PostalCode, 50, ca_postcode, "!@#@_#@# |@#@#@# |@#@-#@#", POSTAL),
    kind("nl-postcode", PostalCode, 2, nl_postcode, "$#4_@2 $#4@2", POSTAL),
    kind("ie-eircode", PostalCode, 20, ie_eircode, "$@#2_*4 $@#2*4 $D6W_*4", POSTAL),
    kind("us-zip-plus-4", PostalCode, 5, form_alone, "$#5-#4", POSTAL),
    kind("digits-postcode", PostalCode, 1, postcode, "$#5 ?#4:7", POSTAL),
    kind(
        "grouped-postcode",
        PostalCode,
        1,
        form_alone,
        "$#3_#2 $#2-#3 $#5-#3 $#4-#3 $#3-#4 $#3-#3 ?@2-#4:5 ?@-#4:5",
        POSTAL,
    ),
    kind("imei", DeviceId, 10, imei, "|#15 !#2-#6-#6-# ?#14 ?#16", &["imei", "imei number", "meid", "imeisv"]),
    kind("uuid", DeviceId, 1, hex, "?*8-*4-*4-*4-*12 ?*32", &["device uuid", "user uuid"]),
    kind("device-hex", DeviceId, 1, device_hex, "?*16 ?*24 ?*40", &["android id", "udid", "device id"]),
    kind("imsi-iccid", DeviceId, 1, form_alone, "?#15 ?#18:20", &["imsi", "iccid", "sim", "sim card"]),
];

/// Royal Mail: letters of the inward code are never C, I, K, M, O, V.
fn gb_postcode(b: &[u8]) -> bool {
    !b[b.len() - 2..].iter().any(|letter| b"CIKMOV".contains(letter)) && !b"QVX".contains(&b[0])
}

/// Canada Post: D, F, I, O, Q, U are never used, W and Z not in front.
fn ca_postcode(b: &[u8]) -> bool {
    !b.iter().any(|letter| b"DFIOQU".contains(letter)) && !b"WZ".contains(&b[0])
}

/// PostNL: no leading 0; SA, SD, SS are not used.
fn nl_postcode(b: &[u8]) -> bool {
    b[0] != b'0' && !matches!(&b[4..], b"SA" | b"SD" | b"SS")
}

/// Eircode: letters without those that look like others.
fn ie_eircode(b: &[u8]) -> bool {
    b"ACDEFHKNPRTVWXY".contains(&b[0])
        && b[3..].iter().any(u8::is_ascii_alphabetic)
        && b[3..].iter().all(|byte| byte.is_ascii_digit() || b"ACDEFHKNPRTVWXY".contains(byte))
}

/// No country gives out 00000, and few give out codes below 01001 or a row of nines.
fn postcode(b: &[u8]) -> bool {
    b.len() != 5 || (1001..=99_998).contains(&conclave_checks::number(b))
}

/// 3GPP TS 23.003, 6.2: type allocation code, serial, Luhn. The 14 digits of a MEID or IMEI without it, the 16 of an IMEISV.
fn imei(b: &[u8]) -> bool {
    b.len() != 15 || luhn(b)
}

fn hex(b: &[u8]) -> bool {
    b.iter().all(u8::is_ascii_hexdigit)
}

fn device_hex(b: &[u8]) -> bool {
    hex(b) && b.iter().any(u8::is_ascii_alphabetic)
}

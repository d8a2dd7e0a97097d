//! More makers of numbers: one or two of each country that is not among the first.
//!
//! Not here are those that are taken without a right check digit: South Korea's and Denmark's, which are given out without
//! one since 2020 and 2007; Singapore's, which its form tells; Ecuador's, whose word is that of Colombia's, which has none.

use conclave_protocol::Category::{self, *};

use super::schemes::{Complete, Scheme, luhn, number, one, sum, two};

const fn made(category: Category, context: &'static str, template: &'static str, complete: Complete) -> Scheme {
    Scheme { category, context, template, complete }
}

/// A letter as a check digit: its place in an alphabet.
fn letter(alphabet: &str, place: u64) -> Option<Vec<u32>> {
    alphabet.chars().nth(place as usize).and_then(|c| c.to_digit(36)).map(|value| vec![value])
}

/// 11 less the rest; none where that is no digit.
fn eleven(b: &[u32], weights: &[u32]) -> Option<Vec<u32>> {
    one((11 - sum(b, weights) % 11) % 11)
}

/// ISO 7064, MOD 11,10.
fn mod_11_10(b: &[u32]) -> Option<Vec<u32>> {
    let product = b.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    one((11 - product) % 10)
}

/// Two rounds of weights, as in the Baltic states and Kazakhstan.
fn two_rounds(b: &[u32], first: &[u32], second: &[u32], last: u32) -> Option<Vec<u32>> {
    one(match sum(b, first) % 11 {
        10 => sum(b, second) % 11 % last,
        rest => rest,
    })
}

#[rustfmt::skip]
pub const WORLD: &[Scheme] = &[
    made(NationalId, "Thai ID", "1+##########!", |b| one((11 - sum(b, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10)),
    made(NationalId, "DNI", "########!", |b| letter("TRWAGMYFPDXBNJZSQVHLCKE", number(b) % 23)),
    made(NationalId, "hetu", "EEEEEE-###!", |b| letter("0123456789ABCDEFHJKLMNPRSTUVWXY", number(b) % 31)),
    made(NationalId, "PPS", "#######!", |b| letter("WABCDEFGHIJKLMNOPQRSTUV", u64::from(sum(b, &[8, 7, 6, 5, 4, 3, 2]) % 23))),
    made(NationalId, "身份证", "11010119DDDDDD###!", |b| {
        letter("10X98765432", u64::from(sum(b, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11))
    }),
    // The letter A counts 1 and 0.
    made(NationalId, "身分證", "A1#######!", |b| one((10 - (1 + sum(b, &[8, 7, 6, 5, 4, 3, 2, 1])) % 10) % 10)),
    made(NationalId, "kennitala", "EEEEEE-##!9", |b| eleven(b, &[3, 2, 7, 6, 5, 4, 3, 2])),
    made(NationalId, "ИИН", "DDDDDD3####!", |b| {
        two_rounds(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], 11)
    }),
    made(NationalId, "البطاقة المدنية", "2DDDDDD####!", |b| one(11 - sum(b, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11)),
    made(NationalId, "СНИЛС", "1##-###-### !!", |b| two(u64::from(sum(b, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100))),
    made(NationalId, "My Number", "+##########!", |b| {
        one(match sum(b, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        })
    }),
    made(NationalId, "Emirates ID", "784-1985-#######-!", |b| one(luhn(b))),
    made(NationalId, "RUT", "1#.###.###-!", |b| letter("0123456789K0", u64::from(11 - sum(b, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11))),
    made(TaxId, "OIB", "+#########!", mod_11_10),
    // Among the first ten digits one occurs twice or three times, the others once.
    made(TaxId, "Steuer-ID", "+#########!", |b| {
        let times = |digit: u32| b.iter().filter(|other| **other == digit).count();
        let again = (0..10).filter(|digit| times(*digit) > 1).count();
        (again == 1 && (0..10).all(|digit| times(digit) < 4)).then(|| mod_11_10(b)).flatten()
    }),
    made(TaxId, "CUIT", "20########!", |b| eleven(b, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])),
    made(TaxId, "isikukood", "3DDDDDD###!", |b| {
        two_rounds(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3], 10)
    }),
    made(TaxId, "personas kods", "EEEEEE-1###!", |b| one((1 + sum(b, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10)),
    made(TaxId, "adóazonosító", "8########!", |b| one(sum(b, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11)),
    made(TaxId, "ИНН", "77########!!", |b| {
        let first = sum(b, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        let second = sum(&[b, &[first]].concat(), &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        Some(vec![first, second])
    }),
    // The first weight is -1.
    made(TaxId, "РНОКПП", "3########!", |b| one((sum(&b[1..], &[5, 7, 9, 4, 6, 10, 5, 7]) + 11 - b[0]) % 11 % 10)),
    made(TaxId, "AFM", "+#######!", |b| one(sum(b, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10)),
    made(TaxId, "CNPJ", "##.###.###/0001-!!", |b| {
        let digit = |b: &[u32], weights: &[u32]| match sum(b, weights) % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        let first = digit(b, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
        let second = digit(&[b, &[first]].concat(), &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
        Some(vec![first, second])
    }),
    made(TaxId, "RUC", "20########!", |b| one((11 - sum(b, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10)),
    made(TaxId, "NIT", "9##.###.###-!", |b| {
        one(match sum(b, &[41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11 {
            rest @ (0 | 1) => rest,
            rest => 11 - rest,
        })
    }),
    made(TaxId, "rodné číslo", "DDDDDD/###!", |b| {
        (b[0] > 5 || b[0] == 5 && b[1] > 3).then(|| (0..10).find(|last| (number(b) * 10 + last).is_multiple_of(11))).flatten().map(|last| vec![last as u32])
    }),
    made(TaxId, "UTR", "!#########", |b| {
        one([2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1][(sum(b, &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11) as usize])
    }),
    made(HealthId, "KVNR", "A########!", |b| {
        let cross: u32 = [&[0, 1], b].concat().iter().zip([1, 2].iter().cycle()).map(|(d, w)| d * w / 10 + d * w % 10).sum();
        one(cross % 10)
    }),
    made(MedicalLicense, "DEA", "AB######!", |b| one((b[0] + b[2] + b[4] + 2 * (b[1] + b[3] + b[5])) % 10)),
    // The first two digits check the others.
    made(BusinessId, "ABN", "!!#########", |b| {
        let rest = sum(b, &[3, 5, 7, 9, 11, 13, 15, 17, 19]);
        (11..=99).find(|head| ((head / 10 - 1) * 10 + head % 10 + rest).is_multiple_of(89)).map(|head| vec![head / 10, head % 10])
    }),
    made(BusinessId, "SIRET", "#########000##!", |b| (luhn(&b[..8]) == b[8]).then(|| one(luhn(b))).flatten()),
    made(BusinessId, "Y-tunnus", "#######-!", |b| eleven(b, &[7, 9, 10, 5, 8, 4, 2])),
    made(BankAccount, "CLABE", "0################!", |b| {
        one((10 - b.iter().zip([3, 7, 1].iter().cycle()).map(|(d, w)| d * w % 10).sum::<u32>() % 10) % 10)
    }),
    made(VatId, "VAT", "DE+#######!", mod_11_10),
    made(VatId, "VAT", "FR!!+########", |b| two((12 + 3 * (number(b) % 97)) % 97)),
    made(VatId, "VAT", "GB+######!!", |b| two(u64::from(97 - sum(b, &[8, 7, 6, 5, 4, 3, 2]) % 97))),
    made(VatId, "VAT", "IT+######012!", |b| one(luhn(b))),
    made(VatId, "VAT", "LU+#####!!", |b| two(number(b) % 89)),
    made(VatId, "VAT", "PL+########!", |b| one(sum(b, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11)),
    made(VatId, "VAT", "EL+#######!", |b| one(sum(b, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10)),
    made(VatId, "VAT", "NO9#######!MVA", |b| eleven(b, &[3, 2, 7, 6, 5, 4, 3, 2])),
    made(VatId, "UID", "CHE-###.###.##!", |b| eleven(b, &[5, 4, 3, 2, 7, 6, 5, 4])),
];

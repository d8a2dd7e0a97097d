//! Makers of numbers: the published algorithms, computed forwards.

use conclave_protocol::Category::{self, *};

/// How the rest of a number follows from its body.
pub type Complete = fn(&[u32]) -> Option<Vec<u32>>;

pub struct Scheme {
    pub category: Category,
    /// The word that announces it.
    pub context: &'static str,
    /// `#` any digit, `+` a digit from 1 to 9, `D` the next digit of a date `YYMMDD` (`E`: `DDMMYY`), `!` the next check digit (from 10 on a letter); others stay.
    pub template: &'static str,
    pub complete: Complete,
}

pub fn sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

pub fn one(digit: u32) -> Option<Vec<u32>> {
    (digit < 10).then(|| vec![digit])
}

pub fn luhn(body: &[u32]) -> u32 {
    let doubled: u32 = body.iter().rev().step_by(2).map(|digit| (digit * 2) / 10 + (digit * 2) % 10).sum();
    let plain: u32 = body.iter().rev().skip(1).step_by(2).sum();
    (10 - (doubled + plain) % 10) % 10
}

pub fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(*digit))
}

pub fn two(number: u64) -> Option<Vec<u32>> {
    Some(vec![(number / 10) as u32, (number % 10) as u32])
}

pub const SCHEMES: &[Scheme] = &[
    Scheme { category: NationalId, context: "SIN", template: "5#######!", complete: |b| one(luhn(b)) },
    Scheme { category: NationalId, context: "teudat zehut", template: "+#######!", complete: |b| one(luhn(b)) },
    Scheme { category: NationalId, context: "SA ID", template: "DDDDDD####08!", complete: |b| one(luhn(b)) },
    Scheme { category: NationalId, context: "AMKA", template: "EEEEEE####!", complete: |b| one(luhn(b)) },
    Scheme { category: NationalId, context: "personnummer", template: "DDDDDD-###!", complete: |b| one(luhn(b)) },
    Scheme { category: DeviceId, context: "IMEI", template: "35############!", complete: |b| one(luhn(b)) },
    Scheme { category: BusinessId, context: "SIREN", template: "+#######!", complete: |b| one(luhn(b)) },
    Scheme { category: CreditCard, context: "card", template: "4##############!", complete: |b| one(luhn(b)) },
    Scheme { category: CreditCard, context: "card", template: "2345###########!", complete: |b| one(luhn(b)) },
    Scheme { category: MedicalLicense, context: "NPI", template: "1########!", complete: |b| one((luhn(b) + 6) % 10) },
    Scheme {
        category: HealthId,
        context: "NHS number",
        template: "+########!",
        complete: |b| one((11 - sum(b, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11),
    },
    Scheme {
        category: TaxId,
        context: "BSN",
        template: "+#######!",
        complete: |b| one(sum(b, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11),
    },
    Scheme {
        category: TaxId,
        context: "NIF",
        template: "2#######!",
        complete: |b| {
            one(match sum(b, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
                0 | 1 => 0,
                rest => 11 - rest,
            })
        },
    },
    Scheme {
        category: TaxId,
        context: "NIP",
        template: "+########!",
        complete: |b| one(sum(b, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11),
    },
    Scheme {
        category: NationalId,
        context: "PESEL",
        template: "DDDDDD####!",
        complete: |b| one((10 - sum(b, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10),
    },
    Scheme {
        category: NationalId,
        context: "EGN",
        template: "DDDDDD###!",
        complete: |b| one(sum(b, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10),
    },
    Scheme {
        category: NationalId,
        context: "CNP",
        template: "1DDDDDD12###!",
        complete: |b| {
            one(match sum(b, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
                10 => 1,
                rest => rest,
            })
        },
    },
    Scheme {
        category: TaxId,
        context: "CPF",
        template: "#########!!",
        complete: |b| {
            let digit =
                |b: &[u32], from: u32| match b.iter().zip((2..=from).rev()).map(|(d, w)| d * w).sum::<u32>() % 11 {
                    0 | 1 => 0,
                    rest => 11 - rest,
                };
            let first = digit(b, 10);
            let second = digit(&[b, &[first]].concat(), 11);
            Some(vec![first, second])
        },
    },
    Scheme {
        category: NationalId,
        context: "fødselsnummer",
        template: "EEEEEE###!!",
        complete: |b| {
            let first = (11 - sum(b, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11;
            let second = (11 - sum(&[b, &[first]].concat(), &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            (first < 10 && second < 10).then(|| vec![first, second])
        },
    },
    Scheme {
        category: NationalId,
        context: "TCKN",
        template: "+########!!",
        complete: |b| {
            let (odd, even): (u32, u32) = (b.iter().step_by(2).sum(), b.iter().skip(1).step_by(2).sum());
            let tenth = (odd * 7 + 90 - even) % 10;
            Some(vec![tenth, (odd + even + tenth) % 10])
        },
    },
    Scheme {
        category: NationalId,
        context: "rijksregisternummer",
        template: "DDDDDD###!!",
        complete: |b| two(97 - number(b) % 97),
    },
    Scheme {
        category: NationalId,
        context: "NIR",
        template: "1850575###123!!",
        complete: |b| two(97 - number(b) % 97),
    },
    Scheme {
        category: NationalId,
        context: "AHV",
        template: "756#########!",
        complete: |b| one((10 - sum(b, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10),
    },
    Scheme {
        category: VatId,
        context: "VAT",
        template: "ATU+######!",
        complete: |b| {
            let cross: u32 = b.iter().zip([1, 2, 1, 2, 1, 2, 1]).map(|(d, w)| d * w / 10 + d * w % 10).sum();
            one((96 - cross) % 10)
        },
    },
    Scheme { category: VatId, context: "VAT", template: "BE0#######!!", complete: |b| two(97 - number(b) % 97) },
    Scheme {
        category: VatId,
        context: "moms",
        template: "DK+######!",
        complete: |b| one((11 - sum(b, &[2, 7, 6, 5, 4, 3, 2]) % 11) % 11),
    },
    Scheme {
        category: BankRouting,
        context: "routing number",
        template: "02######!",
        complete: |b| one((10 - sum(b, &[3, 7, 1, 3, 7, 1, 3, 7]) % 10) % 10),
    },
    Scheme {
        category: Iban,
        context: "IBAN",
        template: "DE!!##################",
        // DE00 counts 131400 at the end.
        complete: |b| two(98 - b.iter().chain(&[1, 3, 1, 4, 0, 0]).fold(0, |rest, d| (rest * 10 + u64::from(*d)) % 97)),
    },
];

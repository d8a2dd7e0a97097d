//! Identifiers of the tables: every kind finds its examples whole, and ordinary text stays as it is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use conclave_privacy::Redactor;
use conclave_protocol::Category::{self, *};
use proptest::prelude::*;

use common::parse;

/// Texts in which `{…}` marks what must be found, and as what.
const POSITIVE: &[(Category, &[&str])] = &[
    (CreditCard, &["Visa, exp 09/28, cvv {731}", "The security code is {4821}."]),
    (Password, &["my pin is {4821}", "Door code: {4821}#", "The verification code is {482193}."]),
    (
        NationalId,
        &[
            "Mein Ausweis {T220001293}",
            "AHV {756.9217.0769.85}",
            "EGN: {7523169263}",
            "CPR {211062-5629}",
            "DNI {54362315K}",
            "NIE {X2482300W}",
            "{131052-308T}",
            "My code is {020594X903P}.",
            "NIR {2 95 10 99 126 111 93}",
            "NINO {AB 12 34 56 C}",
            "AMKA {01013099997}",
            "kennitala {120174-3399}",
            "PPS {6433435F}",
            "{120174-3399}",
            "fødselsnummer {15108695088}",
            "PESEL: {44051401359}",
            "CNP {1630615123457}",
            "JMBG {0101006500006}",
            "СНИЛС {112-233-445 95}",
            "personnummer {880320-0016}",
            "TC Kimlik No: {10000000146}",
            "ИИН {990215300122}",
            "SIN {130 692 544}",
            "RUT {12.531.909-2}",
            "cédula {1710034065}",
            "CURP {BOXW310820HNERXN09}",
            "身份证 {11010519491231002X}",
            "HKID {A123456(3)}",
            "{A123456789} 身分證",
            "Aadhaar {3123 4567 8909}",
            "NIK {3171011708900001}",
            "ת.ז. {039337423}",
            "My Number {1234 5678 9018}",
            "RRN {960121-1234567}",
            "NRIC {S1234567D}",
            "CNIC {45504-4185771-3}",
            "MyKad {880101-14-5566}",
            "Thai ID {1-2345-67890-12-1}",
            "Emirates ID {784-1990-1234567-6}",
            "ID {8001015009087}",
            "NIN {12345678902}",
        ],
    ),
    (
        TaxId,
        &[
            "Steuer-ID: {86095742719}",
            "Steuernummer {181/815/08155}",
            "CPF {529.982.247-25}",
            "CNPJ {11.222.333/0001-81}",
            "CUIT {20-27163363-8}",
            "codice fiscale {RSSMRA85T10A562S}",
            "rodné číslo {780123/3540}",
            "asmens kodas {33309240064}",
            "isikukood {37605030299}",
            "OIB {94577403194}",
            "BSN {111222333}",
            "NIP {526-10-40-828}",
            "NIF {501964843}",
            "ИНН {500100732259}",
            "PAN {ABCPD1234Z}",
            "TFN {876 543 210}",
            "IRD {49-091-850}",
            "ITIN {911-70-1234}",
            "EIN {12-3456789}",
            "UTR {1955839661}",
            "personas kods {161175-19997}",
            "AFM {094259216}",
            "RFC {GODE561231GR8}",
            "RUC {20512333797}",
        ],
    ),
    (
        VatId,
        &[
            "VAT {ATU13585627}",
            "{BE0428759497}",
            "{BE428759497}",
            "Our number is {SI 5022 3054}, theirs {EE 100 931 558}.",
            "{CY-10259033P}",
            "{LU 150 274 42} and {SK 202 274 96 19}",
            "{116281710MWST}",
            "{DE136695976}",
            "USt-IdNr. {DE 136 695 976}",
            "{FR40303265045}",
            "{GB980780684}",
            "{IT00743110157}",
            "{NL004495445B01}",
            "{ESB58378431}",
            "{PL8567346215}",
            "{SE123456789701}",
            "{CHE-107.787.577 MWST}",
            "{NO995525828MVA}",
            "{EL094259216}",
            "{IE6433435F}",
            "{DK13585628}",
            "{CZ25123891}",
            "{HU12892312}",
            "{LU15027442}",
            "{SK2022749619}",
            "{SI50223054}",
            "{HR33392005961}",
        ],
    ),
    (
        BusinessId,
        &[
            "ABN {83 914 571 673}",
            "ACN {004 085 616}",
            "Amtsgericht München {HRB 12345}.",
            "eingetragen im {HRA 99999}",
            "SIREN {552 008 443}",
            "SIRET {732 829 320 00074}",
            "GSTIN {27AAPFU0939F1ZV}",
            "LEI {213800KUD8LAJWSQ9D15}",
            "UEN {201434292D}",
            "UEN {T16RF0037C}",
            "KvK {12345678}",
            "company number {01234567}",
            "사업자등록번호 {116-82-00276}",
            "EORI {GB123456789000}",
        ],
    ),
    (
        HealthId,
        &[
            "NHS number {943 476 5919}",
            "Medicare {2123 45670 1}",
            "MBI {1EG4-TE5-MK73}",
            "NHI {JBX3656}",
            "KVNR {A123456780}",
            "IHI {8003608166690503}",
        ],
    ),
    (MedicalLicense, &["NPI: {1234567893}", "DEA {AB1234563}", "GMC number {7654321}"]),
    (
        Passport,
        &[
            "passport {A12803456}",
            "Reisepass {C01X00T47}",
            "my passport number is {M123A4567}",
            "паспорт {4509 123456}",
            "{C01X00T47}",
            "US passport {912803456}",
        ],
    ),
    (
        DriverLicense,
        &[
            "driver's license {H12234567}",
            "DVLA {MORGA657054SM9IJ}",
            "patente {U1H00B000C}",
            "{11-22-123456-12}",
            "DL: {D1234567}",
        ],
    ),
    (
        LicensePlate,
        &[
            "Das Kennzeichen ist {B-AB 1234}.",
            "number plate {AB51 ABC}",
            "for damage to her car, registration {DS53 KBQ}, on 128 Maple Road",
            "Driver Eleanor, plate {UG40 ARH}.",
            "Plates: {APP-456CV} and {KJA-999PZ}",
            "{MH 04 AD 0001}",
            "license plate {7ABC123}",
        ],
    ),
    (PostalCode, &["PLZ {80331}", "zip code {94103}", "postcode {SW1A 1AA}", "ship to {K1A 0B1}"]),
    (
        DeviceId,
        &[
            "VIN {1HGCM82633A004352}",
            "IMEI {490154203237518}",
            "IMEI: {35-209900-176148-1}",
            "Fahrgestellnummer {WVWZZZ1JZXW000001}",
        ],
    ),
    (
        MacAddress,
        &[
            "{00:1A:2B:3C:4D:5E}",
            "MAC {00-1a-2b-3c-4d-5e}",
            "Cisco {0012.3456.789a}",
            "MACs: {00:11:22:33:44:55} and {AA-BB-CC-1D-EE-FF}",
        ],
    ),
    (Iban, &["{DE89 3704 0044 0532 0130 00}", "IBAN:{GB29NWBK60161331926819}.", "{NO9386011117947}"]),
    (
        CryptoAddress,
        &[
            "send to {1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2}",
            "{bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4}",
            "{0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed},",
        ],
    ),
    (UsSsn, &["{536-90-4399}", "SSN {536904399}", "ssn=\"{536904399}\""]),
    (
        BankRouting,
        &[
            "routing number {021000021}",
            "sort code {20-00-00}",
            "BLZ {37040044}",
            "IFSC {HDFC0000123}",
            "BSB {062-000}",
        ],
    ),
    (BankAccount, &["account number {12345678}", "checking acct {000123456789}", "Kontonummer {532013000}"]),
];

/// What programs, tables, articles and orders are made of.
const BENIGN: &[&str] = &[
    "Release 10.4.22621.3155 (build 20240517.1) fixes #123456 and #98765.",
    "The order 4512345678 was shipped on 2024-05-17 with tracking 123456789012.",
    "Invoice 2024-00123456, item 12345678903, SKU AB-123-C, part 123-456-789.",
    "sha256:8f953371d3e85eddb89b05ed6b9e680791055315c73e1025ab5dba7bb2aee189",
    "commit 4f1a2b3c4d5e6f708192a3b4c5d6e7f801234567 merged at 1700000000123",
    "uuid 550e8400-e29b-41d4-a716-446655440000 in the log",
    "| 1200 | 3400 | 5600 |\n| 7800 | 9100 | 1112 |",
    "id,name,population\n1,Berlin,3645000\n2,Hamburg,1841000\n",
    "x = 0x1234ABCD + 0xDEADBEEF; y[12] = 34; z = 5.67e-8;",
    "for (int i = 0; i < 100; i++) { a[i] = b1 << 2; } // std::vector<uint32_t> v2(10, 3);",
    "12 people, 3 of 14 rooms, 45 km in 2 h 30 min, 99 % of 1,234,567 cases.",
    "ISBN 978-3-16-148410-0, DOI 10.1000/182, RFC 2119, ISO 8601, IEEE 802.11ax",
    "let re = Regex::new(r\"\\d{3}-\\d{2}-\\d{4}\");",
    "#ff8800 #123456 rgb(12, 34, 56) 12px 1.5em 100vh",
    "Flight LH 1234 from gate B12 at 12:45; bus 42; A4 paper; MP3; H2O; 3D; 4K; B2B; COVID-19; F-16.",
    "Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64",
    "GET /api/v2/users/123456789/items?page=3&limit=50 HTTP/1.1 200 1234",
    "[2024-05-17T12:34:56.789Z] INFO worker-12 took 1234 ms (id 7)",
    "npm i react@18.2.0 && pip install numpy==1.26.4 # 12.3 MB",
    "The years 1914-1918 and 1939-1945; pages 100-120; score 3:2; ratio 16:9; 10-12 weeks.",
    "A car with 4 doors, 150 hp and 5 seats left at 10 am; the vehicle was 3 years old.",
    "He plays number 10 for FC 1899; section 230; Article 12 (3) b; § 139b AO; Section 4.2.1.",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
    "100 200 300 400 500 600 700 800 900 1000",
    "0.123456789 3.14159265 1e10 -12345678 +1 2^32 = 4294967296",
    "Chrome/120.0.6099.130 Safari/537.36 Mozilla/5.0 (X11; Linux x86_64)",
    "The license is MIT; the driver supports 2 displays and 1920x1080.",
    "Tax rises by 12 % to 4500 euros in 2025; the tax year 2023-2024.",
    "git checkout v1.2.3-rc4 && make -j8 TARGET=arm64 O2=1",
    "const KEY_123456789 = data_987654321.get(12345678901);",
    "Model X100-200B, size 38/40, EAN 4006381333931.",
    "nvme0n1 259:0 0 476.9G 0 disk; eth0: mtu 1500; cpu0: 2400 MHz",
    "pid 12345678 exited with 139; thread 140735340871680 waits on 0x7fff5fbff8c0",
];

#[test]
fn examples_are_found_whole_and_named_right() {
    let redactor = Redactor::new().unwrap();
    let mut wrong = Vec::new();
    for (category, texts) in POSITIVE {
        for marked in *texts {
            let (text, expected) = parse(marked);
            let found = redactor.find(&text).unwrap();
            let places: Vec<(usize, usize)> = found
                .iter()
                .filter(|find| find.category == *category)
                .map(|find| (find.span.start, find.span.end))
                .collect();
            if places != expected {
                wrong.push(format!("{category:?}: {marked:?} gave {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn benign_text_stays_as_it_is() {
    let redactor = Redactor::new().unwrap();
    let wrong: Vec<String> = BENIGN
        .iter()
        .filter_map(|text| {
            let found: Vec<_> =
                redactor.find(text).unwrap().into_iter().filter(|find| find.category != Phone).collect();
            (!found.is_empty()).then(|| format!("{text:?} gave {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_text_takes_linear_time() {
    let redactor = Redactor::new().unwrap();
    let units = [
        "1A",
        "A1 ",
        "1-",
        "AB 1",
        "M AB 1 ",
        "1 A ",
        "tax id 123456789, ",
        "00:1A:",
        "aa:",
        "<<",
        "P<A<<",
        "bc1q",
        "DE89 ",
        "0x",
        "user_id ",
        "mac ",
        "bic ",
        "passport A1",
        "1(",
        "1[",
        "1.1-1/1:1+",
        "12345678",
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 ",
        "паспорт 1 ",
        "1\n",
        "\"1\",",
        "1\t",
    ];
    for unit in units {
        let text = unit.repeat((1 << 17) / unit.len());
        let start = Instant::now();
        let found = redactor.find(&text).unwrap();
        let took = start.elapsed();
        // Test builds take a second or two for the worst; quadratic time would be minutes.
        assert!(took < Duration::from_secs(20), "{unit:?} took {took:?} for {} finds", found.len());
    }
}

thread_local! {
    static REDACTOR: Redactor = Redactor::new().unwrap();
}

proptest! {
    #[test]
    fn pieces_of_identifiers_give_ordered_spans_that_fit(
        pieces in proptest::collection::vec(
            prop::sample::select(vec![
                "1", "12", "123", "12345678", "A", "AB", "x", "é", "ж", "🔑", " ", "-", ".", "/", ":", "(", ")", "[", "]", "+", "<<", "<", "\n", "\t", "|",
                "DE89", "370400440532013000", "VAT ", "tax id ", "passport ", "паспорт ", "MAC ", "00:1A:2B", "aa-bb", "bc1q", "0x", "HRB ", "CHE-", "MWST", "user_id=",
            ]),
            0..50,
        )
    ) {
        let text = pieces.concat();
        let mut end = 0;
        for find in REDACTOR.with(|redactor| redactor.find(&text).unwrap()) {
            prop_assert!(find.span.start >= end && find.span.end > find.span.start);
            prop_assert!(find.span.of(&text).is_some(), "on character boundaries");
            end = find.span.end;
        }
    }
}

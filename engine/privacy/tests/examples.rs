//! Every detector finds its positive examples whole and leaves its negative ones alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use conclave_privacy::detector::DETECTORS;
use conclave_privacy::{Finding, Redactor};
use conclave_protocol::Category;

use common::parse;

/// Texts in which `{…}` marks what the detector must find; without braces nothing may be found by it.
struct Examples {
    detector: &'static str,
    category: Category,
    positive: &'static [&'static str],
    negative: &'static [&'static str],
}

const EXAMPLES: &[Examples] = &[
    Examples {
        detector: "email",
        category: Category::Email,
        positive: &[
            "Write to {jane.doe@example.com}.",
            "<{a_b+c@mail.example.co.uk}>",
            "mailto:{x@example.io}?subject=hi",
            "Ärger mit {jürgen@müller.de}!",
            "『{taro@example.jp}』へ",
            "{O'Neil@example.com}",
        ],
        negative: &[
            "@jane",
            "logo@2x.png",
            "vue@3.4.1",
            "git@github.com:a/b.git",
            "a @ b.com",
            "user@localhost",
            "@example.com",
        ],
    },
    Examples {
        detector: "email-spelled",
        category: Category::Email,
        positive: &["ask {jane [at] example [dot] com}", "{j.doe(at)example.org}", "or {jane at example dot com}?"],
        negative: &["meet me at example.com", "v[at].len()", "look at the dot in the middle"],
    },
    Examples {
        detector: "phone",
        category: Category::Phone,
        positive: &[
            "Call {+1 415 555 2671} now",
            "{+49 (0)171 1234567}",
            "{0049 171 1234567}",
            "{(415) 555-2671}",
            "{415-555-2671} ext. 9",
            "Tel. {030/1234567}",
            "{020 7946 0958}",
            "{06 12 34 56 78}",
            "{+33 6 12 34 56 78}, {+44 20 7946 0958}",
            "my cell: {4155552671}",
            "{+8613812345678}",
            "{(11) 91234-5678}",
        ],
        negative: &[
            "on 2024-05-17 12:30",
            "17.05.2024",
            "build 20240517123456",
            "3.14159265358979",
            "ISBN 978-3-16-148410-0",
            "rows 100 200 3000",
            "550e8400-e29b-41d4-a716-446655440000",
            "$1,234,567.89",
            "1700000000000",
            "v2.10.3-0041",
            "the years 1998-2003",
            "+123",
        ],
    },
    Examples {
        detector: "us-ssn",
        category: Category::UsSsn,
        positive: &["SSN {536-90-4399}", "{536 90 4399}", "my social security number is {536904399}"],
        negative: &[
            "000-12-3456",
            "666-12-3456",
            "987-65-4321",
            "536-00-4399",
            "536-90-0000",
            "536904399",
            "1-536-90-4399-7",
        ],
    },
    Examples {
        detector: "card",
        category: Category::CreditCard,
        positive: &[
            "{4111 1111 1111 1111}",
            "Amex {3782-822463-10005} exp 12/27",
            "{5555555555554444}",
            "{3530 1113 3330 0000}",
            "{6011000990139424}",
            "1. {4111111111111111}",
        ],
        negative: &[
            "4111 1111 1111 1112",
            "1234 5678 9012 3452",
            "4111-1111-1111-1111-1111",
            "0000000000000000",
            "a4111111111111111",
        ],
    },
    Examples {
        detector: "ipv4",
        category: Category::IpAddress,
        positive: &[
            "v\n{192.0.2.7}",
            "ping {192.0.2.7}",
            "{10.0.0.1}:8080",
            "http://{203.0.113.9}/x",
            "{10.0.0.0}/8",
            "my IP is {5.6.7.8}",
            "{1.2.3.4}",
            "host = \"{1.2.3.4}\"",
            "use {8.8.4.4} then",
        ],
        negative: &[
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "version 1.2.3.4",
            "Chrome/120.0.0.0",
            "01.02.03.04",
            "HTML5, section 4.10.22.7, says",
            "// [3.7.2.4] call",
            "zlib 1.2.2.3 or newer",
            "1.2.3.4 Overview",
        ],
    },
    Examples {
        detector: "ipv6",
        category: Category::IpAddress,
        positive: &["[{2001:db8::1}]:443", "{fe80::1}", "from {2001:0db8:85a3:0000:0000:8a2e:0370:7334}."],
        negative: &["std::vec::Vec", "12:34:56", "00:1b:44:11:3a:b7", "a::b", "::"],
    },
    Examples {
        detector: "url",
        category: Category::Url,
        positive: &["{postgres://app:s3cr3t@db:5432/x}", "see {https://u:p4ss@example.com/a?b=c}."],
        negative: &[
            "https://example.com/a@user",
            "https://user@example.com/",
            "http://u:${PASS}@host",
            "ssh://git@host/x",
        ],
    },
    Examples {
        detector: "jwt",
        category: Category::Jwt,
        positive: &["Bearer {eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl}"],
        negative: &["eyJmb28iOiJiYXIifQ.eyJzdWIiOiIxIn0.c2ln", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"],
    },
    Examples {
        detector: "pem",
        category: Category::PrivateKey,
        positive: &[
            "{-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\naC1rZXk\n-----END OPENSSH PRIVATE KEY-----}\n",
            "{-----BEGIN CERTIFICATE-----\nMIIDazCCAlOg\n-----END CERTIFICATE-----}\n",
            "{-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg}\n\nIs this a key?",
        ],
        negative: &["-----BEGIN PUBLIC KEY-----\nMIIDazCCAlOg\n-----END PUBLIC KEY-----"],
    },
    Examples {
        detector: "aws",
        category: Category::ApiKey,
        positive: &["AWS_SECRET_ACCESS_KEY={wJalrXUtnFEMI/K7MDENG/bPxRfiCY8ZkQ2hT4vB}"],
        negative: &["aws_region=eu-central-1", "AWS_SECRET_ACCESS_KEY=your_secret_access_key_goes_here_please_1"],
    },
    Examples {
        detector: "generic",
        category: Category::ApiKey,
        positive: &["\"client_secret\": \"{Zx81kQmP0vLr7TyWn3Bd}\"", "api_key = {9f8e7d6c5b4a39281706}"],
        negative: &[
            "api_key = process.env.API_KEY_1234567",
            "secret_key: your_secret_key_here_1234",
            "access_token=getAccessTokenFromStore2(x1)",
            "auth_token = None",
        ],
    },
    Examples {
        detector: "mrz",
        category: Category::Passport,
        positive: &[
            "{P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10}\n",
            "{I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<}",
        ],
        negative: &[
            "std::cout << a << b;",
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C37UTO7408122F1204159",
        ],
    },
    Examples {
        detector: "mac-announced",
        category: Category::MacAddress,
        positive: &[
            "MAC: {AA-BB-CC-DD-EE-FF}",
            "The physical address is {aabb.ccdd.eeff}",
            "BSSID {fe:dc:ba:ab:cd:ef}",
        ],
        negative: &["The MAC-10 and the mac-and-cheese", "ethernet: ab-cd-ef"],
    },
    Examples {
        detector: "bic",
        category: Category::Bic,
        positive: &["BIC {DEUTDEFF}", "SWIFT/BIC code: {CHASUS33XXX}", "bic={COBADEFFXXX};"],
        negative: &["Swift PROGRAMS are fast", "import SWIFT", "BIC: UNKNOWN1", "swift: NSString1"],
    },
    Examples {
        detector: "device-id",
        category: Category::DeviceId,
        positive: &[
            "device_id={a81f-22c9-77}",
            "\"userId\": \"{u-8843920}\"",
            "android_id: {9774d56d682e549c}",
            "Serial number {C02XK1ZJJG5H}.",
            "device id {550e8400-e29b-41d4-a716-446655440000}",
        ],
        negative: &[
            "user_id = get_user2_id()",
            "the device id is unknown",
            "user_id INTEGER NOT NULL",
            "550e8400-e29b-41d4-a716-446655440000",
            "user id since 2024-01-01",
        ],
    },
    Examples {
        detector: "health-id",
        category: Category::HealthId,
        positive: &["MRN: {00482913}", "patient_id={PX-88213}", "medical record number is {A7712345}"],
        negative: &["the patient id is missing", "patient id 12"],
    },
    Examples {
        detector: "private-url",
        category: Category::Url,
        positive: &[
            "I am {https://www.linkedin.com/in/ann-smith-4471/}",
            "open {http://wiki.example.corp/team}, please",
        ],
        negative: &["see https://docs.rs/serde/latest/serde/", "https://x.com/search?q=a", "http://localhost:8080/"],
    },
    Examples {
        detector: "health-number",
        category: Category::HealthId,
        positive: &[
            "My insurance number is {ABX-2291-77}, thanks.",
            "policy no. {HX8812-K}",
            "\"membershipNumber\": \"{GX-20-3318}\"",
            "Claim ID: {CL-2024-00871}",
        ],
        negative: &[
            "the insurance number is missing",
            "policy number 12",
            "member no longer 12345x",
            "claim id: uuid4()",
        ],
    },
    Examples {
        detector: "person-number",
        category: Category::DeviceId,
        positive: &[
            "booking reference: {XKQWPZ}",
            "case no. {2024-CV-01877}",
            "employee number {E-10237} has left",
            "student ID {s1023377}",
            "badge #{44718-B}",
        ],
        negative: &["in case number 3 fails", "order number 12", "an order of 12345 items", "booking reference NUMBER"],
    },
    Examples {
        detector: "account-number",
        category: Category::BankAccount,
        positive: &["account no: {0044-1177-23}", "Account number {GX-7718-22} is closed"],
        negative: &["account number is required", "the account id 12 of", "account_id: i64"],
    },
    Examples {
        detector: "licence-number",
        category: Category::DriverLicense,
        positive: &["Driving licence number: {ABX-2291-77}", "license no {K44-718-209-115}"],
        negative: &["license: MIT", "license number is missing", "the licence ID is MIT-0"],
    },
];

#[test]
fn positive_examples_are_found_whole() {
    let redactor = Redactor::new().unwrap();
    for examples in EXAMPLES {
        for marked in examples.positive {
            let (text, expected) = parse(marked);
            let found: Vec<(usize, usize)> = redactor
                .find(&text)
                .unwrap()
                .into_iter()
                .filter(|finding| finding.category == examples.category)
                .map(|Finding { span, .. }| (span.start, span.end))
                .collect();
            // An extension belongs to the number, so the end may lie behind the brace.
            let same = found.len() == expected.len()
                && found
                    .iter()
                    .zip(&expected)
                    .all(|(f, e)| f.0 == e.0 && (f.1 == e.1 || text[e.1..].starts_with(" ext")));
            assert!(same, "{}: {marked:?} gave {found:?}, expected {expected:?}", examples.detector);
        }
    }
}

#[test]
fn negative_examples_are_left_alone() {
    let redactor = Redactor::new().unwrap();
    for examples in EXAMPLES {
        for text in examples.negative {
            let found = redactor.find(text).unwrap();
            assert!(
                found.iter().all(|finding| finding.category != examples.category),
                "{}: {text:?} gave {found:?}",
                examples.detector
            );
        }
    }
}

#[test]
fn every_detector_has_examples() {
    let with: BTreeSet<&str> = EXAMPLES.iter().map(|examples| examples.detector).collect();
    for detector in &DETECTORS {
        assert!(with.contains(detector.name), "{} has no examples", detector.name);
    }
}

#[test]
fn ordinary_prose_and_code_stay_as_they_are() {
    let redactor = Redactor::new().unwrap();
    for text in [
        "The meeting on 12 March 2024 at 10:30 moved to room 204; 1,234,567 people watched.",
        "fn main() { let x: std::collections::HashMap<u32, f64> = Default::default(); println!(\"{:?}\", x[&42]); }",
        "commit 4f1a2b3c4d5e6f708192a3b4c5d6e7f801234567\nAuthor: somebody\nDate: Mon Mar 4 12:00:00 2024 +0100",
        "serde = { version = \"1.0.219\", features = [\"derive\"] } # sha256-3b1c0f7a8e",
        "https://example.com/articles/2024/05/17/10-things-1234567890?id=987654321#part-2",
        "| 1200 | 3400 | 5600 |\n| 7800 | 9100 | 1112 |",
        "The token endpoint returns an access token; the secret key of success is patience.",
        "Press Ctrl+Shift+P, then type >reload. The task-list of sk-learn and risk-averse users is short.",
    ] {
        let found = redactor.find(text).unwrap();
        assert!(found.is_empty(), "{text:?} gave {found:?}");
    }
}

//! Names of columns and keys say what bare numbers in cells and values are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use conclave_privacy::{Redaction, Redactor, Tokens};

fn redacted(text: &str) -> String {
    let found = Redactor::new().unwrap().find(text).unwrap();
    Redaction::of(text, &found, &mut Tokens::new()).text().to_owned()
}

#[test]
fn numbers_in_columns_are_what_the_header_says() {
    assert_eq!(
        redacted(
            "id,SSN,patient_mrn,Passport No,dob,account,Tax ID\n1,536904399,4471882,912803456,1990-01-02,771182,88-1\n"
        ),
        "id,SSN,patient_mrn,Passport No,dob,account,Tax ID\n\
         1,[US_SSN_01],[HEALTH_ID_01],[PASSPORT_01],[DATE_TIME_01],[BANK_ACCOUNT_01],[TAX_ID_01]\n"
    );
    assert_eq!(
        redacted("Our patients:\n\n| # | MRN | visits |\n|---|-----|---|\n| 1 | 4471882 | 1200 |\n\nThat is all.\n"),
        "Our patients:\n\n| # | MRN | visits |\n|---|-----|---|\n| 1 | [HEALTH_ID_01] | 1200 |\n\nThat is all.\n"
    );
    assert_eq!(redacted("ssn\tcount\n536904399\t1200\n"), "ssn\tcount\n[US_SSN_01]\t1200\n");
}

#[test]
fn keys_say_what_a_number_is_and_stay() {
    let text = r#"{"customerSsn": 536904399, "mrn": 4471882, "passport_no": "912803456", "address1": "Nowhere 1",
"tax_id": 88123, "city": 7, "visits": [1200, 1300]}"#;
    let expected = r#"{"customerSsn": "[US_SSN_01]", "mrn": "[HEALTH_ID_01]", "passport_no": "[PASSPORT_01]", "address1": "[ADDRESS_01]",
"tax_id": "[TAX_ID_01]", "city": 7, "visits": [1200, 1300]}"#;
    assert_eq!(redacted(text), expected);
}

#[test]
fn the_name_of_a_field_is_context() {
    let found = Redactor::new().unwrap().find("mrn,visits\n4471882,12\n").unwrap();
    assert_eq!(found[0].evidence(), conclave_protocol::Evidence::Context);
}

//! Numbers of bank accounts and banks, beside IBAN and BIC, and the short codes that open them and doors.

use conclave_checks::americas as am;
use conclave_protocol::Category::{BankAccount, BankRouting, CreditCard, Password};

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind(
        "us-routing",
        BankRouting,
        18,
        am::us_routing,
        "$#9 ?#4-#4-#",
        &["aba", "routing", "routing number", "rtn", "routing no", "ach"],
    ),
    kind("us-account", BankAccount, 1, form_alone, "?#8:17", &["account", "bank account", "checking", "savings"]),
    kind("gb-sort-code", BankRouting, 1, form_alone, "?#2-#2-#2 ?#2_#2_#2 ?#6", &["sort code", "sortcode"]),
    kind("gb-account", BankAccount, 1, form_alone, "?#8 ?#4_#4", &["account number", "account no", "acc no", "a c"]),
    kind("au-bsb", BankRouting, 1, form_alone, "?#3-#3 ?#6", &["bsb"]),
    kind("ca-transit", BankRouting, 1, form_alone, "?#5-#3 ?#9", &["transit", "transit number"]),
    kind("de-blz", BankRouting, 1, form_alone, "?#8 ?#3_#3_#2", &["blz", "bankleitzahl"]),
    kind("de-account", BankAccount, 1, form_alone, "?#6:10", &["konto", "kontonummer", "konto nr", "kto", "kto nr"]),
    kind("in-ifsc", BankRouting, 500, form_alone, "!@4'0#6 ?@4'0*6", &["ifsc"]),
    kind("mx-clabe", BankAccount, 10, mx_clabe, "|#18 ?#3_#3_#11_#", &["clabe"]),
    kind("jp-account", BankAccount, 1, form_alone, "?#7", &["口座番号", "普通", "口座"]),
    kind(
        "account-grouped",
        BankAccount,
        1,
        form_alone,
        "?#2-#4-#7-#2 ?#4-#4-#4 ?#3-#6-#5 ?#3-#2-#6 ?#4_#4_#4 ?#3-#4-#4-#2",
        &["account", "account number", "account no", "계좌", "계좌번호", "conta", "cuenta"],
    ),
    kind("pin", Password, 1, form_alone, "?#4", &["pin", "geheimzahl"]),
    kind(
        "card-code",
        CreditCard,
        1,
        form_alone,
        "?#3:4",
        &["cvv", "cvc", "cvv2", "cvc2", "csc", "card code", "security code", "verification value", "kartenprüfnummer"],
    ),
    kind(
        "code",
        Password,
        1,
        form_alone,
        "?#4:8",
        &[
            "otp",
            "puk",
            "passcode",
            "access code",
            "alarm code",
            "door code",
            "entry code",
            "gate code",
            "login code",
            "one time code",
            "unlock code",
            "verification code",
        ],
    ),
];

/// Mexico, CLABE (Banco de México): weights 3, 7, 1.
fn mx_clabe(b: &[u8]) -> bool {
    use conclave_checks::{last, value};
    let sum: u32 =
        b[..17].iter().zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| value(*digit) * weight % 10).sum();
    (10 - sum % 10) % 10 == last(b)
}

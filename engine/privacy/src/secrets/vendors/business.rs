//! Keys of shops, payment, shipping, markets.

use super::{Key, key};
use crate::alphabet::Alphabet as A;
use crate::shape::Part::{Lit, OneOf, Opt, Run};

const UUID: A = A::ANY_HEX.and(A::DASH);

pub(super) static KEYS: &[Key] = &[
    key("shopify", "shp", &[OneOf(&["shpat_", "shpca_", "shppa_", "shpss_"]), Run(A::ANY_HEX, 32, 32)]),
    key("square", "sq0", &[OneOf(&["sq0atp-", "sq0csp-", "sq0idp-"]), Run(A::BASE64URL, 22, 60)]),
    key("square", "eaaa", &[Lit("EAAA"), Run(A::BASE64URL.and(A::BASE64).and(A::EQUALS), 60, 60)]),
    key(
        "braintree",
        "access_token$",
        &[
            Lit("access_token$"),
            OneOf(&["production$", "sandbox$"]),
            Run(A::LOWER_ALNUM, 16, 16),
            Lit("$"),
            Run(A::HEX, 32, 32),
        ],
    ),
    key(
        "plaid",
        "access-",
        &[OneOf(&["access-sandbox-", "access-development-", "access-production-"]), Run(UUID, 36, 36)],
    ),
    key("razorpay", "rzp_", &[OneOf(&["rzp_live_", "rzp_test_"]), Run(A::ALNUM, 14, 24)]),
    key(
        "flutterwave",
        "flw",
        &[OneOf(&["FLWSECK-", "FLWSECK_TEST-", "FLWPUBK_TEST-"]), Run(A::LOWER_ALNUM, 12, 40), Opt(&[Lit("-X")])],
    ),
    key("lob", "live_", &[Lit("live_"), Run(A::HEX, 35, 35)]),
    key("lob", "test_", &[Lit("test_"), Run(A::HEX, 35, 35)]),
    key("easypost", "ez", &[OneOf(&["EZAK", "EZTK"]), Run(A::ALNUM, 54, 54)]),
    key("shippo", "shippo_", &[OneOf(&["shippo_live_", "shippo_test_"]), Run(A::ANY_HEX, 40, 40)]),
    key("duffel", "duffel_", &[OneOf(&["duffel_live_", "duffel_test_"]), Run(A::BASE64URL.and(A::EQUALS), 43, 43)]),
    key("woocommerce", "ck_", &[Lit("ck_"), Run(A::HEX, 40, 40)]),
    key("woocommerce", "cs_", &[Lit("cs_"), Run(A::HEX, 40, 40)]),
    key("mollie", "live_", &[Lit("live_"), Run(A::ALNUM, 30, 30)]),
    key("mollie", "test_", &[Lit("test_"), Run(A::ALNUM, 30, 30)]),
    key("gocardless", "live_", &[Lit("live_"), Run(A::BASE64URL, 40, 40)]),
    key("paddle", "pdl_", &[OneOf(&["pdl_live_apikey_", "pdl_sdbx_apikey_", "pdl_ntfset_"]), Run(A::WORD, 26, 80)]),
    key("xendit", "xnd_", &[OneOf(&["xnd_production_", "xnd_development_"]), Run(A::ALNUM, 32, 80)]),
    key("midtrans", "mid-server-", &[Lit("Mid-server-"), Run(A::BASE64URL, 20, 40)]),
    key("omise", "skey_", &[Lit("skey_"), Opt(&[Lit("test_")]), Run(A::LOWER_ALNUM, 19, 19)]),
    key("iex-cloud", "sk_", &[Lit("sk_"), Run(A::HEX, 32, 32)]),
    key("coinbase", "organizations/", &[Lit("organizations/"), Run(UUID, 36, 36), Lit("/apiKeys/"), Run(UUID, 36, 36)]),
    key("cashfree", "cfsk_", &[Lit("cfsk_"), Run(A::WORD, 40, 90)]),
    key("clerk", "sk_", &[OneOf(&["sk_live_", "sk_test_"]), Run(A::ALNUM, 40, 60)]),
    key("shopify", "shptka_", &[Lit("shptka_"), Run(A::ANY_HEX, 32, 32)]),
];

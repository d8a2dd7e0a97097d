//! Keys of messaging, mail, payment, shops and other services.

use super::{Key, key};
use crate::alphabet::Alphabet as A;
use crate::shape::Part::{Lit, OneOf, Opt, Run};

const PATH: A = A::BASE64URL.and(A::BASE64).and(A::DOT).and(A::EQUALS).and(A::PERCENT);
const UUID: A = A::ANY_HEX.and(A::DASH);

pub(super) static KEYS: &[Key] = &[
    key(
        "slack",
        "xox",
        &[
            OneOf(&[
                "xoxb-",
                "xoxp-",
                "xoxa-",
                "xoxr-",
                "xoxs-",
                "xoxo-",
                "xoxc-",
                "xoxd-",
                "xoxe-",
                "xoxe.xoxb-",
                "xoxe.xoxp-",
            ]),
            Run(A::BASE64URL.and(A::PERCENT), 10, 400),
        ],
    ),
    key("slack", "xapp-", &[Lit("xapp-"), Run(A::DIGIT, 1, 2), Lit("-"), Run(A::ALNUM.and(A::DASH), 20, 160)]),
    key(
        "slack-webhook",
        "hooks.slack.com/",
        &[Lit("hooks.slack.com/"), OneOf(&["services/", "workflows/", "triggers/"]), Run(PATH, 20, 120)],
    ),
    key(
        "discord-webhook",
        "discord",
        &[
            OneOf(&["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"]),
            Run(A::DIGIT, 15, 20),
            Lit("/"),
            Run(A::BASE64URL, 50, 100),
        ],
    ),
    key(
        "teams-webhook",
        ".webhook.office.com/webhookb2/",
        &[Lit(".webhook.office.com/webhookb2/"), Run(PATH.and(A::BASE64URL), 36, 300)],
    ),
    // A bot token is the bot's number in base 64 (a digit in ASCII makes it begin with M, N or O), a time, a signature.
    Key {
        vendor: "discord",
        anchor: ".",
        lead: Some((A::BASE64URL, 23, 28)),
        parts: &[Lit("."), Run(A::BASE64URL, 6, 6), Lit("."), Run(A::BASE64URL, 27, 40)],
    },
    Key {
        vendor: "telegram",
        anchor: ":aa",
        lead: Some((A::DIGIT, 5, 16)),
        parts: &[Lit(":AA"), Run(A::BASE64URL, 32, 34)],
    },
    key("stripe", "sk_", &[Lit("sk_"), OneOf(&["live_", "test_", "prod_"]), Run(A::ALNUM, 10, 110)]),
    key("stripe", "rk_", &[Lit("rk_"), OneOf(&["live_", "test_", "prod_"]), Run(A::ALNUM, 10, 110)]),
    key("stripe", "whsec_", &[Lit("whsec_"), Run(A::BASE64, 24, 64), Run(A::EQUALS, 0, 2)]),
    key("twilio", "sk", &[Lit("SK"), Run(A::ANY_HEX, 32, 32)]),
    key("twilio", "ac", &[Lit("AC"), Run(A::HEX, 32, 32)]),
    key("sendgrid", "sg.", &[Lit("SG."), Run(A::BASE64URL.and(A::DOT).and(A::EQUALS), 60, 70)]),
    key("mailgun", "key-", &[Lit("key-"), Run(A::HEX, 32, 32)]),
    key("mailgun", "pubkey-", &[Lit("pubkey-"), Run(A::HEX, 32, 32)]),
    Key { vendor: "mailchimp", anchor: "-us", lead: Some((A::HEX, 32, 32)), parts: &[Lit("-us"), Run(A::DIGIT, 1, 2)] },
    key("brevo", "xkeysib-", &[Lit("xkeysib-"), Run(A::HEX, 64, 64), Lit("-"), Run(A::ALNUM, 16, 16)]),
    key("brevo", "xsmtpsib-", &[Lit("xsmtpsib-"), Run(A::HEX, 64, 64), Lit("-"), Run(A::ALNUM, 16, 16)]),
    key("resend", "re_", &[Lit("re_"), Run(A::ALNUM, 8, 8), Lit("_"), Run(A::ALNUM, 20, 30)]),
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
    key("facebook", "eaa", &[OneOf(&["EAAM", "EAAC"]), Run(A::ALNUM, 100, 400)]),
    key("twitter", "aaaaaaaaaaaaaaaaaaaa", &[Lit("AAAAAAAAAAAAAAAAAAAA"), Run(A::ALNUM.and(A::PERCENT), 80, 120)]),
    key("dropbox", "sl.", &[Lit("sl."), Run(A::BASE64URL.and(A::EQUALS), 100, 2000)]),
    key("hubspot", "pat-", &[OneOf(&["pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"]), Run(UUID, 36, 36)]),
    key("zuplo", "zpka_", &[Lit("zpka_"), Run(A::WORD, 32, 80)]),
    key("paypal", "a21aa", &[Lit("A21AA"), Run(A::BASE64URL, 80, 110)]),
    key("mercado-pago", "app_usr-", &[Lit("APP_USR-"), Run(A::LOWER_ALNUM.and(A::DASH), 40, 90)]),
    key("adyen", "aqe", &[Lit("AQE"), Run(A::BASE64URL.and(A::BASE64).and(A::EQUALS), 100, 300)]),
    key(
        "defined-networking",
        "dnkey-",
        &[Lit("dnkey-"), Run(A::BASE64URL.and(A::EQUALS), 26, 26), Lit("-"), Run(A::BASE64URL.and(A::EQUALS), 52, 52)],
    ),
    key("ubidots", "bbff-", &[Lit("BBFF-"), Run(A::ALNUM, 30, 30)]),
    key("telnyx", "key0", &[Lit("KEY0"), Run(A::WORD, 50, 60)]),
    key("lichess", "lip_", &[Lit("lip_"), Run(A::ALNUM, 20, 20)]),
];

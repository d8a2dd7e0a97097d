//! Keys of messaging, mail, social networks and other services.

use super::super::words;
use super::{Key, key, led};
use crate::alphabet::Alphabet as A;
use crate::shape::Part::{Lit, OneOf, Run};

const PATH: A = A::BASE64URL.and(A::BASE64).and(A::DOT).and(A::EQUALS).and(A::PERCENT);
const UUID: A = A::ANY_HEX.and(A::DASH);

/// So many digits are the number of a workspace, and no words of an example.
const SLACK_DIGITS: usize = 8;

pub(super) static KEYS: &[Key] = &[
    // A workspace's and a bot's number, then the secret; newer forms are longer.
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
                "xoxe-",
                "xoxe.xoxb-",
                "xoxe.xoxp-",
            ]),
            Run(A::BASE64URL.and(A::PERCENT), 14, 400),
        ],
    )
    .checked(|key| {
        key.iter().filter(|byte| byte.is_ascii_digit()).count() >= SLACK_DIGITS || !words::is_wordy(&key[5..])
    }),
    key("slack", "xoxd-", &[Lit("xoxd-"), Run(A::BASE64URL.and(A::PERCENT).and(A::BASE64), 40, 400)]),
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
    led(
        "discord",
        (A::BASE64URL, 23, 28),
        ".",
        &[Lit("."), Run(A::BASE64URL, 6, 6), Lit("."), Run(A::BASE64URL, 27, 40)],
    )
    .checked(|key| matches!(key.first(), Some(b'M' | b'N' | b'O'))),
    led("telegram", (A::DIGIT, 5, 16), ":aa", &[Lit(":AA"), Run(A::BASE64URL, 32, 34)]),
    key("stripe", "sk_", &[Lit("sk_"), OneOf(&["live_", "test_", "prod_"]), Run(A::ALNUM, 10, 110)]),
    key("stripe", "rk_", &[Lit("rk_"), OneOf(&["live_", "test_", "prod_"]), Run(A::ALNUM, 10, 110)]),
    key("stripe", "whsec_", &[Lit("whsec_"), Run(A::BASE64, 24, 64), Run(A::EQUALS, 0, 2)]),
    key("twilio", "sk", &[Lit("SK"), Run(A::ANY_HEX, 32, 32)]),
    key("twilio", "ac", &[Lit("AC"), Run(A::HEX, 32, 32)]),
    key("sendgrid", "sg.", &[Lit("SG."), Run(A::BASE64URL.and(A::DOT).and(A::EQUALS), 60, 70)]),
    key("mailgun", "key-", &[Lit("key-"), Run(A::HEX, 32, 32)]),
    key("mailgun", "pubkey-", &[Lit("pubkey-"), Run(A::HEX, 32, 32)]),
    led("mailchimp", (A::HEX, 32, 32), "-us", &[Lit("-us"), Run(A::DIGIT, 1, 2)]),
    key("brevo", "xkeysib-", &[Lit("xkeysib-"), Run(A::HEX, 64, 64), Lit("-"), Run(A::ALNUM, 16, 16)]),
    key("brevo", "xsmtpsib-", &[Lit("xsmtpsib-"), Run(A::HEX, 64, 64), Lit("-"), Run(A::ALNUM, 16, 16)]),
    key("resend", "re_", &[Lit("re_"), Run(A::ALNUM, 8, 8), Lit("_"), Run(A::ALNUM, 20, 30)]),
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
    key(
        "facebook",
        "eaa",
        &[OneOf(&["EAAA", "EAAB", "EAAD", "EAAG", "EAAH", "EAAI", "EAAJ", "EAAP"]), Run(A::ALNUM, 100, 400)],
    ),
    key("instagram", "igq", &[OneOf(&["IGQV", "IGQW"]), Run(A::BASE64URL, 80, 300)]),
    key("linkedin", "wpl_ap1.", &[Lit("WPL_AP1."), Run(A::BASE64.and(A::DOT).and(A::EQUALS), 16, 60)]),
    key("pinterest", "pina_", &[Lit("pina_"), Run(A::UPPER_ALNUM, 80, 120)]),
    key("twitch", "oauth:", &[Lit("oauth:"), Run(A::LOWER_ALNUM, 30, 30)]),
    key("vk", "vk1.a.", &[Lit("vk1.a."), Run(A::BASE64URL, 80, 300)]),
    key("yandex", "y0_", &[Lit("y0_"), Run(A::BASE64URL, 50, 70)]),
    key("zapier-webhook", "hooks.zapier.com/", &[Lit("hooks.zapier.com/hooks/catch/"), Run(PATH, 8, 60)]),
    key("ifttt-webhook", "maker.ifttt.com/", &[Lit("maker.ifttt.com/trigger/"), Run(PATH.and(A::UNDERSCORE), 20, 120)]),
    key("feishu-webhook", "/open-apis/bot/v2/hook/", &[Lit("/open-apis/bot/v2/hook/"), Run(UUID, 36, 36)]),
    key("dingtalk", "sec", &[Lit("SEC"), Run(A::HEX, 64, 64)]),
    key("pushbullet", "o.", &[Lit("o."), Run(A::ALNUM, 32, 32)]),
    key("onesignal", "os_v2_", &[OneOf(&["os_v2_app_", "os_v2_org_"]), Run(A::LOWER_ALNUM, 80, 120)]),
    key("plivo", "ma", &[Lit("MA"), Run(A::UPPER_ALNUM, 18, 18)]),
    key("mandrill", "md-", &[Lit("md-"), Run(A::BASE64URL, 22, 22)]),
    key("klaviyo", "pk_", &[Lit("pk_"), Run(A::HEX, 34, 34)]),
    key("intercom", "dg9ro", &[Lit("dG9rO"), Run(A::BASE64, 40, 80), Run(A::EQUALS, 0, 2)]),
    key("salesforce", "00d", &[Lit("00D"), Run(A::ALNUM, 12, 15), Lit("!"), Run(A::WORD.and(A::DOT), 80, 130)]),
    key("zoho", "1000.", &[Lit("1000."), Run(A::HEX, 32, 32), Lit("."), Run(A::HEX, 32, 32)]),
    key("pubnub", "sub-c-", &[Lit("sub-c-"), Run(UUID, 36, 36)]),
    key("pubnub", "pub-c-", &[Lit("pub-c-"), Run(UUID, 36, 36)]),
    key("pubnub", "sec-c-", &[Lit("sec-c-"), Run(A::ALNUM, 48, 48)]),
    key("adobe", "p8e-", &[Lit("p8e-"), Run(A::ALNUM, 32, 32)]),
    key(
        "roblox",
        "_|warning:-do-not-share-this",
        &[
            Lit("_|WARNING:-DO-NOT-SHARE-THIS."),
            Run(A::BASE64URL.and(A::DOT), 20, 200),
            Lit("|_"),
            Run(A::UPPER_ALNUM, 100, 2000),
        ],
    ),
    key("riot-games", "rgapi-", &[Lit("RGAPI-"), Run(UUID, 36, 36)]),
    key("adafruit", "aio_", &[Lit("aio_"), Run(A::ALNUM, 28, 28)]),
    key("samsara", "samsara_api_", &[Lit("samsara_api_"), Run(A::ALNUM, 30, 30)]),
    key("foursquare", "fsq3", &[Lit("fsq3"), Run(A::BASE64.and(A::EQUALS), 44, 44)]),
    key("miro", "eyjtaxjv", &[Lit("eyJtaXJv"), Run(A::BASE64URL, 20, 80)]),
    key(
        "persona",
        "persona_",
        &[OneOf(&["persona_production_", "persona_sandbox_"]), Run(A::ALNUM.and(A::DASH), 30, 60)],
    ),
];

//! Keys that only a name beside them betrays.

use crate::alphabet::Alphabet as A;
use crate::detector::Finding;
use crate::keys::finding;
use crate::{assignment, boundary, entropy};

/// A key without a form of its own, in a value whose name contains the vendor's name.
pub struct Announced {
    /// Who issues it; also the word in the name, lower case.
    pub vendor: &'static str,
    /// What the value consists of.
    pub alphabet: A,
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
}

const fn announced(vendor: &'static str, alphabet: A, min: usize, max: usize) -> Announced {
    Announced { vendor, alphabet, min, max }
}

const UUID: A = A::ANY_HEX.and(A::DASH);

/// Sources: the vendors' documentation of their keys' lengths.
pub(crate) static ANNOUNCED: &[Announced] = &[
    announced("adafruit", A::BASE64URL, 32, 32),
    announced("adobe", A::HEX, 32, 32),
    announced("airtable", A::ALNUM, 17, 17),
    announced("algolia", A::LOWER_ALNUM, 32, 32),
    announced("asana", A::ALNUM, 16, 32),
    announced("atlassian", A::ALNUM, 20, 24),
    announced("aws", A::BASE64, 40, 40),
    announced("beamer", A::BASE64URL.and(A::EQUALS), 44, 46),
    announced("bitbucket", A::BASE64URL.and(A::EQUALS), 32, 64),
    announced("bittrex", A::LOWER_ALNUM, 32, 32),
    announced("cloudflare", A::BASE64URL, 37, 40),
    announced("codecov", A::LOWER_ALNUM.and(A::DASH), 32, 36),
    announced("cohere", A::ALNUM, 40, 40),
    announced("coinbase", A::BASE64URL, 64, 64),
    announced("confluent", A::ALNUM, 16, 64),
    announced("contentful", A::BASE64URL, 43, 43),
    announced("datadog", A::LOWER_ALNUM, 32, 40),
    announced("deepgram", A::HEX, 40, 40),
    announced("discord", A::BASE64URL, 32, 32),
    announced("droneci", A::LOWER_ALNUM, 32, 32),
    announced("dropbox", A::BASE64URL, 15, 64),
    announced("etsy", A::LOWER_ALNUM, 24, 24),
    announced("facebook", A::HEX, 32, 32),
    announced("fastly", A::BASE64URL, 32, 32),
    announced("finicity", A::LOWER_ALNUM, 20, 32),
    announced("finnhub", A::LOWER_ALNUM, 20, 20),
    announced("flickr", A::LOWER_ALNUM, 32, 32),
    announced("freshbooks", A::HEX, 64, 64),
    announced("gitter", A::BASE64URL, 40, 40),
    announced("gocardless", A::BASE64URL.and(A::EQUALS), 40, 45),
    announced("heroku", UUID, 36, 36),
    announced("hubspot", UUID, 36, 36),
    announced("intercom", A::BASE64URL.and(A::EQUALS), 60, 60),
    announced("jfrog", A::ALNUM, 64, 73),
    announced("kraken", A::BASE64.and(A::EQUALS), 80, 90),
    announced("kucoin", UUID, 24, 36),
    announced("linkedin", A::ALNUM, 14, 16),
    announced("looker", A::LOWER_ALNUM, 20, 24),
    announced("mailchimp", A::HEX, 32, 32),
    announced("mailgun", A::LOWER_ALNUM.and(A::DASH), 32, 72),
    announced("mattermost", A::LOWER_ALNUM, 26, 26),
    announced("maxmind", A::WORD, 16, 40),
    announced("meraki", A::HEX, 40, 40),
    announced("messagebird", A::LOWER_ALNUM.and(A::DASH), 25, 36),
    announced("netlify", A::BASE64URL.and(A::EQUALS), 40, 46),
    announced("new-relic", A::LOWER_ALNUM, 64, 64),
    announced("newrelic", A::LOWER_ALNUM, 64, 64),
    announced("nytimes", A::BASE64URL.and(A::EQUALS), 32, 32),
    announced("okta", A::BASE64URL.and(A::EQUALS), 42, 42),
    announced("pagerduty", A::BASE64URL.and(A::PLUS_SLASH), 20, 20),
    announced("plaid", A::LOWER_ALNUM, 24, 30),
    announced("privateai", A::LOWER_ALNUM, 32, 32),
    announced("rapidapi", A::BASE64URL, 50, 50),
    announced("sendbird", A::HEX.and(A::DASH), 36, 40),
    announced("sentry", A::HEX, 64, 64),
    announced("sidekiq", A::HEX.and(A::COLON), 17, 17),
    announced("sonar", A::BASE64URL.and(A::EQUALS), 40, 44),
    announced("snyk", UUID, 36, 36),
    announced("spotify", A::HEX, 32, 32),
    announced("squarespace", UUID, 36, 36),
    announced("sumo", A::ALNUM, 14, 64),
    announced("telegram", A::BASE64URL.and(A::COLON), 40, 52),
    announced("travis", A::BASE64URL, 22, 22),
    announced("trello", A::ALNUM, 32, 64),
    announced("twilio", A::HEX, 32, 32),
    announced("twitch", A::LOWER_ALNUM, 30, 30),
    announced("twitter", A::ALNUM.and(A::DASH).and(A::PERCENT), 25, 120),
    announced("vonage", A::ALNUM, 8, 16),
    announced("yandex", A::ALNUM.and(A::DASH).and(A::DOT), 38, 60),
    announced("zendesk", A::LOWER_ALNUM, 40, 40),
    announced("zoom", A::BASE64URL, 22, 36),
];

/// Least entropy of a value, in bits per character: the mean of random hexadecimal strings of 32 characters is 3.6, of
/// 16 random letters and digits 3.7; English words lie below 3.
const ENTROPY_MIN: f32 = 3.0;

impl Announced {
    /// The value announced by the vendor's name at `start..end`.
    pub(crate) fn scan(&self, text: &[u8], start: usize, end: usize) -> Option<Finding> {
        // A word of its own (`OKTA_…`, `my_okta`) or of camel case (`myOkta`), not a part of one (`rookTable`).
        let humped = text[start].is_ascii_uppercase() && start > 0 && text[start - 1].is_ascii_lowercase();
        if !boundary::starts(text, start) && !humped {
            return None;
        }
        let span = assignment::value_after(text, end, self.alphabet, self.max)?;
        let value = &text[span.start..span.end];
        (value.len() >= self.min && boundary::ends(text, span.end) && looks_random(value))
            .then(|| finding(span, self.vendor))
    }
}

/// A name that announces a credential of no particular vendor.
pub struct Generic {
    /// The name, lower case, as written with `_`, with `-` and without.
    pub names: &'static [&'static str],
}

pub(crate) static GENERIC: Generic = Generic {
    names: &[
        "api_key",
        "api-key",
        "apikey",
        "api key",
        "secret_key",
        "secret-key",
        "secretkey",
        "secret key",
        "access_key",
        "access-key",
        "accesskey",
        "access key",
        "private_key",
        "private-key",
        "privatekey",
        "access_token",
        "access-token",
        "accesstoken",
        "access token",
        "auth_token",
        "auth-token",
        "authtoken",
        "api_token",
        "api-token",
        "apitoken",
        "api token",
        "refresh_token",
        "client_secret",
        "client-secret",
        "clientsecret",
        "client secret",
        "app_secret",
        "appsecret",
        "bot_token",
        "session_token",
        "bearer_token",
        "authorization",
        "x-api-key",
        "_token",
        "_secret",
        "_apikey",
    ],
};

impl Generic {
    /// Fewest characters of a value: 16 random ones from 64 hold 96 bits, which is what services take as their least.
    const MIN: usize = 16;
    /// Most characters; a longer value is data.
    const MAX: usize = 512;

    /// The value announced by a name that ends at `end`.
    pub(crate) fn scan(text: &[u8], end: usize) -> Option<Finding> {
        let alphabet = A::BASE64URL.and(A::BASE64).and(A::DOT).and(A::EQUALS).and(A::TILDE);
        let span = assignment::value_after(text, end, alphabet, Self::MAX)?;
        let value = &text[span.start..span.end];
        let value = &value[..value.len() - value.iter().rev().take_while(|byte| **byte == b'.').count()];
        // A call or a path (`config.getSecret(`, `process.env.API_KEY`, `/etc/secrets/key`) is where a secret comes from.
        let is_code =
            matches!(text.get(span.end), Some(b'(' | b'[')) || value.starts_with(b"/") || value.starts_with(b"./");
        let head = value.split(|byte| *byte == b'.').next().unwrap_or(value);
        let is_dotted_name = head.len() < value.len() && head.iter().all(u8::is_ascii_alphabetic);
        (value.len() >= Self::MIN && !is_code && !is_dotted_name && looks_random(value))
            .then(|| finding(conclave_protocol::Span::new(span.start, span.start + value.len()), "generic"))
    }
}

/// Digits and letters mixed, spread like chance would spread them, and no stand-in.
fn looks_random(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    digits >= 2 && letters >= 1 && entropy::bits_per_byte(value) >= ENTROPY_MIN && !entropy::is_placeholder(value)
}

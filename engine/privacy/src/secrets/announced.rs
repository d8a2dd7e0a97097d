//! Keys that only a name beside them betrays.

use conclave_protocol::Category;

use super::{notation, value};
use crate::alphabet::Alphabet as A;
use crate::detector::{Finding, Strength};
use crate::{boundary, uuid};

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

/// Lengths as commonly published; not checked against each vendor's page.
pub(super) static ANNOUNCED: &[Announced] = &[
    announced("abuseipdb", A::LOWER_ALNUM, 80, 80),
    announced("accuweather", A::ALNUM, 32, 32),
    announced("adafruit", A::BASE64URL, 32, 32),
    announced("adobe", A::HEX, 32, 32),
    announced("airtable", A::ALNUM, 17, 17),
    announced("aiven", A::BASE64, 300, 400),
    announced("alchemy", A::BASE64URL, 32, 32),
    announced("algolia", A::LOWER_ALNUM, 32, 32),
    announced("alibaba", A::ALNUM, 30, 30),
    announced("alpaca", A::ALNUM, 20, 40),
    announced("alphavantage", A::UPPER_ALNUM, 16, 16),
    announced("amplitude", A::HEX, 32, 32),
    announced("anaconda", A::BASE64URL, 36, 64),
    announced("apollo", A::BASE64URL, 22, 22),
    announced("appveyor", A::LOWER_ALNUM, 20, 20),
    announced("asana", A::ALNUM, 16, 32),
    announced("assemblyai", A::HEX, 32, 32),
    announced("atlassian", A::ALNUM, 20, 24),
    announced("auth0", A::BASE64URL, 32, 80),
    announced("aws", A::BASE64, 40, 40),
    announced("beamer", A::BASE64URL.and(A::EQUALS), 44, 46),
    announced("binance", A::ALNUM, 64, 64),
    announced("bitbucket", A::BASE64URL.and(A::EQUALS), 32, 64),
    announced("bitly", A::HEX, 40, 40),
    announced("bittrex", A::LOWER_ALNUM, 32, 32),
    announced("box", A::ALNUM, 32, 32),
    announced("browserstack", A::ALNUM, 20, 20),
    announced("bugsnag", A::HEX, 32, 32),
    announced("censys", A::ALNUM, 32, 32),
    announced("circleci", A::HEX, 40, 40),
    announced("clarifai", A::HEX, 32, 32),
    announced("clearbit", A::LOWER_ALNUM, 35, 40),
    announced("clickup", A::UPPER_ALNUM, 32, 48),
    announced("cloudflare", A::BASE64URL, 37, 40),
    announced("cloudflare", A::HEX, 37, 37),
    announced("cloudinary", A::BASE64URL, 27, 27),
    announced("cloudsmith", A::HEX, 40, 40),
    announced("coda", UUID, 36, 36),
    announced("codeclimate", A::HEX, 64, 64),
    announced("codecov", A::LOWER_ALNUM.and(A::DASH), 32, 36),
    announced("cohere", A::ALNUM, 40, 40),
    announced("coinbase", A::BASE64URL, 64, 64),
    announced("confluent", A::ALNUM, 16, 64),
    announced("consul", UUID, 36, 36),
    announced("contentful", A::BASE64URL, 43, 43),
    announced("coveralls", A::ALNUM, 32, 40),
    announced("datadog", A::LOWER_ALNUM, 32, 40),
    announced("deepgram", A::HEX, 40, 40),
    announced("discord", A::BASE64URL, 32, 32),
    announced("docusign", UUID, 36, 36),
    announced("droneci", A::LOWER_ALNUM, 32, 32),
    announced("dropbox", A::BASE64URL, 15, 64),
    announced("ebay", UUID, 36, 60),
    announced("elastic", A::BASE64, 40, 90),
    announced("etherscan", A::UPPER_ALNUM, 34, 34),
    announced("etsy", A::LOWER_ALNUM, 24, 24),
    announced("eventbrite", A::UPPER_ALNUM, 20, 20),
    announced("facebook", A::HEX, 32, 32),
    // An app's token is its number, a bar and its secret.
    announced("facebook", A::BASE64URL.and(A::BAR), 40, 48),
    announced("fastly", A::BASE64URL, 32, 32),
    announced("finicity", A::LOWER_ALNUM, 20, 32),
    announced("finnhub", A::LOWER_ALNUM, 20, 20),
    announced("fixer", A::LOWER_ALNUM, 32, 32),
    announced("flickr", A::LOWER_ALNUM, 32, 32),
    announced("freshbooks", A::HEX, 64, 64),
    announced("freshdesk", A::ALNUM, 20, 20),
    announced("geocod", A::LOWER_ALNUM, 39, 39),
    announced("giphy", A::ALNUM, 32, 32),
    announced("gitea", A::HEX, 40, 40),
    announced("gitter", A::BASE64URL, 40, 40),
    announced("gocardless", A::BASE64URL.and(A::EQUALS), 40, 45),
    announced("heroku", UUID, 36, 36),
    announced("hetzner", A::ALNUM, 64, 64),
    announced("hibp", A::HEX, 32, 32),
    announced("hubspot", UUID, 36, 36),
    announced("ibm_", A::BASE64URL, 44, 44),
    announced("influx", A::BASE64, 86, 86),
    announced("infura", A::HEX, 32, 32),
    announced("intercom", A::BASE64URL.and(A::EQUALS), 60, 60),
    announced("ipinfo", A::HEX, 14, 14),
    announced("ipstack", A::HEX, 32, 32),
    announced("iterable", A::HEX, 32, 32),
    announced("jenkins", A::HEX, 32, 34),
    announced("jfrog", A::ALNUM, 64, 73),
    announced("jumpcloud", A::HEX, 40, 40),
    announced("kraken", A::BASE64.and(A::EQUALS), 80, 90),
    announced("kucoin", UUID, 24, 36),
    announced("linkedin", A::ALNUM, 14, 16),
    announced("linode", A::HEX, 64, 64),
    announced("logdna", A::HEX, 32, 32),
    announced("loggly", UUID, 36, 36),
    announced("looker", A::LOWER_ALNUM, 20, 24),
    announced("mailchimp", A::HEX, 32, 32),
    announced("mailgun", A::LOWER_ALNUM.and(A::DASH), 32, 72),
    announced("mailjet", A::HEX, 32, 32),
    announced("mattermost", A::LOWER_ALNUM, 26, 26),
    announced("maxmind", A::WORD, 16, 40),
    announced("meilisearch", A::HEX, 40, 64),
    announced("meraki", A::HEX, 40, 40),
    announced("messagebird", A::LOWER_ALNUM.and(A::DASH), 25, 36),
    announced("mixpanel", A::HEX, 32, 32),
    announced("moralis", A::ALNUM, 64, 64),
    announced("netlify", A::BASE64URL.and(A::EQUALS), 40, 46),
    announced("new-relic", A::LOWER_ALNUM, 64, 64),
    announced("newrelic", A::LOWER_ALNUM, 64, 64),
    announced("ngrok", A::WORD, 40, 60),
    announced("nytimes", A::BASE64URL.and(A::EQUALS), 32, 32),
    announced("okta", A::BASE64URL.and(A::EQUALS), 42, 42),
    announced("onelogin", A::HEX, 64, 64),
    announced("openweather", A::HEX, 32, 32),
    announced("opsgenie", UUID, 36, 36),
    announced("pagerduty", A::BASE64URL.and(A::PLUS_SLASH), 20, 20),
    announced("pipedrive", A::ALNUM, 40, 40),
    announced("pivotal", A::HEX, 32, 32),
    announced("plaid", A::LOWER_ALNUM, 24, 30),
    announced("polygon", A::ALNUM, 32, 32),
    announced("postmark", UUID, 36, 36),
    announced("privateai", A::LOWER_ALNUM, 32, 32),
    announced("pushover", A::LOWER_ALNUM, 30, 30),
    announced("quickbooks", A::ALNUM, 38, 50),
    announced("rapidapi", A::BASE64URL, 50, 50),
    announced("rollbar", A::HEX, 32, 32),
    announced("saucelabs", UUID, 36, 36),
    announced("scrapingbee", A::UPPER_ALNUM, 80, 80),
    announced("segment", A::ALNUM, 32, 32),
    announced("semaphore", A::ALNUM, 20, 40),
    announced("sendbird", A::HEX.and(A::DASH), 36, 40),
    announced("sentry", A::HEX, 64, 64),
    announced("shodan", A::ALNUM, 32, 32),
    announced("sidekiq", A::HEX.and(A::COLON), 17, 17),
    announced("smartsheet", A::ALNUM, 26, 37),
    announced("snyk", UUID, 36, 36),
    announced("sonar", A::BASE64URL.and(A::EQUALS), 40, 44),
    announced("sourcegraph", A::ANY_HEX, 40, 40),
    announced("sparkpost", A::HEX, 40, 40),
    announced("splunk", UUID, 36, 36),
    announced("spotify", A::HEX, 32, 32),
    announced("squarespace", UUID, 36, 36),
    announced("statuspage", UUID, 36, 36),
    announced("steam", A::UPPER_ALNUM, 32, 32),
    announced("strava", A::HEX, 40, 40),
    announced("stripe", A::ALNUM, 32, 99),
    announced("sumo", A::ALNUM, 14, 64),
    announced("supabase", A::BASE64URL, 40, 40),
    announced("telegram", A::BASE64URL.and(A::COLON), 40, 52),
    announced("todoist", A::HEX, 40, 40),
    announced("tomtom", A::ALNUM, 32, 32),
    announced("travis", A::BASE64URL, 22, 22),
    announced("trello", A::ALNUM, 32, 64),
    announced("twilio", A::HEX, 32, 32),
    announced("twitch", A::LOWER_ALNUM, 30, 30),
    announced("twitter", A::ALNUM.and(A::DASH).and(A::PERCENT), 25, 120),
    announced("typesense", A::ALNUM, 32, 48),
    announced("unsplash", A::BASE64URL, 43, 43),
    announced("uptimerobot", A::LOWER_ALNUM, 34, 34),
    announced("vercel", A::ALNUM, 24, 24),
    announced("virustotal", A::HEX, 64, 64),
    announced("vonage", A::ALNUM, 8, 16),
    announced("vultr", A::UPPER_ALNUM, 36, 36),
    announced("wakatime", UUID, 36, 36),
    announced("weatherbit", A::HEX, 32, 32),
    announced("webex", A::BASE64URL, 64, 128),
    announced("webflow", A::HEX, 64, 64),
    announced("wrike", A::ALNUM, 40, 300),
    announced("yandex", A::ALNUM.and(A::DASH).and(A::DOT), 38, 60),
    announced("zendesk", A::LOWER_ALNUM, 40, 40),
    announced("zerotier", A::ALNUM, 32, 32),
    announced("zoom", A::BASE64URL, 22, 36),
    announced("zulip", A::ALNUM, 32, 32),
];

/// Longest way from a vendor's name to the name of the value: `sourcegraph: token = …`, `MAILGUN_PRIVATE_API_KEY`.
const NAME_MAX: usize = 48;

impl Announced {
    /// The value announced by the vendor's name at `start..end`.
    pub(crate) fn scan(&self, text: &[u8], start: usize, end: usize) -> Option<Finding> {
        // A word of its own (`OKTA_…`, `my_okta`) or of camel case (`myOkta`), not a part of one (`rookTable`, `boxes`).
        let humped = text[start].is_ascii_uppercase() && start > 0 && text[start - 1].is_ascii_lowercase();
        let goes_on = text.get(end).is_some_and(u8::is_ascii_lowercase);
        if !boundary::starts(text, start) && !humped || goes_on {
            return None;
        }
        let name = A::BASE64URL.and(A::DOT);
        let name_end = end + name.run(&text[end..], NAME_MAX);
        let found = notation::value_after(text, start, name_end).or_else(|| {
            // `facebook 1308…|rho…`: the value right behind the name.
            let spaced = text.get(name_end) == Some(&b' ');
            spaced.then(|| notation::bare(text, name_end + 1))
        })?;
        let bytes = &text[found.span.start..found.span.end];
        let fits = (self.min..=self.max).contains(&bytes.len()) && self.alphabet.run(bytes, self.max) == bytes.len();
        let random = value::is_random(bytes) || uuid::is_uuid(bytes);
        (fits && random && bytes.iter().any(u8::is_ascii_digit))
            .then(|| Finding::new(found.span, Category::ApiKey, Strength::Secret, self.vendor))
    }
}

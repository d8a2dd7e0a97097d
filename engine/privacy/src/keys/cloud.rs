//! Keys of clouds, hosting, networks, infrastructure and monitoring.

use super::{Key, key};
use crate::alphabet::Alphabet as A;
use crate::shape::Part::{Lit, OneOf, Opt, Run};

const UUID: A = A::ANY_HEX.and(A::DASH);
const TOKEN: A = A::BASE64URL.and(A::DOT).and(A::EQUALS);

pub(super) static KEYS: &[Key] = &[
    key("aws", "akia", &[Lit("AKIA"), Run(A::UPPER_ALNUM, 16, 16)]),
    key("aws", "asia", &[Lit("ASIA"), Run(A::UPPER_ALNUM, 16, 16)]),
    key("aws", "abia", &[Lit("ABIA"), Run(A::UPPER_ALNUM, 16, 16)]),
    key("aws", "acca", &[Lit("ACCA"), Run(A::UPPER_ALNUM, 16, 16)]),
    key("aws", "a3t", &[Lit("A3T"), Run(A::UPPER_ALNUM, 17, 17)]),
    key(
        "aws-bedrock",
        "absk",
        &[Lit("ABSK"), Run(A::BASE64, 109, 269), Run(A::EQUALS, 0, 2)],
    ),
    key(
        "aws-bedrock",
        "bedrock-api-key-",
        &[
            Lit("bedrock-api-key-"),
            Run(A::BASE64.and(A::EQUALS), 40, 2000),
        ],
    ),
    key(
        "aws-appsync",
        "da2-",
        &[Lit("da2-"), Run(A::LOWER_ALNUM, 26, 26)],
    ),
    key(
        "amazon-mws",
        "amzn.mws.",
        &[Lit("amzn.mws."), Run(A::HEX.and(A::DASH), 36, 36)],
    ),
    key(
        "amazon-oauth",
        "amzn1.oa2-cs.v1.",
        &[Lit("amzn1.oa2-cs.v1."), Run(A::HEX, 64, 64)],
    ),
    key("google", "aiza", &[Lit("AIza"), Run(A::BASE64URL, 35, 36)]),
    key(
        "google-oauth",
        "gocspx-",
        &[Lit("GOCSPX-"), Run(A::BASE64URL, 20, 40)],
    ),
    key(
        "google-oauth",
        "ya29.",
        &[Lit("ya29."), Run(A::BASE64URL.and(A::DOT), 20, 2048)],
    ),
    key(
        "google-oauth",
        "1//0",
        &[Lit("1//0"), Run(A::BASE64URL, 30, 200)],
    ),
    key(
        "google-gemini",
        "aq.ab",
        &[Lit("AQ.Ab"), Run(A::BASE64URL, 30, 120)],
    ),
    Key {
        vendor: "azure-entra",
        anchor: "q~",
        lead: Some((A::WORD.and(A::TILDE).and(A::DOT), 4, 4)),
        parts: &[
            Lit("Q~"),
            Run(A::BASE64URL.and(A::TILDE).and(A::DOT), 31, 34),
        ],
    },
    key(
        "azure-storage",
        "accountkey=",
        &[
            OneOf(&["AccountKey=", "accountKey=", "accountkey="]),
            Run(A::BASE64, 80, 88),
            Run(A::EQUALS, 0, 2),
        ],
    ),
    key(
        "azure-service-bus",
        "sharedaccesskey=",
        &[
            Lit("SharedAccessKey="),
            Run(A::BASE64, 40, 88),
            Run(A::EQUALS, 0, 2),
        ],
    ),
    Key {
        vendor: "azure-devops",
        anchor: "azdo",
        lead: Some((A::ALNUM, 76, 76)),
        parts: &[Lit("AZDO"), Run(A::ALNUM, 4, 4)],
    },
    key("alibaba", "ltai", &[Lit("LTAI"), Run(A::ALNUM, 12, 26)]),
    key("tencent", "akid", &[Lit("AKID"), Run(A::ALNUM, 32, 32)]),
    key("yandex", "aqvn", &[Lit("AQVN"), Run(A::BASE64URL, 35, 38)]),
    key("yandex", "yc", &[Lit("YC"), Run(A::BASE64URL, 38, 38)]),
    key(
        "yandex",
        "t1.",
        &[
            Lit("t1."),
            Run(A::BASE64URL.and(A::EQUALS), 4, 400),
            Lit("."),
            Run(A::BASE64URL, 86, 86),
            Run(A::EQUALS, 0, 2),
        ],
    ),
    key(
        "digitalocean",
        "dop_v1_",
        &[Lit("dop_v1_"), Run(A::HEX, 64, 64)],
    ),
    key(
        "digitalocean",
        "doo_v1_",
        &[Lit("doo_v1_"), Run(A::HEX, 64, 64)],
    ),
    key(
        "digitalocean",
        "dor_v1_",
        &[Lit("dor_v1_"), Run(A::HEX, 64, 64)],
    ),
    key(
        "heroku",
        "hrku-aa",
        &[Lit("HRKU-AA"), Run(A::BASE64URL, 58, 58)],
    ),
    key("fly", "fo1_", &[Lit("fo1_"), Run(A::BASE64URL, 43, 43)]),
    key(
        "fly",
        "fm1",
        &[
            OneOf(&["fm1a_", "fm1r_"]),
            Run(A::BASE64.and(A::EQUALS), 100, 2000),
        ],
    ),
    key(
        "fly",
        "fm2_",
        &[Lit("fm2_"), Run(A::BASE64.and(A::EQUALS), 100, 2000)],
    ),
    key("netlify", "nfp_", &[Lit("nfp_"), Run(A::ALNUM, 36, 48)]),
    key("vercel", "vcp_", &[Lit("vcp_"), Run(A::ALNUM, 24, 64)]),
    key(
        "vercel-blob",
        "vercel_blob_rw_",
        &[Lit("vercel_blob_rw_"), Run(A::WORD, 24, 80)],
    ),
    key("render", "rnd_", &[Lit("rnd_"), Run(A::ALNUM, 28, 40)]),
    key("supabase", "sbp_", &[Lit("sbp_"), Run(A::HEX, 40, 40)]),
    key(
        "supabase",
        "sb_secret_",
        &[Lit("sb_secret_"), Run(A::BASE64URL, 28, 50)],
    ),
    key(
        "planetscale",
        "pscale_",
        &[
            Lit("pscale_"),
            OneOf(&["tkn_", "oauth_", "pw_"]),
            Run(TOKEN, 32, 64),
        ],
    ),
    key(
        "neon",
        "napi_",
        &[Lit("napi_"), Run(A::LOWER_ALNUM, 60, 70)],
    ),
    key(
        "cloudflare",
        "v1.0-",
        &[
            Lit("v1.0-"),
            Run(A::HEX, 24, 24),
            Lit("-"),
            Run(A::HEX, 146, 146),
        ],
    ),
    key(
        "cloudflare",
        "cfut_",
        &[Lit("cfut_"), Run(A::ALNUM, 40, 64)],
    ),
    key(
        "cloudflare",
        "cfat_",
        &[Lit("cfat_"), Run(A::ALNUM, 40, 64)],
    ),
    key("cloudflare", "cfk_", &[Lit("cfk_"), Run(A::ALNUM, 40, 64)]),
    key("vault", "hvs.", &[Lit("hvs."), Run(A::BASE64URL, 24, 160)]),
    key("vault", "hvb.", &[Lit("hvb."), Run(A::BASE64URL, 100, 220)]),
    Key {
        vendor: "terraform",
        anchor: ".atlasv1.",
        lead: Some((A::ALNUM, 14, 14)),
        parts: &[Lit(".atlasv1."), Run(A::BASE64URL.and(A::EQUALS), 60, 70)],
    },
    key("pulumi", "pul-", &[Lit("pul-"), Run(A::HEX, 40, 40)]),
    key(
        "doppler",
        "dp.",
        &[
            Lit("dp."),
            OneOf(&["pt.", "ct.", "sa.", "scim.", "audit."]),
            Run(A::ALNUM, 40, 44),
        ],
    ),
    key(
        "doppler",
        "dp.st.",
        &[
            Lit("dp.st."),
            Opt(&[Run(A::BASE64URL, 2, 35), Lit(".")]),
            Run(A::ALNUM, 40, 44),
        ],
    ),
    key(
        "1password",
        "ops_eyj",
        &[Lit("ops_eyJ"), Run(A::BASE64.and(A::EQUALS), 200, 4000)],
    ),
    key(
        "1password",
        "a3-",
        &[
            Lit("A3-"),
            Run(A::UPPER_ALNUM, 6, 6),
            Lit("-"),
            Run(A::UPPER_ALNUM, 5, 11),
            Lit("-"),
            Run(A::UPPER_ALNUM, 5, 6),
            Lit("-"),
            Run(A::UPPER_ALNUM, 5, 5),
            Lit("-"),
            Run(A::UPPER_ALNUM, 5, 5),
            Opt(&[Lit("-"), Run(A::UPPER_ALNUM, 5, 5)]),
        ],
    ),
    key(
        "age",
        "age-secret-key-1",
        &[Lit("AGE-SECRET-KEY-1"), Run(A::UPPER_ALNUM, 58, 58)],
    ),
    key(
        "openshift",
        "sha256~",
        &[Lit("sha256~"), Run(A::BASE64URL, 43, 43)],
    ),
    key(
        "tailscale",
        "tskey-",
        &[
            Lit("tskey-"),
            OneOf(&["api-", "auth-", "client-", "scim-", "webhook-"]),
            Run(A::ALNUM, 8, 40),
            Lit("-"),
            Run(A::ALNUM, 20, 60),
        ],
    ),
    key(
        "dynatrace",
        "dt0",
        &[
            OneOf(&["dt0c01.", "dt0s01.", "dt0s02."]),
            Run(A::BASE32, 24, 24),
            Lit("."),
            Run(A::BASE32, 64, 64),
        ],
    ),
    key("new-relic", "nrak-", &[Lit("NRAK-"), Run(A::ALNUM, 27, 27)]),
    key(
        "new-relic",
        "nrii-",
        &[Lit("NRII-"), Run(A::BASE64URL, 32, 32)],
    ),
    key("new-relic", "nrjs-", &[Lit("NRJS-"), Run(A::HEX, 19, 19)]),
    key("new-relic", "nrra-", &[Lit("NRRA-"), Run(A::HEX, 42, 42)]),
    key(
        "grafana",
        "glsa_",
        &[
            Lit("glsa_"),
            Run(A::ALNUM, 32, 32),
            Lit("_"),
            Run(A::ANY_HEX, 8, 8),
        ],
    ),
    key(
        "grafana",
        "glc_",
        &[Lit("glc_"), Run(A::BASE64, 32, 400), Run(A::EQUALS, 0, 3)],
    ),
    key(
        "grafana",
        "eyjriji",
        &[
            Lit("eyJrIjoi"),
            Run(A::ALNUM, 60, 400),
            Run(A::EQUALS, 0, 3),
        ],
    ),
    key(
        "sentry",
        "sntrys_",
        &[
            Lit("sntrys_"),
            Run(A::BASE64URL.and(A::BASE64).and(A::EQUALS), 60, 400),
        ],
    ),
    key("sentry", "sntryu_", &[Lit("sntryu_"), Run(A::HEX, 64, 64)]),
    key(
        "honeycomb",
        "hca",
        &[
            OneOf(&["hcaik_", "hcbik_", "hcxik_", "hcxlk_"]),
            Run(A::LOWER_ALNUM, 50, 64),
        ],
    ),
    key(
        "openvpn-cloudflare-tunnel",
        "eyjhijoi",
        &[Lit("eyJhIjoi"), Run(A::BASE64.and(A::EQUALS), 120, 400)],
    ),
    key("prefect", "pnu_", &[Lit("pnu_"), Run(A::ALNUM, 36, 36)]),
    key(
        "scalingo",
        "tk-us-",
        &[Lit("tk-us-"), Run(A::BASE64URL, 48, 48)],
    ),
    key(
        "harness",
        "pat.",
        &[
            Lit("pat."),
            Run(A::BASE64URL, 22, 22),
            Lit("."),
            Run(A::ANY_HEX, 24, 24),
            Lit("."),
            Run(A::ALNUM, 20, 20),
        ],
    ),
    key(
        "harness",
        "sat.",
        &[
            Lit("sat."),
            Run(A::BASE64URL, 22, 22),
            Lit("."),
            Run(A::ANY_HEX, 24, 24),
            Lit("."),
            Run(A::ALNUM, 20, 20),
        ],
    ),
    key("clickhouse", "4b1d", &[Lit("4b1d"), Run(A::ALNUM, 38, 38)]),
    key(
        "octopus",
        "api-",
        &[Lit("API-"), Run(A::UPPER_ALNUM, 26, 26)],
    ),
    key("launchdarkly", "sdk-", &[Lit("sdk-"), Run(UUID, 36, 36)]),
    key("launchdarkly", "api-", &[Lit("api-"), Run(UUID, 36, 36)]),
    Key {
        vendor: "maxmind",
        anchor: "_mmk",
        lead: Some((A::WORD, 36, 36)),
        parts: &[Lit("_mmk")],
    },
];

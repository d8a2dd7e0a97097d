//! Keys of code hosts, package registries and developer tools.

use super::{Key, key};
use crate::alphabet::Alphabet as A;
use crate::shape::Part::{Lit, OneOf, Opt, Run};

/// GitLab's routable tokens carry a payload and a check sum after dots.
const ROUTABLE: &[crate::shape::Part] = &[
    Lit("."),
    Run(A::LOWER_ALNUM, 2, 2),
    Opt(&[Lit(".")]),
    Run(A::LOWER_ALNUM, 7, 9),
];

pub(super) static KEYS: &[Key] = &[
    key("github", "ghp_", &[Lit("ghp_"), Run(A::ALNUM, 36, 251)]),
    key("github", "gho_", &[Lit("gho_"), Run(A::ALNUM, 36, 251)]),
    key("github", "ghu_", &[Lit("ghu_"), Run(A::ALNUM, 36, 251)]),
    key("github", "ghs_", &[Lit("ghs_"), Run(A::ALNUM, 36, 251)]),
    key("github", "ghr_", &[Lit("ghr_"), Run(A::ALNUM, 36, 251)]),
    key(
        "github",
        "github_pat_",
        &[Lit("github_pat_"), Run(A::WORD, 36, 255)],
    ),
    key(
        "gitlab",
        "glpat-",
        &[Lit("glpat-"), Run(A::BASE64URL, 20, 300), Opt(ROUTABLE)],
    ),
    key(
        "gitlab",
        "gldt-",
        &[Lit("gldt-"), Run(A::BASE64URL, 20, 64)],
    ),
    key(
        "gitlab",
        "glrt-",
        &[Lit("glrt-"), Run(A::BASE64URL, 20, 300), Opt(ROUTABLE)],
    ),
    key(
        "gitlab",
        "glrtr-",
        &[Lit("glrtr-"), Run(A::BASE64URL, 20, 300), Opt(ROUTABLE)],
    ),
    key(
        "gitlab",
        "glcbt-",
        &[
            Lit("glcbt-"),
            Run(A::ALNUM, 1, 5),
            Lit("_"),
            Run(A::BASE64URL, 20, 64),
        ],
    ),
    key("gitlab", "glptt-", &[Lit("glptt-"), Run(A::HEX, 40, 40)]),
    key(
        "gitlab",
        "glft-",
        &[Lit("glft-"), Run(A::BASE64URL, 20, 64)],
    ),
    key(
        "gitlab",
        "glimt-",
        &[Lit("glimt-"), Run(A::BASE64URL, 25, 25)],
    ),
    key(
        "gitlab",
        "glagent-",
        &[Lit("glagent-"), Run(A::BASE64URL, 50, 64)],
    ),
    key(
        "gitlab",
        "gloas-",
        &[Lit("gloas-"), Run(A::BASE64URL, 64, 64)],
    ),
    key(
        "gitlab",
        "glsoat-",
        &[Lit("glsoat-"), Run(A::BASE64URL, 20, 64)],
    ),
    key(
        "gitlab",
        "glffct-",
        &[Lit("glffct-"), Run(A::BASE64URL, 20, 64)],
    ),
    key(
        "gitlab",
        "gr1348941",
        &[Lit("GR1348941"), Run(A::BASE64URL, 20, 20)],
    ),
    key(
        "gitlab",
        "_gitlab_session=",
        &[Lit("_gitlab_session="), Run(A::LOWER_ALNUM, 32, 32)],
    ),
    key("bitbucket", "atbb", &[Lit("ATBB"), Run(A::ALNUM, 32, 40)]),
    key(
        "atlassian",
        "atatt3",
        &[Lit("ATATT3"), Run(A::BASE64URL.and(A::EQUALS), 150, 250)],
    ),
    key(
        "atlassian",
        "atctt3",
        &[Lit("ATCTT3"), Run(A::BASE64URL.and(A::EQUALS), 150, 250)],
    ),
    key("npm", "npm_", &[Lit("npm_"), Run(A::ALNUM, 36, 36)]),
    key(
        "npm",
        "_authtoken=",
        &[Lit("_authToken="), Run(A::ALNUM.and(A::DASH), 30, 64)],
    ),
    key(
        "pypi",
        "pypi-age",
        &[
            OneOf(&["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"]),
            Run(A::BASE64URL, 50, 1000),
        ],
    ),
    key(
        "rubygems",
        "rubygems_",
        &[Lit("rubygems_"), Run(A::HEX, 48, 48)],
    ),
    key("crates-io", "cio", &[Lit("cio"), Run(A::ALNUM, 32, 32)]),
    key("nuget", "oy2", &[Lit("oy2"), Run(A::LOWER_ALNUM, 43, 43)]),
    key(
        "clojars",
        "clojars_",
        &[Lit("CLOJARS_"), Run(A::ALNUM, 60, 60)],
    ),
    key(
        "docker",
        "dckr_",
        &[
            Lit("dckr_"),
            OneOf(&["pat_", "oat_"]),
            Run(A::BASE64URL, 27, 48),
        ],
    ),
    key("artifactory", "akcp", &[Lit("AKCp"), Run(A::ALNUM, 69, 69)]),
    key(
        "artifactory",
        "cmvmdgtu",
        &[Lit("cmVmdGtu"), Run(A::ALNUM, 56, 56)],
    ),
    key(
        "sourcegraph",
        "sgp_",
        &[
            Lit("sgp_"),
            Opt(&[OneOf(&["local"]), Lit("_")]),
            Opt(&[Run(A::ANY_HEX, 16, 16), Lit("_")]),
            Run(A::ANY_HEX, 40, 40),
        ],
    ),
    key("sonarqube", "squ_", &[Lit("squ_"), Run(A::ALNUM, 40, 40)]),
    key("sonarqube", "sqp_", &[Lit("sqp_"), Run(A::ALNUM, 40, 40)]),
    key("sonarqube", "sqa_", &[Lit("sqa_"), Run(A::ALNUM, 40, 40)]),
    key(
        "postman",
        "pmak-",
        &[
            Lit("PMAK-"),
            Run(A::ANY_HEX, 24, 24),
            Lit("-"),
            Run(A::ANY_HEX, 34, 34),
        ],
    ),
    key(
        "readme",
        "rdme_",
        &[Lit("rdme_"), Run(A::LOWER_ALNUM, 70, 70)],
    ),
    key(
        "linear",
        "lin_api_",
        &[Lit("lin_api_"), Run(A::ALNUM, 40, 48)],
    ),
    key(
        "linear",
        "lin_oauth_",
        &[Lit("lin_oauth_"), Run(A::ALNUM, 40, 64)],
    ),
    key("notion", "ntn_", &[Lit("ntn_"), Run(A::ALNUM, 40, 50)]),
    key(
        "notion",
        "secret_",
        &[Lit("secret_"), Run(A::ALNUM, 43, 43)],
    ),
    key("figma", "figd_", &[Lit("figd_"), Run(A::BASE64URL, 38, 64)]),
    key(
        "airtable",
        "pat",
        &[
            Lit("pat"),
            Run(A::ALNUM, 14, 14),
            Lit("."),
            Run(A::ANY_HEX, 64, 64),
        ],
    ),
    key(
        "clickup",
        "pk_",
        &[
            Lit("pk_"),
            Run(A::DIGIT, 5, 12),
            Lit("_"),
            Run(A::UPPER_ALNUM, 32, 32),
        ],
    ),
    key("trello", "atta", &[Lit("ATTA"), Run(A::ANY_HEX, 64, 72)]),
    key(
        "circleci",
        "ccipat_",
        &[Lit("CCIPAT_"), Run(A::WORD, 40, 80)],
    ),
    key(
        "circleci",
        "cciprj_",
        &[Lit("CCIPRJ_"), Run(A::WORD, 40, 80)],
    ),
    key("buildkite", "bkua_", &[Lit("bkua_"), Run(A::HEX, 40, 40)]),
    key("deno", "ddp_", &[Lit("ddp_"), Run(A::ALNUM, 36, 40)]),
    key(
        "contentful",
        "cfpat-",
        &[Lit("CFPAT-"), Run(A::BASE64URL, 43, 43)],
    ),
    key(
        "mapbox",
        "sk.",
        &[
            Lit("sk."),
            Run(A::ALNUM, 50, 100),
            Lit("."),
            Run(A::BASE64URL, 22, 22),
        ],
    ),
    key(
        "settlemint",
        "sm_",
        &[
            OneOf(&["sm_aat_", "sm_pat_", "sm_sat_"]),
            Run(A::ALNUM, 16, 16),
        ],
    ),
    key(
        "frame-io",
        "fio-u-",
        &[Lit("fio-u-"), Run(A::BASE64URL.and(A::EQUALS), 64, 64)],
    ),
    key(
        "intra42",
        "s-s4t2",
        &[OneOf(&["s-s4t2ud-", "s-s4t2af-"]), Run(A::HEX, 64, 64)],
    ),
    key(
        "typeform",
        "tfp_",
        &[
            Lit("tfp_"),
            Run(A::BASE64URL.and(A::DOT).and(A::EQUALS), 40, 64),
        ],
    ),
    key("infracost", "ico-", &[Lit("ico-"), Run(A::ALNUM, 32, 32)]),
];

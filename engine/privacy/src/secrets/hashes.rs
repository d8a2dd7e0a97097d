//! Hashes of passwords, by their formats: who has one can guess the password offline.
//!
//! Sources: crypt(5), the PHC string format, Django's and Werkzeug's documentation, RFC 2307 for `{SSHA}`, Hashcat's list of
//! example hashes for their lengths.

use conclave_protocol::{Category, Span};

use super::form::{Key, secret};
use crate::alphabet::Alphabet as A;
use crate::detector::{Finding, Strength};
use crate::shape::Part::{Lit, OneOf, Opt, Run};

/// `./A-Za-z0-9`, and `+/` in the variants that use RFC 4648's alphabet.
const CRYPT: A = A::BASE64.and(A::DOT);
const PARAMETERS: A = A::ALNUM.and(A::EQUALS).and(A::COLON).and(A::DASH);
/// `m=65536,t=3,p=4`: the commas are parts of their own.
const PHC: A = CRYPT.and(A::BASE64URL);

pub(super) static KEYS: &[Key] = &[
    secret(
        "bcrypt",
        "$2",
        &[OneOf(&["$2a$", "$2b$", "$2x$", "$2y$", "$2$"]), Run(A::DIGIT, 2, 2), Lit("$"), Run(CRYPT, 53, 53)],
    ),
    secret(
        "argon2",
        "$argon2",
        &[
            OneOf(&["$argon2id$", "$argon2i$", "$argon2d$"]),
            Opt(&[Lit("v="), Run(A::DIGIT, 1, 3), Lit("$")]),
            Run(PARAMETERS, 1, 24),
            Lit(","),
            Run(PARAMETERS, 1, 24),
            Lit(","),
            Run(PARAMETERS, 1, 24),
            Lit("$"),
            Run(PHC, 8, 200),
            Opt(&[Lit("$"), Run(PHC, 8, 200)]),
        ],
    ),
    secret(
        "scrypt",
        "$scrypt$",
        &[
            Lit("$scrypt$"),
            Run(PARAMETERS, 1, 24),
            Lit(","),
            Run(PARAMETERS, 1, 24),
            Lit(","),
            Run(PARAMETERS, 1, 24),
            Lit("$"),
            Run(PHC, 8, 200),
            Opt(&[Lit("$"), Run(PHC.and(A::EQUALS), 8, 200)]),
        ],
    ),
    secret(
        "scrypt",
        "scrypt:",
        &[
            Lit("scrypt:"),
            Run(A::DIGIT.and(A::COLON), 5, 24),
            Lit("$"),
            Run(A::ALNUM, 4, 64),
            Lit("$"),
            Run(A::ANY_HEX, 64, 128),
        ],
    ),
    secret("scrypt", "$7$", &[Lit("$7$"), Run(CRYPT, 11, 80), Lit("$"), Run(CRYPT, 43, 43)]),
    secret(
        "yescrypt",
        "$y$",
        &[Lit("$y$"), Run(CRYPT, 2, 16), Lit("$"), Run(CRYPT, 1, 86), Lit("$"), Run(CRYPT, 43, 43)],
    ),
    secret(
        "gost-yescrypt",
        "$gy$",
        &[Lit("$gy$"), Run(CRYPT, 2, 16), Lit("$"), Run(CRYPT, 1, 86), Lit("$"), Run(CRYPT, 43, 43)],
    ),
    secret(
        "sha512-crypt",
        "$6$",
        &[
            Lit("$6$"),
            Opt(&[Lit("rounds="), Run(A::DIGIT, 1, 9), Lit("$")]),
            Run(CRYPT, 1, 16),
            Lit("$"),
            Run(CRYPT, 86, 86),
        ],
    ),
    secret(
        "sha256-crypt",
        "$5$",
        &[
            Lit("$5$"),
            Opt(&[Lit("rounds="), Run(A::DIGIT, 1, 9), Lit("$")]),
            Run(CRYPT, 1, 16),
            Lit("$"),
            Run(CRYPT, 43, 43),
        ],
    ),
    secret("md5-crypt", "$1$", &[Lit("$1$"), Run(CRYPT, 1, 8), Lit("$"), Run(CRYPT, 22, 22)]),
    secret("apr1", "$apr1$", &[Lit("$apr1$"), Run(CRYPT, 1, 8), Lit("$"), Run(CRYPT, 22, 22)]),
    secret("phpass", "$p$", &[Lit("$P$"), Run(CRYPT, 31, 31)]),
    secret("phpass", "$h$", &[Lit("$H$"), Run(CRYPT, 31, 31)]),
    secret("drupal", "$s$", &[Lit("$S$"), Run(CRYPT, 52, 52)]),
    secret("cisco", "$8$", &[Lit("$8$"), Run(CRYPT, 14, 14), Lit("$"), Run(CRYPT, 43, 43)]),
    secret("cisco", "$9$", &[Lit("$9$"), Run(CRYPT, 14, 14), Lit("$"), Run(CRYPT, 43, 43)]),
    secret(
        "pbkdf2",
        "pbkdf2_sha",
        &[
            OneOf(&["pbkdf2_sha256$", "pbkdf2_sha1$", "pbkdf2_sha512$"]),
            Run(A::DIGIT, 1, 9),
            Lit("$"),
            Run(PHC, 1, 64),
            Lit("$"),
            Run(A::BASE64, 20, 88),
            Run(A::EQUALS, 0, 2),
        ],
    ),
    secret(
        "pbkdf2",
        "pbkdf2:",
        &[
            Lit("pbkdf2:"),
            Run(A::ALNUM.and(A::COLON), 4, 20),
            Lit("$"),
            Run(A::ALNUM, 4, 64),
            Lit("$"),
            Run(A::ANY_HEX, 40, 128),
        ],
    ),
    secret(
        "pbkdf2",
        "$pbkdf2",
        &[
            OneOf(&["$pbkdf2-sha256$", "$pbkdf2-sha512$", "$pbkdf2$"]),
            Run(PARAMETERS, 1, 24),
            Opt(&[Lit(","), Run(PARAMETERS, 1, 24)]),
            Lit("$"),
            Run(PHC, 8, 64),
            Lit("$"),
            Run(PHC, 20, 128),
        ],
    ),
    secret("django", "sha1$", &[Lit("sha1$"), Run(A::ALNUM, 1, 32), Lit("$"), Run(A::HEX, 40, 40)]),
    secret("django", "md5$", &[Lit("md5$"), Run(A::ALNUM, 1, 32), Lit("$"), Run(A::HEX, 32, 32)]),
    secret(
        "django",
        "bcrypt",
        &[OneOf(&["bcrypt_sha256$$2b$", "bcrypt$$2b$"]), Run(A::DIGIT, 2, 2), Lit("$"), Run(CRYPT, 53, 53)],
    ),
    secret(
        "ldap",
        "{ssha",
        &[OneOf(&["{SSHA}", "{SSHA256}", "{SSHA512}", "{ssha}"]), Run(A::BASE64, 32, 140), Run(A::EQUALS, 0, 2)],
    ),
    secret("ldap", "{sha", &[OneOf(&["{SHA}", "{SHA256}", "{SHA512}"]), Run(A::BASE64, 27, 88), Run(A::EQUALS, 0, 2)]),
    secret("ldap", "{smd5}", &[Lit("{SMD5}"), Run(A::BASE64, 24, 40), Run(A::EQUALS, 0, 2)]),
    secret(
        "postgres",
        "scram-sha-256$",
        &[
            Lit("SCRAM-SHA-256$"),
            Run(A::DIGIT, 1, 9),
            Lit(":"),
            Run(A::BASE64.and(A::EQUALS), 16, 64),
            Lit("$"),
            Run(A::BASE64.and(A::EQUALS), 40, 48),
            Lit(":"),
            Run(A::BASE64.and(A::EQUALS), 40, 48),
        ],
    ),
    secret(
        "kerberos",
        "$krb5",
        &[
            OneOf(&["$krb5tgs$", "$krb5asrep$", "$krb5pa$"]),
            Run(A::DIGIT, 1, 2),
            Lit("$"),
            Run(A::WORD.and(A::DOLLAR).and(A::DOT).and(A::COLON).and(A::PLUS_SLASH), 16, 4000),
        ],
    ),
    secret(
        "macos",
        "$ml$",
        &[Lit("$ml$"), Run(A::DIGIT, 1, 7), Lit("$"), Run(A::HEX, 64, 64), Lit("$"), Run(A::HEX, 128, 256)],
    ),
];

/// Longest line of a dump: `user:1001:LM:NT:::`.
const DUMP_MAX: usize = 128;

/// The two hashes of a Windows account (pwdump's format: `name:number:LM:NT:::`) before the colons at `start`.
pub(super) fn windows_dump(text: &[u8], start: usize, _end: usize, found: &mut Vec<Finding>) {
    let hashes = A::ANY_HEX.and(A::COLON).run_back(&text[..start], DUMP_MAX);
    let line = &text[start - hashes..start];
    let mut fields = line.rsplit(|byte| *byte == b':');
    if let (Some(nt), Some(lm)) = (fields.next(), fields.next())
        && nt.len() == 32
        && lm.len() == 32
    {
        let span = Span::new(start - 65, start);
        found.push(Finding::new(span, Category::Secret, Strength::Secret, "ntlm"));
    }
}

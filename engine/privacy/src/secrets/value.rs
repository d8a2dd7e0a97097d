//! What a value is: a credential, or a stand-in, a reference, a piece of code, a word.

use super::words;
use crate::entropy;

/// Fewest characters of a password that a name announces; shorter ones are PINs and column widths.
const PASSWORD_MIN: usize = 4;
/// Fewest characters of a token or key that a name announces.
const TOKEN_MIN: usize = 8;
/// From here on a value must be spread like chance would spread it.
const LONG: usize = 16;
/// Least entropy of a long value, in bits per character: the mean of random hexadecimal strings of 32 characters is 3.6, of
/// 16 random letters and digits 3.7; English words lie below 3.
const ENTROPY_MIN: f32 = 3.0;
/// The same for hexadecimal values: of 100,000 random strings of 16 digits 0.35 % lie below.
const HEX_ENTROPY_MIN: f32 = 2.6;
/// Fewest digits of a key that has nothing else.
const DIGITS_MIN: usize = 24;
/// The same for values of fewer than [`LONG`] characters: 8 distinct characters have 3 bits.
const SHORT_ENTROPY_MIN: f32 = 2.4;

/// Words of documentation inside a value, in lower case.
const STAND_INS: [&str; 28] = [
    "your",
    "example",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "change_this",
    "changethis",
    "replace",
    "insert",
    "redacted",
    "masked",
    "hidden",
    "dummy",
    "xxxx",
    "****",
    "....",
    "_here",
    "-here",
    "tokenhere",
    "keyhere",
    "todo",
    "fixme",
    "somepass",
    "sample",
    "####",
    "{{",
    "${",
];

/// Values that are types, flags, labels or words about a credential, in lower case.
static NO_VALUES: &[&str] = words::list!(
    "\
    string str text char varchar bytes byte bool boolean int integer number object any unknown array list option \
    optional required none null nil undefined true false void self this yes no not and the for from with was are \
    has have can must may will should your our their its user username login email name value values field label \
    title type types enter input output hidden show hide off auto default empty missing invalid valid incorrect \
    wrong correct expired reset forgot forgotten confirm confirmation new old current change changed update \
    updated same strong weak short long encrypted hashed secure plain plaintext cleartext public private static \
    const let var func function return async await import export class struct enum error bearer basic digest oauth \
    env vault example test header cookie"
);

/// Words that name a credential; a value made of nothing else is its name again (`"Password"`, `my_secret_key`).
static NAME_WORDS: &[&str] = words::list!(
    "\
    password passwd passphrase passcode pass pwd pw secret secrets token tokens key keys api apikey auth access \
    client user username my the a an db database admin new old some app id value credential credentials refresh \
    session cookie passwort kennwort login confirm current repeat field input"
);

/// Whether the value stands for another: a mask, a template's hole, a word of documentation, a list of letters.
pub(super) fn is_stand_in(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    if STAND_INS.iter().any(|word| entropy::contains(&lower, word.as_bytes()) && says(value, &lower, word.as_bytes())) {
        return true;
    }
    let first = value.first();
    if first == Some(&b'<') && value.last() == Some(&b'>') {
        return true;
    }
    if value.iter().all(|byte| Some(byte) == first) {
        return true;
    }
    value.len() >= LONG && is_counting(value)
}

/// Whether a word stands in a value as a person writes it. One key of some thousands has a short word like `TOdO` in it by
/// chance; people write one case, or a capital at the beginning, and begin or end a name with it.
fn says(value: &[u8], lower: &[u8], word: &[u8]) -> bool {
    /// Shorter ones have to stand at a border.
    const FREE_MIN: usize = 5;
    let is_border = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    lower.windows(word.len()).enumerate().any(|(at, window)| {
        let (written, end) = (&value[at..at + word.len()], at + word.len());
        let is_small = |part: &[u8]| !part.iter().any(u8::is_ascii_uppercase);
        window == word
            && (is_small(&written[1..]) || !written.iter().any(u8::is_ascii_lowercase))
            && (word.len() >= FREE_MIN
                || !word[0].is_ascii_alphabetic()
                || is_border(at.checked_sub(1).and_then(|before| value.get(before)))
                || is_border(value.get(end)))
    })
}

/// `abcdefgh…`, `12345678…`, `0123456789abcdef`: more than half of the steps go up by one.
pub(super) fn is_counting(value: &[u8]) -> bool {
    let steps = value.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    steps * 2 > value.len()
}

/// Whether the value names a place where the credential is: a variable, a member, a call, a path, a type.
///
/// `next` is the byte behind the value.
pub(super) fn is_reference(value: &[u8], quoted: bool, next: Option<u8>) -> bool {
    let is_name = |name: &[u8]| {
        name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    match value {
        // `$NAME`, `$name->member`, `@name@`, `%NAME%`, `:name`, `#{…}`, `<%= … %>`, `[name]`, `!secret name`.
        [b'$', b'(' | b'{' | b'[', ..] | [b'#' | b'%' | b'@' | b'*', b'{', ..] | [b'<', ..] | [b'{', b'{', ..] => {
            return true;
        }
        [b'[', inner @ .., b']'] | [b'{', inner @ .., b'}'] if words::is_wordy(inner) => return true,
        [b'$', rest @ ..] if is_name(rest.split(|byte| matches!(byte, b'-' | b'[' | b'.')).next().unwrap_or(rest)) => {
            // `$ecret` would do as well, but a variable is what it nearly always is.
            return true;
        }
        [b'%', name @ .., b'%'] | [b'@', name @ .., b'@'] | [b'_', b'_', name @ .., b'_', b'_'] if is_name(name) => {
            return true;
        }
        [b'/' | b'~', ..] | [b'.', b'/' | b'.', ..] => {
            return value.iter().filter(|byte| **byte == b'/').count() > 1 || words::is_wordy(value);
        }
        _ => {}
    }
    let has = |needle: &[u8]| entropy::contains(value, needle);
    if has(b"://") || has(b"process.env") || has(b"os.environ") || has(b"getenv") || has(b"arn:aws:") {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    const FILES: [&str; 16] = [
        ".pem", ".key", ".crt", ".json", ".yml", ".yaml", ".txt", ".toml", ".env", ".xml", ".js", ".ts", ".py", ".rs",
        ".html", ".conf",
    ];
    if FILES.iter().any(|end| lower.ends_with(end.as_bytes())) {
        return true;
    }
    if quoted {
        return false;
    }
    // `name(`, `name[`, `a.b`, `a::b`, `a->b`, `&name`, `!name`, `name)`.
    if matches!(next, Some(b'(' | b'[' | b'{')) || has(b"::") || has(b"->") || has(b"(") {
        return true;
    }
    let value = value.strip_prefix(b"&").or_else(|| value.strip_prefix(b"!")).unwrap_or(value);
    let mut members = value.split(|byte| *byte == b'.');
    let dotted = value.contains(&b'.')
        && members.all(|member| is_name(member) && (member.len() < LONG || words::is_wordy(member)));
    dotted && !value.iter().any(u8::is_ascii_digit)
}

/// Whether the value says nothing but what it is: a type, a flag, the name of the field once more.
pub(super) fn is_label(value: &[u8]) -> bool {
    // `&str`, `string[]`, `str?`
    let is_sigil = |byte: &u8| matches!(byte, b'&' | b'*' | b'?' | b'[' | b']' | b'!');
    let head = value.iter().take_while(|byte| is_sigil(byte)).count();
    let tail = value[head..].iter().rev().take_while(|byte| is_sigil(byte)).count();
    let value = &value[head..value.len() - tail];
    if words::is_one_of(value, NO_VALUES) {
        return true;
    }
    let joined =
        value.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' ' | b'.' | b':'));
    joined && words::words(value).all(|word| words::is_one_of(word, NAME_WORDS))
}

/// Whether a value that a password's name announces can be one.
pub(super) fn is_password(value: &[u8]) -> bool {
    let printable = value.iter().all(|byte| *byte > b' ' && *byte != 0x7f);
    let plain = value.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    (PASSWORD_MIN..=128).contains(&value.len()) && printable && plain && !is_label(value) && !is_stand_in(value)
}

/// Whether the value mixes letters with digits or signs, as passwords do and words do not.
pub(super) fn is_mixed(value: &[u8]) -> bool {
    let inner = value.split_last().map_or(value, |(_, rest)| rest);
    value.iter().any(u8::is_ascii_digit)
        || inner.iter().any(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.' | b'\'' | b'/'))
        || inner.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count() > 1
            && !words::is_wordy(value)
}

/// Whether a value looks drawn at random: a token, a key, a secret.
pub(super) fn is_random(value: &[u8]) -> bool {
    let value = &value[..value.len() - value.iter().rev().take_while(|byte| **byte == b'=').count()];
    if value.len() < TOKEN_MIN || is_stand_in(value) || is_label(value) || words::is_wordy(value) {
        return false;
    }
    let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
    let digits = count(u8::is_ascii_digit);
    let letters = count(u8::is_ascii_alphabetic);
    let bits = entropy::bits_per_byte(value);
    if letters == 0 {
        // Hexadecimal digits are all below ten once in a while; a shorter number counts something.
        return digits == value.len() && digits >= DIGITS_MIN && bits >= HEX_ENTROPY_MIN;
    }
    if digits == 0 {
        // Letters alone: long, and of both cases or no word at all.
        let turns =
            value.windows(2).filter(|pair| pair[0].is_ascii_lowercase() != pair[1].is_ascii_lowercase()).count();
        return value.len() >= LONG && bits >= ENTROPY_MIN && (turns * 4 >= value.len() || value.len() >= 20);
    }
    // Fewer than 16 characters need more than one digit, or both cases: `version2` and `step-3` are names.
    let cases = count(u8::is_ascii_uppercase) > 0 && count(u8::is_ascii_lowercase) > 0;
    let mixed = digits >= 2 || cases;
    // Sixteen digits to draw from give fewer distinct ones.
    if value.iter().all(u8::is_ascii_hexdigit) {
        return mixed && value.len() >= LONG && bits >= HEX_ENTROPY_MIN;
    }
    mixed && bits >= if value.len() >= LONG { ENTROPY_MIN } else { SHORT_ENTROPY_MIN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_not_values() {
        for text in [
            "${PASSWORD}",
            "$password",
            "process.env.TOKEN",
            "%DB_PW%",
            "config.db.password",
            "/run/secrets/db",
            "{{ pw }}",
        ] {
            assert!(is_reference(text.as_bytes(), false, None), "{text}");
        }
        for text in ["Config::token2", "user->pass2", "f(x1)", "\"os.environ['PW1']"] {
            assert!(is_reference(text.as_bytes(), false, None), "{text}");
        }
        assert!(is_reference(b"getToken", false, Some(b'(')));
        assert!(!is_reference(b"hunter2", false, None));
        assert!(!is_reference(b"a.b1Xq9", false, None));
    }

    #[test]
    fn labels_and_stand_ins_are_not_passwords() {
        for text in [
            "password",
            "Password",
            "my_secret_key",
            "string",
            "********",
            "<password>",
            "your_password",
            "user-password",
        ] {
            assert!(!is_password(text.as_bytes()), "{text}");
        }
        for text in ["hunter2", "s3cr3t", "Tr0ub4dor&3", "correcthorse", "P@ssw0rd$1"] {
            assert!(is_password(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn random_values_are_told_from_names() {
        for text in [
            "9f8e7d6c5b4a39281706",
            "Sk94HG7f6KB",
            "3fea6af1349166ea",
            "Zx81kQmP0vLr7TyWn3Bd",
            "kXqRvTzWbNpLmHgF",
            "646971454630726544525476",
            "pvgfZGp3hJM2of9xe4qsLHaTOdOgmG",
            "Kq3xtodo9ZfP1mVb",
        ] {
            assert!(is_random(text.as_bytes()), "{text}");
        }
        for text in [
            "getAccessTokenFromStore2",
            "version2",
            "abcdefghijklmnopqrst",
            "12345678",
            "production",
            "1234567890abcdefghij",
            "4502938475610293",
            "your3Token9Kq2",
            "TODO8f3kq0Zx",
        ] {
            assert!(!is_random(text.as_bytes()), "{text}");
        }
    }
}

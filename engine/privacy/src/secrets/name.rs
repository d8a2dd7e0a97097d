//! Names that announce a credential: `DB_PASSWORD`, `x-api-key`, `clientSecret`, `Kennwort`.

use super::words;

/// What a name announces, and so what its value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Chosen by a person: anything that is no word of the notation around it.
    Password,
    /// Drawn by a machine: looks random.
    Token,
    /// Drawn by a machine; `secret` alone also names things that are chosen.
    Secret,
    /// A key, where the words before it say what kind: `api_key`, not `primary_key`.
    Key,
    /// A session's cookie or identifier.
    Session,
}

/// A word in a name.
pub(crate) struct Stem {
    /// In lower case.
    pub(super) word: &'static str,
    pub(super) kind: Kind,
}

const fn stem(word: &'static str, kind: Kind) -> Stem {
    Stem { word, kind }
}

/// The words by which names are found. Other alphabets are compared as they are written.
pub(super) static STEMS: &[Stem] = &[
    stem("passw", Kind::Password),
    stem("pass", Kind::Password),
    stem("passphrase", Kind::Password),
    stem("passcode", Kind::Password),
    stem("pwd", Kind::Password),
    stem("psw", Kind::Password),
    stem("pw", Kind::Password),
    stem("securestring", Kind::Password),
    stem("identified by", Kind::Password),
    stem("kennwort", Kind::Password),
    stem("mot de passe", Kind::Password),
    stem("motdepasse", Kind::Password),
    stem("contraseña", Kind::Password),
    stem("contrasena", Kind::Password),
    stem("senha", Kind::Password),
    stem("parola d'ordine", Kind::Password),
    stem("wachtwoord", Kind::Password),
    stem("lösenord", Kind::Password),
    stem("adgangskode", Kind::Password),
    stem("salasana", Kind::Password),
    stem("hasło", Kind::Password),
    stem("heslo", Kind::Password),
    stem("jelszó", Kind::Password),
    stem("şifre", Kind::Password),
    stem("parolă", Kind::Password),
    stem("κωδικός", Kind::Password),
    stem("пароль", Kind::Password),
    stem("Пароль", Kind::Password),
    stem("密码", Kind::Password),
    stem("密碼", Kind::Password),
    stem("パスワード", Kind::Password),
    stem("비밀번호", Kind::Password),
    stem("كلمة المرور", Kind::Password),
    stem("סיסמה", Kind::Password),
    stem("पासवर्ड", Kind::Password),
    stem("mật khẩu", Kind::Password),
    stem("kata sandi", Kind::Password),
    stem("secret", Kind::Secret),
    stem("credential", Kind::Secret),
    stem("creds", Kind::Secret),
    stem("salt", Kind::Token),
    stem("token", Kind::Token),
    stem("jwt", Kind::Token),
    stem("x-amz-signature", Kind::Token),
    stem("&sig", Kind::Token),
    stem("?sig", Kind::Token),
    stem("?auth", Kind::Token),
    stem("&auth", Kind::Token),
    stem("_auth", Kind::Token),
    stem("\"auth\"", Kind::Token),
    stem("key", Kind::Key),
    stem("sessid", Kind::Session),
    stem("sessionid", Kind::Session),
    stem("session_id", Kind::Session),
    stem("session-id", Kind::Session),
    stem("session", Kind::Session),
    stem("sid", Kind::Session),
    stem("aspxauth", Kind::Session),
    stem("aspnetcore.", Kind::Session),
    stem("wordpress_logged_in_", Kind::Session),
];

/// Words that may stand before `key`, of which the value is secret.
static KEYS: &[&str] = words::list!(
    "\
    api access secret private priv auth authentication authorization encryption encrypt encrypted decryption \
    crypto signing sign signature hmac aes rsa des jwt master service account app application license licence \
    shared storage consumer client admin deploy ssh subscription functions function host integration server \
    session cookie security user root bot dev live personal preshared psk"
);

/// Last words of names whose value is no credential but about one.
static ABOUT: &[&str] = words::list!(
    "\
    mgr manager exception dialog form view controller service handler helper utils validator generator encoder hasher info \
    id ids name names type types url uri path file files filename dir length len size count limit limits min max \
    ttl expiry expires expiration expire timeout age field fields label hint policy algorithm alg algo format \
    prefix suffix version ref class index usage required enabled reset change changed error message placeholder \
    strength rotation manager provider endpoint arn location source store regex pattern rules rule column at on in \
    from budget hash_type spec"
);

/// Words in names that say the value is public, or a position in a list.
static PUBLIC: &[&str] = words::list!(
    "\
    public pub primary foreign partition sort cache page next continuation pagination max min num total \
    publishable csrf xsrf authenticity site hot short arrow unique row column translation i18n query object bucket \
    group json"
);

/// A name around a stem: `start..end` in the text.
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether the name is a credential's for certain; `key` alone is a map's.
    pub(super) sure: bool,
}

/// Longest part of a name on either side of a stem.
const SIDE_MAX: usize = 48;

/// The name in which a stem of a kind stands at `start..end`, if it announces a credential.
pub(super) fn around(text: &[u8], kind: Kind, start: usize, end: usize) -> Option<Name> {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut tail = &text[end..end + text[end..].iter().take(SIDE_MAX).take_while(|byte| part(**byte)).count()];
    let end_of_name = end + tail.len();
    // `passw` is followed by the rest of `password`, `passwd`, `passwort`; nothing else counts as the stem's own.
    if text[start..end].eq_ignore_ascii_case(b"passw") {
        const RESTS: [&str; 6] = ["ords", "ord", "orte", "ort", "rd", "d"];
        let fits = |rest: &&&str| tail.get(..rest.len()).is_some_and(|it| it.eq_ignore_ascii_case(rest.as_bytes()));
        tail = &tail[RESTS.iter().find(fits)?.len()..];
    }
    let stem_is_lower = text[end - 1].is_ascii_lowercase();
    match tail.first() {
        // A plural names a list or a number of them, except of credentials.
        Some(b's' | b'S') if tail.len() == 1 && matches!(kind, Kind::Secret | Kind::Password) => {}
        Some(b's' | b'S') if tail.len() == 1 => return None,
        // A longer word: `keyboard`, `tokenizer`, `passing`, `secretary`, `sessions`; `keyValue` is two.
        Some(byte) if byte.is_ascii_lowercase() || byte.is_ascii_uppercase() && !stem_is_lower => return None,
        _ => {}
    }
    if kind != Kind::Session && words::words(tail).last().is_some_and(|last| words::is_one_of(last, ABOUT)) {
        return None;
    }
    let head_part = |byte: &&u8| part(**byte) || **byte == b'.';
    let head_len = text[..start].iter().rev().take(SIDE_MAX).take_while(head_part).count();
    // The dashes of an option (`--db-password`) are not its name's.
    let dashes = text[start - head_len..start].iter().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    let head_len = head_len - dashes;
    let head = &text[start - head_len..start];
    let mut name = Name { start: start - head_len, end: end_of_name, sure: true };
    let last = words::words(head).last();
    let glued = head.last().is_some_and(u8::is_ascii_alphabetic)
        && !(text[start].is_ascii_uppercase() && head.last().is_some_and(u8::is_ascii_lowercase));
    if kind == Kind::Key {
        if words::words(head).any(|word| words::is_one_of(word, PUBLIC)) {
            return None;
        }
        name.sure = match last {
            Some(word) if words::is_one_of(word, KEYS) => true,
            // `stripe_key`, `FOO_KEY`, but not `monkey`.
            Some(_) if glued => return None,
            Some(_) => true,
            None => {
                // `API key`, `secret key`, `the key`.
                let before = text[..name.start].strip_suffix(b" ").unwrap_or_default();
                let word_len = before.iter().rev().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
                words::is_one_of(&before[before.len() - word_len..], KEYS)
            }
        };
        return Some(name);
    }
    // Short stems are words of their own or stand behind the usual ones, else `compass` would be a name.
    if glued && end - start <= 4 {
        static BEFORE: &[&str] =
            words::list!("db root user my mysql admin ftp smtp sql mail api redis ssh pg auth login");
        return last.is_some_and(|last| words::is_one_of(last, BEFORE)).then_some(name);
    }
    if matches!(kind, Kind::Token) && words::words(head).any(|word| words::is_one_of(word, PUBLIC)) {
        return None;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name<'a>(text: &'a str, word: &str, kind: Kind) -> Option<(&'a str, bool)> {
        let start = text.find(word)?;
        around(text.as_bytes(), kind, start, start + word.len()).map(|name| (&text[name.start..name.end], name.sure))
    }

    #[test]
    fn names_of_credentials_are_whole() {
        assert_eq!(name("my DB_PASSWORD_PROD = 1", "PASSW", Kind::Password), Some(("DB_PASSWORD_PROD", true)));
        assert_eq!(
            name("spring.datasource.password=", "passw", Kind::Password),
            Some(("spring.datasource.password", true))
        );
        assert_eq!(name("dbpass=", "pass", Kind::Password), Some(("dbpass", true)));
        assert_eq!(name("X-Api-Key: ", "Key", Kind::Key), Some(("X-Api-Key", true)));
        assert_eq!(name("my api key: ", "key", Kind::Key), Some(("key", true)));
        assert_eq!(name("{ key: 1 }", "key", Kind::Key), Some(("key", false)));
        assert_eq!(name("clientSecret", "Secret", Kind::Secret), Some(("clientSecret", true)));
    }

    #[test]
    fn other_names_are_not() {
        for (text, word, kind) in [
            ("keyboard", "key", Kind::Key),
            ("monkey = 1", "key", Kind::Key),
            ("primary_key", "key", Kind::Key),
            ("access_key_id", "key", Kind::Key),
            ("tokenizer", "token", Kind::Token),
            ("max_tokens", "token", Kind::Token),
            ("next_page_token", "token", Kind::Token),
            ("secret_name", "secret", Kind::Secret),
            ("compass", "pass", Kind::Password),
            ("passing", "pass", Kind::Password),
            ("passwords_file", "passw", Kind::Password),
        ] {
            assert_eq!(name(text, word, kind), None, "{text}");
        }
    }
}

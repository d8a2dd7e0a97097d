//! Words beside a number that say what it is.

use crate::{boundary, case};

/// How far a word may stand before or after a number, in bytes.
const BEFORE: usize = 40;
const AFTER: usize = 16;
/// How far one of the words may stand that mean other things as well.
const BEFORE_WEAK: usize = 24;

/// What the words beside a number say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Announcement {
    /// That it is something else.
    Other,
    /// Nothing.
    Silent,
    /// That it may be a telephone number ("call", "cell").
    Weak,
    /// That it is one ("phone").
    Strong,
    /// That it is one, as a label right before it ("Tel.:").
    Label,
}

/// Words for telephones and their numbers, in lower case, ordered by bytes: the languages of Europe, and the larger ones of
/// Asia and the Americas. Written together: names of fields.
#[rustfmt::skip]
const STRONG: [&str; 119] = [
    "cellnumber", "cellphone", "cellulare", "celular", "contactnumber", "faks", "fax", "faxe", "faxnr", "faxnumber",
    "faxnummer", "fono", "gsm", "handynr", "handynummer", "homephone", "hotline", "komórka", "komórkowy", "landline",
    "matkapuhelin", "mob", "mobiel", "mobil", "mobile", "mobilenr", "mobilenumber", "mobilephone", "mobilnr",
    "mobilnummer", "mobilní", "mobiltelefon", "mobitel", "movil", "msisdn", "móvil", "phone", "phoneno",
    "phonenumber", "phones", "puh", "puhelin", "puhelinnumero", "rufnummer", "sími", "sđt", "tel", "telefax",
    "telefon", "telefona", "telefonas", "telefone", "telefoni", "telefonnr", "telefonnummer", "telefono", "telefons",
    "telefonszám", "telefonu", "telefonul", "telefoon", "telefoonnummer", "telefón", "telemóvel", "telephone",
    "telepon", "telf", "telfax", "telno", "telnr", "teléfono", "tfn", "tfno", "tlf", "tlfn", "tollfree", "tél",
    "téléphone", "téléphones", "voicemail", "whatsapp", "workphone", "κινητό", "τηλ", "τηλέφωνο", "моб", "мобилен",
    "мобильный", "мобільний", "тел", "телефон", "телефона", "телефону", "факс", "טלפון", "נייד", "פקס", "تلفن",
    "تليفون", "جوال", "فاكس", "فون", "موبايل", "موبایل", "هاتف", "फ़ोन", "फोन", "मोबाइल", "ফোন", "মোবাইল", "โทร",
    "โทรศัพท์", "연락처", "전화", "전화번호", "팩스", "핸드폰", "휴대전화", "휴대폰",
];
/// Words that mean other things as well.
#[rustfmt::skip]
const WEAK: [&str; 55] = [
    "anrufen", "appel", "appeler", "appelez", "ara", "arayın", "bel", "bellen", "call", "callback", "called",
    "caller", "calling", "calls", "cell", "chiama", "chiamare", "contact", "contacto", "contatto", "dial", "dzwoń",
    "gọi", "handy", "hp", "hubungi", "kontakt", "ligar", "ligue", "llama", "llamar", "llame", "portable", "ring",
    "ringen", "ringt", "ruf", "rufen", "signal", "sms", "soita", "telegram", "text", "texted", "texting", "viber",
    "volať", "volejte", "zadzwoń", "zavolejte", "дзвоніть", "звоните", "звонить", "позвони", "позвоните",
];
/// Words before numbers of other kinds.
#[rustfmt::skip]
const OTHER: [&str; 85] = [
    "account", "acct", "amount", "asin", "barcode", "batch", "bestellnummer", "bestellung", "block", "build", "bytes",
    "case", "claim", "commande", "commit", "coordinates", "customer", "ean", "factura", "facture", "gtin", "iban",
    "id", "ids", "imei", "imsi", "invoice", "isbn", "issn", "issue", "item", "kontonummer", "kundennummer", "lat",
    "latitude", "licence", "license", "lng", "lon", "longitude", "member", "mrn", "offset", "order", "orders", "page",
    "pages", "parcel", "part", "passport", "patient", "pedido", "pid", "policy", "population", "port", "postcode",
    "price", "receipt", "rechnung", "rechnungsnummer", "ref", "reference", "revision", "row", "serial", "size", "sku",
    "ssn", "ticket", "timestamp", "total", "tracking", "transaction", "uid", "upc", "user", "vat", "version", "vin",
    "zip", "zipcode", "заказ", "счет", "счёт",
];
/// The same in scripts that set no spaces between words.
const WITHOUT_SPACES: [&str; 14] = [
    "電話",
    "电话",
    "携帯",
    "手机",
    "手機",
    "傳真",
    "传真",
    "ファックス",
    "ファクス",
    "連絡先",
    "联系方式",
    "โทร",
    "เบอร์",
    "điện thoại",
];
/// Longest word of the lists, in bytes.
const WORD_MAX: usize = 32;

/// What the words before `text[start..]` say.
pub(super) fn before(text: &[u8], start: usize) -> Announcement {
    // One line: a word in the line above belongs to another value.
    let before = boundary::before(text, start, BEFORE);
    last_word(before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before))
}

/// The same, and if they say little, what the word behind `text[..end]` says.
pub(super) fn with_after(before: Announcement, text: &[u8], end: usize) -> Announcement {
    if before == Announcement::Silent || before == Announcement::Weak {
        before.max(first_word(&text[end..text.len().min(end + AFTER)]))
    } else {
        before
    }
}

/// What the nearest telling word before a number says.
fn last_word(line: &[u8]) -> Announcement {
    // Tables of numbers have no letters nearby; this keeps them cheap.
    if !line.iter().any(|byte| is_letter(*byte)) {
        return Announcement::Silent;
    }
    let mut end = line.len();
    while let Some(last) = line[..end].iter().rposition(|byte| is_letter(*byte)) {
        let start = line[..last].iter().rposition(|byte| !is_letter(*byte)).map_or(0, |at| at + 1);
        let told = match tell(&line[start..=last]) {
            // "number", "no.", "is", "at": what they belong to stands before them.
            Announcement::Weak if line.len() - start > BEFORE_WEAK => Announcement::Silent,
            told => told,
        };
        if told == Announcement::Strong && is_label(&line[last + 1..]) {
            return Announcement::Label;
        }
        if told != Announcement::Silent {
            return told;
        }
        end = start;
    }
    let is_told = WITHOUT_SPACES.iter().any(|word| crate::entropy::contains(line, word.as_bytes()));
    if is_told { Announcement::Strong } else { Announcement::Silent }
}

/// Whether nothing but a sign that ends a label stands between a word and a number.
fn is_label(between: &[u8]) -> bool {
    between.iter().any(|byte| matches!(byte, b':' | b'.' | b'='))
        && between.iter().all(|byte| matches!(byte, b':' | b'.' | b'=' | b' ' | b'"' | b'\'' | b'('))
}

/// What the first word behind a number says: `415 555 2671 (mobile)`.
fn first_word(after: &[u8]) -> Announcement {
    let after = after.split(|byte| matches!(byte, b'\n' | b',' | b';' | b'.')).next().unwrap_or(after);
    let Some(start) = after.iter().position(|byte| is_letter(*byte)) else { return Announcement::Silent };
    let len = after[start..].iter().take_while(|byte| is_letter(**byte)).count();
    match tell(&after[start..start + len]) {
        Announcement::Strong => Announcement::Strong,
        _ => Announcement::Silent,
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Which lengths the words of the lists have that begin with a letter: bit `n` of `LENGTHS[letter - 'a']` stands for `n`
/// bytes. Most words of a text are told from them by this alone.
static LENGTHS: [u32; 26] = lengths();

const fn lengths() -> [u32; 26] {
    let lists: [&[&str]; 3] = [&STRONG, &WEAK, &OTHER];
    let mut lengths = [0; 26];
    let mut list = 0;
    while list < lists.len() {
        let mut i = 0;
        while i < lists[list].len() {
            let word = lists[list][i].as_bytes();
            if word[0].is_ascii_lowercase() {
                lengths[(word[0] - b'a') as usize] |= 1 << word.len();
            }
            i += 1;
        }
        list += 1;
    }
    lengths
}

/// What one word says.
fn tell(word: &[u8]) -> Announcement {
    if !(2..WORD_MAX).contains(&word.len()) {
        return Announcement::Silent;
    }
    let letter = usize::from(word[0].to_ascii_lowercase().wrapping_sub(b'a'));
    if word[0].is_ascii() && LENGTHS.get(letter).is_none_or(|lengths| lengths & 1 << word.len() == 0) {
        return Announcement::Silent;
    }
    let mut lower = [0; WORD_MAX];
    let Some(lower) = lower_case(word, &mut lower) else { return Announcement::Silent };
    let is_in = |words: &[&str]| words.binary_search_by(|word| word.as_bytes().cmp(lower)).is_ok();
    if is_in(&STRONG) {
        Announcement::Strong
    } else if is_in(&WEAK) {
        Announcement::Weak
    } else if is_in(&OTHER) {
        Announcement::Other
    } else {
        Announcement::Silent
    }
}

/// The word in lower case; `None` where it does not fit or is cut within a character.
fn lower_case<'a>(word: &[u8], space: &'a mut [u8; WORD_MAX]) -> Option<&'a [u8]> {
    let mut len = 0;
    for c in std::str::from_utf8(word).ok()?.chars().map(case::lower) {
        // Punctuation outside ASCII is no part of a word.
        let c = if c.is_ascii() || c.is_alphanumeric() || is_mark(c) { c } else { return None };
        len += c.encode_utf8(space.get_mut(len..len + c.len_utf8())?).len();
    }
    space.get(..len)
}

/// Vowel signs of Devanagari, Bengali and Thai, which are no letters to `char` and stand inside words.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{97f}' | '\u{980}'..='\u{9ff}' | '\u{e00}'..='\u{e7f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Announcement {
        let start = text.find('#').expect("the number's place");
        with_after(before(text.as_bytes(), start), text.as_bytes(), start + 1)
    }

    #[test]
    fn lists_can_be_searched() {
        for words in [&STRONG[..], &WEAK[..], &OTHER[..]] {
            assert!(words.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
            assert!(words.iter().all(|word| word.len() < WORD_MAX && word.to_lowercase() == **word));
        }
    }

    #[test]
    fn words_are_whole_and_in_any_case() {
        assert_eq!(told("my PHONE number is #"), Announcement::Strong);
        assert_eq!(told("ТЕЛ.: #"), Announcement::Label);
        assert_eq!(told("\"phoneNumber\": \"#\""), Announcement::Label);
        assert_eq!(told("phone, since 1999: #"), Announcement::Strong);
        assert_eq!(told("megaphone #"), Announcement::Silent);
        assert_eq!(told("iPhone #"), Announcement::Silent);
        assert_eq!(told("電話番号は#です"), Announcement::Strong);
        assert_eq!(told("# (mobile)"), Announcement::Strong);
        assert_eq!(told("# calls"), Announcement::Silent);
        assert_eq!(told("call me: #"), Announcement::Weak);
    }

    #[test]
    fn the_nearest_word_counts() {
        assert_eq!(told("phone order #"), Announcement::Other);
        assert_eq!(told("order by phone: #"), Announcement::Label);
        assert_eq!(told("phone\n#"), Announcement::Silent);
        assert_eq!(told("call it what you like, but here is #"), Announcement::Silent);
    }
}

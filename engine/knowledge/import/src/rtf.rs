//! Rich text (Microsoft RTF 1.9.1): words, paragraphs and tables; what formats them is left out.

use conclave_protocol::imported::Kind;
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::body::Body;
use crate::date;
use crate::writer::{Writer, Written};

/// Deepest groups followed; deeper ones take part in the state of this one.
const MAX_DEPTH: usize = 1_000;

/// Longest title, in bytes.
const MAX_TITLE_BYTES: usize = 1_000;

pub(crate) fn is_rtf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\\rtf")
}

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Title,
    Hidden,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    place: Place,
    /// Characters that follow a `\u` for readers without Unicode.
    fallback: usize,
    encoding: &'static Encoding,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    writer: Writer,
    title: String,
    groups: Vec<Group>,
    beyond: usize,
    group: Group,
    /// Encodings of the fonts, by number.
    fonts: std::collections::HashMap<i32, &'static Encoding>,
    font: i32,
    in_fonts: bool,
    /// Characters still to skip behind a `\u`.
    skip: usize,
    /// Bytes of a character set that are not yet decoded.
    pending: Vec<u8>,
    surrogate: Option<u32>,
    in_row: bool,
    date: [i64; 3],
    in_date: bool,
}

/// Reads a document. Stops soon after `limit_bytes` of text.
pub(crate) fn read(bytes: &[u8], limit_bytes: usize) -> Body {
    let group = Group { place: Place::Text, fallback: 1, encoding: WINDOWS_1252 };
    let mut reader = Reader {
        bytes,
        at: 0,
        writer: Writer::default(),
        title: String::new(),
        groups: Vec::new(),
        beyond: 0,
        group,
        fonts: std::collections::HashMap::new(),
        font: 0,
        in_fonts: false,
        skip: 0,
        pending: Vec::new(),
        surrogate: None,
        in_row: false,
        date: [0; 3],
        in_date: false,
    };
    while reader.at < bytes.len() && reader.writer.len() <= limit_bytes {
        reader.step();
    }
    reader.flush();
    // A whole file closes its first group.
    let partial = (!reader.groups.is_empty() && reader.at >= bytes.len())
        .then(|| "The file is damaged: its text breaks off before the end.".to_owned());
    let [year, month, day] = reader.date;
    let Written { text, .. } = reader.writer.finish();
    let title = Some(reader.title.trim().to_owned()).filter(|title| crate::name::is_telling(title));
    Body {
        title,
        partial,
        date_ms: date::parse(&format!("{year:04}-{month:02}-{day:02}")),
        ..Body::new(Kind::Word, text)
    }
}

impl Reader<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        self.at += 1;
        match byte {
            b'{' => {
                self.flush();
                if self.groups.len() < MAX_DEPTH { self.groups.push(self.group) } else { self.beyond += 1 }
            }
            b'}' => {
                self.flush();
                if self.beyond > 0 {
                    self.beyond -= 1;
                } else if let Some(outer) = self.groups.pop() {
                    self.group = outer;
                    (self.in_fonts, self.in_date) = (self.in_fonts && self.groups.len() > 1, false);
                }
            }
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            byte => self.byte(byte),
        }
    }

    /// A character in the encoding of the font.
    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.pending.push(byte);
        }
    }

    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else { return };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            match first {
                b'\'' => {
                    let digits =
                        self.bytes.get(self.at..self.at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                    if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                        self.at += 2;
                        self.byte(byte);
                    }
                }
                b'~' => self.push("\u{a0}"),
                b'_' => self.push("-"),
                b'\\' | b'{' | b'}' => self.byte(first),
                // A group that older readers skip: only those that are known here are read.
                b'*' => self.group.place = Place::Hidden,
                b'\r' | b'\n' => self.word("par", None),
                _ => {}
            }
            return;
        }
        let start = self.at;
        let letters = self.bytes[start..].iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        self.at += letters;
        let number_at = self.at;
        let sign = usize::from(self.bytes.get(self.at) == Some(&b'-'));
        let digits = self.bytes[(self.at + sign).min(self.bytes.len())..]
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let number = if digits > 0 {
            self.at += sign + digits;
            std::str::from_utf8(&self.bytes[number_at..self.at]).ok().and_then(|digits| digits.parse::<i64>().ok())
        } else {
            None
        };
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        let word = &self.bytes[start..start + letters];
        if let Ok(word) = std::str::from_utf8(word) {
            self.word(word, number);
        }
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        match word {
            "par" | "sect" | "page" => {
                self.flush();
                if self.in_row { self.writer.space() } else { self.writer.break_lines(2) }
            }
            "line" => {
                self.flush();
                if self.in_row { self.writer.space() } else { self.writer.line_break() }
            }
            "tab" => self.push(" "),
            "trowd" => {
                self.flush();
                if !self.in_row {
                    self.in_row = true;
                    self.writer.begin_row();
                    self.writer.begin_cell();
                }
            }
            "cell" => {
                self.flush();
                self.writer.begin_cell();
            }
            "row" => {
                self.flush();
                self.writer.end_row();
                self.in_row = false;
            }
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "bin" => {
                let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
                self.at = self.at.saturating_add(length).min(self.bytes.len());
            }
            "ansicpg" => self.group.encoding = number.and_then(code_page).unwrap_or(WINDOWS_1252),
            "f" | "fcharset" => self.font(word, number),
            "title" => self.group.place = Place::Title,
            "revtim" | "creatim" => self.in_date = self.date[0] == 0 || word == "revtim",
            "yr" | "mo" | "dy" if self.in_date => {
                let index = usize::from(word != "yr") + usize::from(word == "dy");
                self.date[index] = number.unwrap_or(0);
            }
            "fonttbl" => {
                self.in_fonts = true;
                self.group.place = Place::Hidden;
            }
            "colortbl" | "stylesheet" | "info" | "pict" | "object" | "fldinst" | "themedata" | "listtable" | "xe"
            | "tc" | "listoverridetable" | "generator" | "filetbl" | "revtbl" | "rsidtbl" | "bkmkstart" | "bkmkend"
            | "datastore" | "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr"
            | "footerf" | "ftnsep" => {
                self.flush();
                self.group.place = Place::Hidden;
            }
            // Known although marked as new: the words in a shape.
            "shptxt" => self.group.place = Place::Text,
            _ => {}
        }
    }

    fn font(&mut self, word: &str, number: Option<i64>) {
        self.flush();
        let number = i32::try_from(number.unwrap_or(0)).unwrap_or(0);
        match word {
            "f" if self.in_fonts => self.font = number,
            "f" => {
                if let Some(encoding) = self.fonts.get(&number) {
                    self.group.encoding = encoding;
                }
            }
            _ => {
                if let Some(encoding) = charset(number)
                    && self.fonts.len() < 10_000
                {
                    self.fonts.insert(self.font, encoding);
                }
            }
        }
    }

    /// A UTF-16 unit; negative ones are those above 32,767.
    fn unicode(&mut self, number: i64) {
        self.flush();
        self.skip = self.group.fallback;
        let Ok(unit) = u32::try_from(if number < 0 { number + 0x1_0000 } else { number }) else { return };
        let c = match (self.surrogate.take(), unit) {
            (_, 0xd800..0xdc00) => {
                self.surrogate = Some(unit);
                return;
            }
            (Some(first), 0xdc00..0xe000) => char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (unit - 0xdc00)),
            (_, unit) => char::from_u32(unit),
        };
        if let Some(c) = c {
            self.write(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn push(&mut self, text: &str) {
        self.flush();
        self.write(text);
    }

    /// Decodes what is pending; its encoding is that of the group.
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let text = self.group.encoding.decode_without_bom_handling(&pending).0.into_owned();
            self.write(&text);
        }
    }

    fn write(&mut self, text: &str) {
        match self.group.place {
            Place::Text => self.writer.push(text),
            Place::Title if self.title.len() < MAX_TITLE_BYTES => self.title.push_str(text),
            Place::Title | Place::Hidden => {}
        }
    }
}

/// The encoding of a Windows code page.
fn code_page(number: i64) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        65_001 => "utf-8".to_owned(),
        number => format!("windows-{number}"),
    };
    Encoding::for_label(label.as_bytes())
}

/// The encoding of a font's character set (RTF 1.9.1, "Font Table").
fn charset(number: i32) -> Option<&'static Encoding> {
    code_page(match number {
        0 => 1252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use conclave_protocol::imported::Outcome;

    use crate::testing::{read, read_all};

    #[test]
    fn words_paragraphs_and_tables_are_read() {
        let source = b"{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}}\
            {\\info{\\title Fees \\'e9t\\'e9}{\\revtim\\yr2024\\mo3\\dy1\\hr9}}{\\*\\generator Some Program;}\r\n\
            \\pard Caf\\'e9 \\b bold\\b0  and \\u8364?\\u-10179?\\u-8704?.\\par {\\f1 \\'cf\\'f0\\'e8}\\f0 next\\line line\\par\
            \\trowd\\cellx1\\cellx2 Length\\cell Fee\\cell\\row\\trowd 60 m\\cell 410\\cell\\row\\pard \\{end\\}{\\pict 8950\\bin3 }}}}}"
            .to_vec();
        let imported = read("a.rtf", &source);
        assert_eq!(imported.text, "Café bold and €😀.\n\nПриnext\nline\n\nLength | Fee\n60 m | 410\n{end}");
        assert_eq!((imported.title.as_str(), imported.date_ms), ("Fees été", Some(1_709_251_200_000)));
    }

    #[test]
    fn damage_and_depth_end_well() {
        let (documents, report) = read_all("a.rtf", b"{\\rtf1 Words that break");
        assert_eq!(documents[0].text, "Words that break");
        assert!(matches!(report.outcome, Outcome::Partial(_)));
        let deep = [b"{\\rtf1 x".to_vec(), b"{".repeat(500_000), b"deep".to_vec(), b"}".repeat(500_000)].concat();
        assert_eq!(read_all("a.rtf", &deep).0[0].text, "xdeep");
        for odd in [
            "{\\rtf1 x\\",
            "{\\rtf1 x\\'",
            "{\\rtf1 x\\'f",
            "{\\rtf1 x\\bin99999999999",
            "{\\rtf1 x\\u",
            "{\\rtf1 x\\fcharset-5\\f",
        ] {
            read_all("a.rtf", odd.as_bytes());
        }
    }
}

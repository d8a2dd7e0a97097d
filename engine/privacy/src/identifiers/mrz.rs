//! Machine-readable zones of travel documents (ICAO Doc 9303, parts 4 to 6): three rows of 30, or two of 36 or 44 characters.

use conclave_checks::{at, icao};
use conclave_protocol::Span;

/// Longest row.
const ROW_MAX: usize = 44;

/// A zone of which a row holds the `<<` at `place`: the whole zone where its first row is met, else the row alone.
pub(crate) fn scan(text: &str, place: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let start = place - bytes[..place].iter().rev().take(ROW_MAX + 1).take_while(|byte| is_mrz(**byte)).count();
    let len = row_len(bytes, start)?;
    let row = |number: usize| -> Option<usize> {
        let mut at = start;
        for _ in 0..number {
            at += len;
            at += usize::from(bytes.get(at) == Some(&b'\r'));
            at += usize::from(bytes.get(at) == Some(&b'\n'));
        }
        (row_len(bytes, at)? == len).then_some(at)
    };
    let fields = |from: usize| &bytes[from..from + len];
    if len == 30 {
        if let (Some(second), Some(third)) = (row(1), row(2))
            && is_number(fields(start), 5)
            && is_dates(fields(second), 0)
        {
            return Some(Span::new(start, third + len));
        }
        return is_number(fields(start), 5).then(|| Span::new(start, start + len));
    }
    if let Some(second) = row(1).filter(|second| is_number(fields(*second), 0) && is_dates(fields(*second), 13)) {
        return Some(Span::new(start, second + len));
    }
    (is_number(fields(start), 0) && is_dates(fields(start), 13)).then(|| Span::new(start, start + len))
}

fn is_mrz(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<'
}

/// The length of the row that begins at `start`, if it is one of the standard's.
fn row_len(bytes: &[u8], start: usize) -> Option<usize> {
    let len = bytes.get(start..)?.iter().take(ROW_MAX + 1).take_while(|byte| is_mrz(**byte)).count();
    matches!(len, 30 | 36 | 44).then_some(len)
}

/// A document number of nine characters and its check digit.
fn is_number(row: &[u8], from: usize) -> bool {
    let number = &row[from..from + 9];
    number.iter().any(u8::is_ascii_digit) && row[from + 9].is_ascii_digit() && icao(number) == at(row, from + 9)
}

/// Birth date, check digit, sex, expiry date, check digit.
fn is_dates(row: &[u8], from: usize) -> bool {
    let date = |from: usize| row[from + 6].is_ascii_digit() && icao(&row[from..from + 6]) == at(row, from + 6);
    matches!(row[from + 7], b'M' | b'F' | b'X' | b'<') && date(from) && date(from + 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        text.find("<<").and_then(|at| scan(text, at)).and_then(|span| span.of(text))
    }

    /// ICAO's specimen documents (Doc 9303, parts 4 and 5).
    const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

    #[test]
    fn zones_are_found_whole() {
        assert_eq!(found(&format!("Scan: \n{PASSPORT}\nend")), Some(PASSPORT));
        assert_eq!(found(CARD), Some(CARD));
        assert_eq!(found(&PASSPORT[45..]), Some(&PASSPORT[45..]));
    }

    #[test]
    fn wrong_digits_and_shift_operators_are_not() {
        assert_eq!(found(&PASSPORT.replace("C36", "C37")), None);
        assert_eq!(found("cout << x << y;"), None);
        assert_eq!(found("A<<B"), None);
        assert_eq!(found(&"<".repeat(200)), None);
    }
}

//! Marks on their way to the page: one string with a line for each, instead of an object for each. A log of a megabyte has
//! some 26,000 of them; to make them as objects, clone those and read them field by field was a quarter of the time from a
//! text to its marks.
//!
//! A line's fields are separated by tabs: first byte, end, category's stem, evidence, the score's bits (IEEE 754, binary32),
//! detector, token. In a review, these follow: whether it is hidden (`1` or `0`), first byte and end in the redacted text.

use std::str::Split;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

use super::{Category, Evidence, Mark, Reviewed};
use crate::id::Span;

const FIELD: char = '\t';
const LINE: char = '\n';
/// Bytes of a usual line.
const LINE_LEN: usize = 64;

/// What takes a line.
pub(super) trait Line: Sized {
    /// Adds its fields.
    fn write(&self, fields: &mut Fields);
    /// Reads its fields; `None` where they say something else.
    fn read(fields: &mut Split<'_, char>) -> Option<Self>;
}

/// Lines that are being written.
pub(super) struct Fields {
    lines: String,
    is_broken: bool,
}

impl Fields {
    fn push(&mut self, field: &str) {
        self.is_broken |= field.contains([FIELD, LINE]);
        self.lines.push_str(field);
        self.lines.push(FIELD);
    }

    /// Adds a number. Without `fmt`, which takes several times as long.
    fn push_number(&mut self, mut number: usize) {
        let mut digits = [0; 20];
        let mut first = digits.len();
        loop {
            first -= 1;
            // Below ten.
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.lines.extend(digits[first..].iter().map(|digit| char::from(*digit)));
        self.lines.push(FIELD);
    }

    fn push_span(&mut self, span: Span) {
        self.push_number(span.start);
        self.push_number(span.end);
    }
}

/// Writes marks as one string.
pub(super) fn serialize<T: Line, S: Serializer>(all: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = Fields { lines: String::with_capacity(all.len() * LINE_LEN), is_broken: false };
    for one in all {
        one.write(&mut fields);
        // In the place of the last field's end.
        fields.lines.pop();
        fields.lines.push(LINE);
    }
    if fields.is_broken {
        return Err(S::Error::custom("a mark's name has a tab or a line break"));
    }
    fields.lines.pop();
    serializer.serialize_str(&fields.lines)
}

/// Reads marks from one string.
pub(super) fn deserialize<'de, T: Line, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let lines = String::deserialize(deserializer)?;
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let read = |line: &str| {
        let mut fields = line.split(FIELD);
        let one = T::read(&mut fields)?;
        fields.next().is_none().then_some(one)
    };
    lines.split(LINE).map(read).collect::<Option<_>>().ok_or_else(|| D::Error::custom("a line is no mark"))
}

impl Line for Mark {
    fn write(&self, fields: &mut Fields) {
        fields.push_span(self.span);
        fields.push(self.category.stem());
        fields.push(self.evidence.name());
        fields.push_number(self.score.to_bits() as usize);
        fields.push(&self.detector);
        fields.push(&self.token);
    }

    fn read(fields: &mut Split<'_, char>) -> Option<Self> {
        Some(Self {
            span: span(fields)?,
            category: Category::of_stem(fields.next()?)?,
            evidence: Evidence::of_name(fields.next()?)?,
            score: f32::from_bits(fields.next()?.parse().ok()?),
            detector: fields.next()?.to_owned(),
            token: fields.next()?.to_owned(),
        })
    }
}

impl Line for Reviewed {
    fn write(&self, fields: &mut Fields) {
        self.mark.write(fields);
        fields.push_number(usize::from(self.hidden));
        fields.push_span(self.redacted);
    }

    fn read(fields: &mut Split<'_, char>) -> Option<Self> {
        let mark = Mark::read(fields)?;
        let hidden = match fields.next()? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { mark, hidden, redacted: span(fields)? })
    }
}

fn span(fields: &mut Split<'_, char>) -> Option<Span> {
    let mut offset = || fields.next()?.parse().ok();
    Some(Span::new(offset()?, offset()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FromRedact, RequestId, Review};

    fn mark(start: usize, category: Category, evidence: Evidence, score: f32) -> Mark {
        let (token, detector) = (format!("[{}_01]", category.stem()), "de-steuer-id".to_owned());
        Mark { span: Span::new(start, start + 10), category, token, score, evidence, detector }
    }

    fn there_and_back(message: &FromRedact) -> (serde_json::Value, FromRedact) {
        let value = serde_json::to_value(message).unwrap();
        (value.clone(), serde_json::from_value(value).unwrap())
    }

    #[test]
    fn marks_are_one_string_and_come_back_as_they_were() {
        let all = Category::ALL.into_iter().zip(Evidence::ALL.into_iter().cycle()).zip(0..);
        let marks = all.map(|((category, evidence), i)| mark(i * 70_000, category, evidence, 1.0 / (i + 1) as f32));
        let message = FromRedact::Marks { id: RequestId(7), marks: marks.collect() };
        let (value, back) = there_and_back(&message);
        assert!(value["Marks"]["marks"].is_string());
        assert_eq!(back, message);
    }

    #[test]
    fn no_mark_is_an_empty_string() {
        let message = FromRedact::Marks { id: RequestId(1), marks: Vec::new() };
        let (value, back) = there_and_back(&message);
        assert_eq!(value["Marks"]["marks"], "");
        assert_eq!(back, message);
    }

    #[test]
    fn a_review_comes_back_as_it_was() {
        let reviewed = |start, hidden| Reviewed {
            mark: mark(start, Category::Email, Evidence::Form, 0.85),
            hidden,
            redacted: Span::new(start + 3, usize::try_from(u32::MAX).unwrap()),
        };
        let review = Review { redacted: "a\tb\nc".into(), found: vec![reviewed(0, true), reviewed(20, false)] };
        let message = FromRedact::Reviewed { id: RequestId(2), review };
        assert_eq!(there_and_back(&message).1, message);
    }

    #[test]
    fn a_line_with_a_field_more_or_less_is_refused() {
        let line = "0\t10\tEMAIL\tForm\t1062836634\temail\t[EMAIL_01]";
        let read = |marks: &str| {
            serde_json::from_value::<FromRedact>(serde_json::json!({ "Marks": { "id": 1, "marks": marks } })).is_ok()
        };
        assert!(read(line));
        for broken in [&line[2..], &line[..31], &format!("{line}\t1"), &format!("{line}\n"), &line.replace("Form", "x")]
        {
            assert!(!read(broken), "{broken}");
        }
    }

    #[test]
    fn a_name_that_would_break_its_line_is_not_sent() {
        let mut mark = mark(0, Category::Email, Evidence::Form, 0.5);
        mark.token = "[EMAIL\n01]".into();
        assert!(serde_json::to_value(FromRedact::Marks { id: RequestId(1), marks: vec![mark] }).is_err());
    }
}

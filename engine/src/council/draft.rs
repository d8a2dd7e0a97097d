//! A draft: what Logos proposes. Not an answer, and never shown as one.

use conclave_protocol::{Citation, EvidenceRef, Sourcing};
use serde::{Deserialize, Serialize};

/// How a draft came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Making {
    /// Sentences of the documents, word for word.
    Quoted,
    /// A model's wording of sentences of the documents.
    Phrased,
    /// A model's own words.
    Composed,
}

/// What Logos proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The text; cites as `[1]`, `[2]`, …
    pub text: String,
    /// Its citations, ordered by number; empty for [`Making::Composed`].
    pub citations: Vec<Citation>,
    /// How it came about.
    pub making: Making,
}

impl Draft {
    /// Whether the draft claims to rest on documents.
    #[must_use]
    pub const fn sourcing(&self) -> Sourcing {
        match self.making {
            Making::Quoted | Making::Phrased => Sourcing::Cited,
            Making::Composed => Sourcing::WithoutSources,
        }
    }

    /// The citations as evidence for the trace.
    #[must_use]
    pub fn evidence(&self) -> Vec<EvidenceRef> {
        self.citations
            .iter()
            .map(|citation| EvidenceRef {
                document: citation.document.clone(),
                title: citation.title.clone(),
                span: citation.span,
                quote: citation.quote.clone(),
            })
            .collect()
    }

    /// The text without its citation marks.
    #[must_use]
    pub fn bare_text(&self) -> String {
        without_marks(&self.text)
    }
}

/// `text` without citation marks (`[1]`), and without the space that stood before each.
#[must_use]
pub fn without_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let after = &rest[open + 1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && after[digits..].starts_with(']') {
            out.push_str(rest[..open].trim_end_matches(' '));
            rest = &after[digits + 1..];
        } else {
            out.push_str(&rest[..=open]);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Numbers of the citation marks in `text`, in order.
#[must_use]
pub fn marks(text: &str) -> Vec<u32> {
    text.split('[')
        .skip(1)
        .filter_map(|after| after.split_once(']').and_then(|(number, _)| number.parse().ok()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_removed() {
        let text = "Rollo swore fealty [1]. Arrays use a[i] and [note] [12]";
        assert_eq!(marks(text), vec![1, 12]);
        assert_eq!(without_marks(text), "Rollo swore fealty. Arrays use a[i] and [note]");
    }
}

//! Does every citation stand in the passages, word for word, and does every mark have one?

use conclave_protocol::{Citation, Passage};

use crate::council::draft::{Draft, marks};

/// What is wrong with a draft's citations, plain sentences; empty when all is well.
#[must_use]
pub fn wrong(draft: &Draft, passages: &[Passage]) -> Vec<String> {
    let mut out = Vec::new();
    for (expected, citation) in (1..).zip(&draft.citations) {
        if citation.number != expected {
            out.push(format!("Citation [{}] stands where [{expected}] should.", citation.number));
        }
        if !stands(citation, passages) {
            out.push(format!("Citation [{}] is not what the document says at that place.", citation.number));
        }
    }
    let marks = marks(&draft.text);
    for mark in &marks {
        if !draft.citations.iter().any(|citation| citation.number == *mark) {
            out.push(format!("The mark [{mark}] has no citation."));
        }
    }
    for citation in &draft.citations {
        if !marks.contains(&citation.number) {
            out.push(format!("Citation [{}] is not marked in the text.", citation.number));
        }
    }
    out
}

/// Whether a passage of the cited document holds exactly the quote at exactly the span.
fn stands(citation: &Citation, passages: &[Passage]) -> bool {
    !citation.quote.is_empty()
        && passages.iter().filter(|passage| passage.document == citation.document).any(|passage| {
            let Some(start) = citation.span.start.checked_sub(passage.span.start) else { return false };
            let Some(end) = citation.span.end.checked_sub(passage.span.start) else { return false };
            passage.text.get(start..end) == Some(citation.quote.as_str())
        })
}

#[cfg(test)]
mod tests {
    use conclave_protocol::{DocumentId, Span};

    use super::*;
    use crate::council::draft::Making;

    fn passage() -> Passage {
        let text = "The pump runs. The filter lasts two years.";
        Passage {
            document: DocumentId("d".into()),
            title: "Manual".into(),
            heading: String::new(),
            above: Vec::new(),
            line: 1,
            place: None,
            span: Span::new(100, 100 + text.len()),
            text: text.into(),
            highlights: Vec::new(),
            window: Span::new(0, 0),
            score: 1.0,
        }
    }

    fn draft(text: &str, quote: &str, span: Span) -> Draft {
        let citation =
            Citation { number: 1, document: DocumentId("d".into()), title: "Manual".into(), span, quote: quote.into() };
        Draft { text: text.into(), citations: vec![citation], making: Making::Quoted }
    }

    #[test]
    fn a_quote_must_be_the_text_at_its_place() {
        let quote = "The filter lasts two years.";
        let right = Span::new(115, 115 + quote.len());
        assert!(wrong(&draft("Two years [1].", quote, right), &[passage()]).is_empty());
        for (quote, span) in [
            ("The filter lasts ten years.", right),
            (quote, Span::new(114, 114 + quote.len())),
            (quote, Span::new(0, quote.len())),
            (quote, Span::new(115, usize::MAX)),
            ("", Span::new(115, 115)),
        ] {
            assert_eq!(wrong(&draft("Two years [1].", quote, span), &[passage()]).len(), 1, "{quote} {span:?}");
        }
    }

    #[test]
    fn marks_and_citations_must_match() {
        let quote = "The pump runs.";
        let span = Span::new(100, 100 + quote.len());
        assert_eq!(wrong(&draft("It runs.", quote, span), &[passage()]).len(), 1);
        assert_eq!(wrong(&draft("It runs [1] [2].", quote, span), &[passage()]).len(), 1);
    }
}

//! What a person looks at before a text goes out, and the answer that comes back.

use std::collections::HashSet;

use conclave_protocol::redaction::{Doubt as DoubtfulToken, Mark, Restored, Review, Reviewed};
use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};
use crate::error::PrivacyError;
use crate::overlap;
use crate::redactor::Redactor;
use crate::restorer::{Landing, Restorer};
use crate::rules::Rules;
use crate::tokens::{Kind, Redaction, Token, Tokens};

/// Times that a value which somebody wants to keep, and which reads as a token, is hidden all the same before all are.
const ROUNDS_MAX: usize = 8;

/// What a person decided about one text, beyond the rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decisions<'a> {
    /// Tokens whose values are not hidden.
    pub kept: &'a [String],
    /// Stretches that are hidden as well.
    pub hidden: &'a [Span],
}

/// A text beside its redacted form, and the conversation's tokens as they are once it has gone out.
///
/// # Errors
/// As [`Redactor::find`].
pub fn review(
    redactor: &Redactor,
    rules: &Rules,
    tokens: &Tokens,
    text: &str,
    decisions: Decisions<'_>,
) -> Result<(Review, Tokens), PrivacyError> {
    let mut found = redactor.find_by(text, rules)?;
    let chosen = decisions.hidden.iter().filter(|span| span.of(text).is_some_and(|part| !part.trim().is_empty()));
    found.extend(chosen.map(|span| Finding::new(*span, Category::Custom, Strength::Secret, "chosen")));
    let found = overlap::unite(found);
    // All finds are named first, in order, so that no token changes when another find is kept.
    let mut tokens = tokens.clone();
    let mut rounds = 0;
    let named: Vec<(Finding, Token)> = found
        .into_iter()
        .filter_map(|finding| {
            let token = tokens.name(Kind::Value(finding.category), finding.span.of(text)?);
            Some((finding, token))
        })
        .collect();
    let mut kept: HashSet<Token> = {
        let wanted: HashSet<&str> = decisions.kept.iter().map(String::as_str).collect();
        named.iter().map(|(_, token)| *token).filter(|token| wanted.contains(token.to_string().as_str())).collect()
    };
    let (redaction, tokens) = loop {
        let mut tokens = tokens.clone();
        let hidden: Vec<Finding> =
            named.iter().filter(|(_, token)| !kept.contains(token)).map(|(finding, _)| finding.clone()).collect();
        let redaction = Redaction::of(text, &hidden, &mut tokens);
        let unkept = replaced(&named, &redaction).filter(|token| kept.contains(token)).collect::<Vec<_>>();
        if unkept.is_empty() {
            break (redaction, tokens);
        }
        // Half a value is hidden as a whole; where one makes the next look like a token, all are.
        rounds += 1;
        if rounds < ROUNDS_MAX { unkept.iter().for_each(|token| _ = kept.remove(token)) } else { kept.clear() }
    };
    let is_hidden = |token: &Token| !kept.contains(token);
    let mut replacements = redaction.replacements().iter().peekable();
    // The end of the last replacement in both texts: between two of them they run in step.
    let (mut original, mut redacted) = (0, 0);
    let reviewed = named
        .into_iter()
        .map(|(finding, token)| {
            while let Some(before) = replacements.next_if(|next| next.original.end <= finding.span.start) {
                (original, redacted) = (before.original.end, before.redacted.end);
            }
            let hidden = is_hidden(&token);
            let place = match replacements.peek().filter(|next| hidden && next.original == finding.span) {
                Some(replacement) => replacement.redacted,
                None => Span::new(finding.span.start - original + redacted, finding.span.end - original + redacted),
            };
            Reviewed { mark: mark(&finding, token), hidden, redacted: place }
        })
        .collect();
    Ok((Review { redacted: redaction.text().to_owned(), found: reviewed }, tokens))
}

/// Tokens of finds that something was put in the place of, or of a part of them: they are hidden, or they read as a token
/// themselves (`password=EMAIL_01`), and what reads as a token would come back as another value.
fn replaced<'a>(named: &'a [(Finding, Token)], redaction: &'a Redaction) -> impl Iterator<Item = Token> + 'a {
    let mut replacements = redaction.replacements().iter().peekable();
    named.iter().filter_map(move |(finding, token)| {
        while replacements.next_if(|next| next.original.end <= finding.span.start).is_some() {}
        replacements.peek().is_some_and(|next| next.original.start < finding.span.end).then_some(*token)
    })
}

/// A find as the page shows it.
#[must_use]
pub(crate) fn mark(finding: &Finding, token: Token) -> Mark {
    Mark {
        span: finding.span,
        category: finding.category,
        token: token.to_string(),
        score: finding.score,
        evidence: finding.evidence(),
        detector: finding.detector.to_owned(),
    }
}

/// An answer with the values in place of their tokens.
#[must_use]
pub fn restore(tokens: &Tokens, text: &str) -> Restored {
    let mut restorer = Restorer::new(tokens, Landing::Plain);
    let mut out = restorer.push(text);
    out.push_str(&restorer.finish());
    let (mut values, mut doubts) = (Vec::new(), Vec::new());
    for note in restorer.notes() {
        match note.doubt {
            None => values.push(note.span),
            Some(doubt) => doubts.push(DoubtfulToken { span: note.span, reason: doubt.in_words().to_owned() }),
        }
    }
    Restored { text: out, values, doubts }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "ann@example.com wrote to bob@example.com about [EMAIL_07] and Heron.";

    fn reviewed(tokens: &Tokens, kept: &[&str], hidden: &[Span]) -> (Review, Tokens) {
        let kept: Vec<String> = kept.iter().map(|token| (*token).to_owned()).collect();
        let redactor = Redactor::new().unwrap();
        review(&redactor, &Rules::default(), tokens, TEXT, Decisions { kept: &kept, hidden }).unwrap()
    }

    #[test]
    fn both_texts_are_linked() {
        let (review, _) = reviewed(&Tokens::new(), &["[EMAIL_01]"], &[]);
        assert_eq!(review.redacted, "ann@example.com wrote to [EMAIL_02] about [LITERAL_01] and Heron.");
        let places: Vec<_> = review.found.iter().map(|one| (one.redacted.of(&review.redacted), one.hidden)).collect();
        assert_eq!(places, [(Some("ann@example.com"), false), (Some("[EMAIL_02]"), true)]);
    }

    #[test]
    fn a_value_that_reads_as_a_token_cannot_be_kept() {
        let redactor = Redactor::new().unwrap();
        let text = "passwd=EMAIL_55, ann@example.com";
        let kept = ["[PASSWORD_01]".to_owned(), "[EMAIL_01]".to_owned()];
        let decisions = Decisions { kept: &kept, hidden: &[] };
        let (review, _) = review(&redactor, &Rules::default(), &Tokens::new(), text, decisions).unwrap();
        assert_eq!(review.redacted, "passwd=[PASSWORD_01], ann@example.com");
        assert_eq!(review.found.iter().map(|one| one.hidden).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn keeping_one_value_leaves_the_other_tokens_as_they_are() {
        let (all, _) = reviewed(&Tokens::new(), &[], &[]);
        let (one, _) = reviewed(&Tokens::new(), &["[EMAIL_01]"], &[]);
        let tokens = |review: &Review| review.found.iter().map(|one| one.mark.token.clone()).collect::<Vec<_>>();
        assert_eq!(tokens(&all), tokens(&one));
    }

    #[test]
    fn what_a_person_chose_is_hidden() {
        let at = TEXT.find("Heron").unwrap();
        let (review, _) = reviewed(&Tokens::new(), &[], &[Span::new(at, at + 5), Span::new(3, 9_999)]);
        assert!(review.redacted.ends_with("and [CUSTOM_01]."), "{}", review.redacted);
    }

    #[test]
    fn a_review_uses_up_no_number_until_it_is_kept() {
        let tokens = Tokens::new();
        let (_, after) = reviewed(&tokens, &[], &[]);
        assert!(tokens.is_empty());
        let restored = restore(&after, "Write to email 2, I mean [EMAIL_2], not [EMAIL_09]. And [LITERAL_01]!");
        assert_eq!(restored.text, "Write to email 2, I mean bob@example.com, not [EMAIL_09]. And [EMAIL_07]!");
        assert_eq!(restored.values.len(), 2);
        let doubtful: Vec<_> = restored.doubts.iter().map(|doubt| doubt.span.of(&restored.text)).collect();
        assert!(doubtful.contains(&Some("[EMAIL_09]")), "{doubtful:?}");
        assert_eq!(after.statistics().iter().map(|one| one.uses).sum::<u64>(), 3);
    }
}

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::sentence::sentences;

const TERMS: &[(&str, f32)] = &[("goos", 2.0), ("winter", 1.0)];

fn texts<'a>(text: &'a str, spans: &[(usize, usize)], limit: usize, options: &ExcerptOptions) -> Vec<&'a str> {
    let candidates: Vec<Candidate<'_>> = spans
        .iter()
        .enumerate()
        .map(|(rank, (start, end))| Candidate {
            document: 0,
            text,
            span: Span::new(*start, *end),
            score: 1.0 / (rank + 1) as f32,
            is_whole: false,
        })
        .collect();
    let found = excerpts(&Analyzer::default(), TERMS, &candidates, limit, options);
    found.iter().map(|excerpt| excerpt.span.of(text).unwrap()).collect()
}

const TEXT: &str = "Cars are fast. Boats are slow. The goose flies south. It comes back in spring. Tea is hot. Coffee is \
                    hot. Milk is cold. Juice is sweet.";

#[test]
fn the_sentence_and_its_neighbours_are_taken_and_the_rest_is_left() {
    let options = ExcerptOptions { least_share: 0.9, ..ExcerptOptions::default() };
    assert_eq!(
        texts(TEXT, &[(0, TEXT.len())], 5, &options),
        ["Boats are slow. The goose flies south. It comes back in spring."]
    );
    let options = ExcerptOptions { spread: 0.0, ..options };
    assert_eq!(texts(TEXT, &[(0, TEXT.len())], 5, &options), ["The goose flies south."]);
}

#[test]
fn passages_beside_each_other_become_one_excerpt() {
    let second = TEXT.find("It comes").unwrap();
    let found = texts(TEXT, &[(0, second - 1), (second, TEXT.len())], 5, &ExcerptOptions::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("The goose flies south. It comes back in spring."));
}

#[test]
fn distant_sentences_are_excerpts_of_their_own_best_first() {
    let text = format!("A goose. {} Winter. {}", "Tea is hot. ".repeat(9), "Milk is cold. ".repeat(9));
    let options = ExcerptOptions { least_share: 0.7, spread: 0.0, ..ExcerptOptions::default() };
    assert_eq!(texts(&text, &[(0, text.len())], 5, &options), ["A goose.", "Winter."]);
    assert_eq!(texts(&text, &[(0, text.len())], 1, &options), ["A goose."]);
}

#[test]
fn excerpts_stay_below_the_limit_but_for_one_sentence() {
    let text = "The goose flies. ".repeat(200);
    let options = ExcerptOptions { max_bytes: 100, ..ExcerptOptions::default() };
    let found = texts(&text, &[(0, text.len())], 5, &options);
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|excerpt| excerpt.len() <= 100 && excerpt.ends_with("flies.")), "{found:?}");
    let long = format!("The goose {} flies.", "really ".repeat(100));
    assert_eq!(texts(&long, &[(0, long.len())], 5, &options), [long.as_str()]);
}

#[test]
fn what_is_whole_is_not_cut() {
    let candidate = Candidate { document: 0, text: TEXT, span: Span::new(0, TEXT.len()), score: 1.0, is_whole: true };
    let found = excerpts(&Analyzer::default(), TERMS, &[candidate], 5, &ExcerptOptions::default());
    assert_eq!(found.iter().map(|excerpt| excerpt.span).collect::<Vec<_>>(), [Span::new(0, TEXT.len())]);
}

#[test]
fn without_words_the_passages_decide() {
    let candidate = Candidate { document: 0, text: TEXT, span: Span::new(0, TEXT.len()), score: 0.4, is_whole: false };
    let found = excerpts(&Analyzer::default(), &[], &[candidate], 5, &ExcerptOptions::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span, Span::new(0, TEXT.len()));
    assert!(
        excerpts(&Analyzer::default(), &[], &[Candidate { score: 0.0, ..candidate }], 5, &ExcerptOptions::default())
            .is_empty()
    );
    assert!(excerpts(&Analyzer::default(), TERMS, &[], 5, &ExcerptOptions::default()).is_empty());
}

proptest! {
    #[test]
    fn excerpts_are_whole_sentences_of_the_candidates_and_never_overlap(
        text in "(The goose|Winter|Tea é|A\n\n|b c\\. D|x){1,40}",
        cuts in proptest::collection::vec((0usize..200, 0usize..80), 1..6),
        limit in 0usize..6,
    ) {
        let spans: Vec<Span> = cuts
            .iter()
            .map(|(start, length)| {
                let start = text.floor_char_boundary((*start).min(text.len()));
                Span::new(start, text.floor_char_boundary((start + length).min(text.len())))
            })
            .collect();
        let candidates: Vec<Candidate<'_>> =
            spans.iter().map(|span| Candidate { document: 0, text: &text, span: *span, score: 1.0, is_whole: false }).collect();
        let found = excerpts(&Analyzer::default(), TERMS, &candidates, limit, &ExcerptOptions::default());
        prop_assert!(found.len() <= limit);
        for (index, excerpt) in found.iter().enumerate() {
            prop_assert!(excerpt.span.of(&text).is_some() && !excerpt.span.is_empty());
            prop_assert!(found[..index].iter().all(|other| !other.span.overlaps(&excerpt.span)));
            let starts = |span: &Span| sentences(span.of(&text).unwrap()).iter().any(|s| span.start + s.start == excerpt.span.start);
            prop_assert!(spans.iter().any(starts));
        }
    }
}

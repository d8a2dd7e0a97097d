//! Sentences that stand together become one excerpt.

use conclave_protocol::Span;

use super::sentences::Scored;
use super::{Excerpt, ExcerptOptions};

/// A run of sentences, as indices into the scored ones, both inclusive.
#[derive(Debug, Clone, Copy)]
struct Region {
    first: usize,
    last: usize,
    excerpt: Excerpt,
}

/// Takes the sentences from the best down. Each extends the region beside it, or begins one while there are fewer than
/// `limit`; a region that is full, or too far away, is left as it is.
pub(super) fn regions(sentences: &[Scored], limit: usize, options: &ExcerptOptions) -> Vec<Excerpt> {
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    order.sort_by(|a, b| score(sentences, *b).total_cmp(&score(sentences, *a)).then(a.cmp(b)));
    let least = order.first().map_or(0.0, |best| score(sentences, *best)) * options.least_share;
    let mut regions: Vec<Region> = Vec::new();
    for index in order {
        let Some(sentence) = sentences.get(index) else { continue };
        if sentence.score <= 0.0 || sentence.score < least {
            break;
        }
        if regions.iter().any(|region| (region.first..=region.last).contains(&index)) {
            continue;
        }
        let nearest = regions
            .iter_mut()
            .map(|region| (distance(sentences, region, index), region))
            .filter(|(distance, _)| *distance <= options.bridge_sentences + 1)
            .min_by_key(|(distance, _)| *distance);
        let extended = nearest.is_some_and(|(_, region)| extend(sentences, region, index, options.max_bytes));
        if !extended && regions.len() < limit {
            let excerpt = Excerpt { candidate: sentence.candidate, span: sentence.span, score: sentence.score };
            regions.push(Region { first: index, last: index, excerpt });
        }
    }
    regions.into_iter().map(|region| region.excerpt).collect()
}

fn score(sentences: &[Scored], index: usize) -> f32 {
    sentences.get(index).map_or(0.0, |sentence| sentence.score)
}

/// Sentences from the nearer end of a region to one outside it.
fn distance(sentences: &[Scored], region: &Region, index: usize) -> usize {
    let position = |index: usize| sentences.get(index).map_or(0, |sentence| sentence.position);
    let to = |end: usize| position(end).abs_diff(position(index));
    to(region.first).min(to(region.last))
}

/// Extends a region up to a sentence, where it does not become too long.
fn extend(sentences: &[Scored], region: &mut Region, index: usize, max_bytes: usize) -> bool {
    let (first, last) = (region.first.min(index), region.last.max(index));
    let (Some(begin), Some(end)) = (sentences.get(first), sentences.get(last)) else { return false };
    let span = Span::new(begin.span.start, end.span.end);
    if span.len() > max_bytes {
        return false;
    }
    (region.first, region.last, region.excerpt.span) = (first, last, span);
    true
}

//! One span per place: overlapping finds become one.

use conclave_protocol::Span;

use crate::detector::Finding;

/// Orders the finds by place and unites those that overlap. The united span takes kind and detector of the strongest find,
/// of the longest among equals; of two for the same stretch, of the one with the higher score, of the first among those.
///
/// Scores of different detectors are compared for one stretch alone: what an address is made of has names in it that are
/// surer than the address.
pub(crate) fn unite(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|finding| (finding.span.start, finding.span.end));
    let mut united: Vec<Finding> = Vec::with_capacity(found.len());
    // Length of the find that gave the last united span its kind.
    let mut named_by = 0;
    for finding in found {
        match united.last_mut() {
            Some(last) if last.span.overlaps(&finding.span) => {
                let span = Span::new(last.span.start, last.span.end.max(finding.span.end));
                let ranks = |one: &Finding, len| (one.strength, len);
                let (new, old) = (ranks(&finding, finding.span.len()), ranks(last, named_by));
                if new > old || new == old && finding.score > last.score {
                    named_by = finding.span.len();
                    *last = finding;
                }
                last.span = span;
            }
            _ => {
                named_by = finding.span.len();
                united.push(finding);
            }
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detector::Strength;
    use conclave_protocol::Category;

    fn find(start: usize, end: usize, category: Category, strength: Strength) -> Finding {
        Finding::new(Span::new(start, end), category, strength, "test")
    }

    #[test]
    fn the_stronger_kind_names_the_union() {
        let united = unite(vec![
            find(10, 30, Category::Email, Strength::Patterned),
            find(0, 15, Category::Url, Strength::Secret),
            find(30, 31, Category::Phone, Strength::Patterned),
        ]);
        let short: Vec<_> = united.iter().map(|f| (f.span.start, f.span.end, f.category)).collect();
        assert_eq!(short, [(0, 30, Category::Url), (30, 31, Category::Phone)]);
    }

    #[test]
    fn of_two_for_one_stretch_the_surer_one_names_it() {
        let sure = |category, score| find(0, 9, category, Strength::Contextual).scored(score);
        for (first, second) in [(0.5, 0.55), (0.55, 0.5)] {
            let united = unite(vec![sure(Category::Phone, first), sure(Category::TaxId, second)]);
            assert_eq!(united[0].category, if first > second { Category::Phone } else { Category::TaxId });
        }
        let equal = unite(vec![sure(Category::Phone, 0.5), sure(Category::TaxId, 0.5)]);
        assert_eq!(equal[0].category, Category::Phone);
        let longer = find(0, 10, Category::Address, Strength::Contextual).scored(0.3);
        assert_eq!(unite(vec![sure(Category::Location, 0.9), longer])[0].category, Category::Address);
    }

    #[test]
    fn among_equals_the_longer_one_names_the_union() {
        let united = unite(vec![
            find(0, 5, Category::Phone, Strength::Patterned),
            find(3, 12, Category::Email, Strength::Patterned),
            find(11, 14, Category::Phone, Strength::Patterned),
        ]);
        assert_eq!((united.len(), united[0].category, united[0].span.end), (1, Category::Email, 14));
    }
}

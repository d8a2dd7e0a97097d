//! Numbers drawn from the table itself are found in every way in which numbers are written.

use proptest::prelude::*;

use super::plan;
use crate::detector::Finding;
use crate::focus::Focus;
use crate::hints::Hints;
use crate::numbers;

fn scan(text: &str, hints: &Hints) -> Vec<(usize, usize)> {
    let mut found: Vec<Finding> = Vec::new();
    numbers::scan(text.as_bytes(), hints, Focus::all(), &mut found);
    let phones = found.iter().filter(|finding| finding.detector == "phone");
    phones.map(|finding| (finding.span.start, finding.span.end)).collect()
}

/// The digits cut at the given places, with the separator between.
fn cut(digits: &str, lengths: &[usize], separator: &str) -> String {
    let mut groups = Vec::new();
    let mut rest = digits;
    for length in lengths {
        if *length < rest.len() {
            let (group, tail) = rest.split_at(*length);
            groups.push(group);
            rest = tail;
        }
    }
    groups.push(rest);
    groups.join(separator)
}

/// Shorter numbers than this are too weak behind some of the notations.
const DIGITS_MIN: usize = 8;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn international_numbers_of_every_plan_are_found_whole(
        index in any::<prop::sample::Index>(),
        choices in prop::collection::vec(any::<u8>(), 20),
        lengths in prop::collection::vec(2usize..5, 0..4),
        separator in prop::sample::select(vec![" ", "-", ".", "\u{a0}", "\u{2011}"]),
        prefix in prop::sample::select(vec!["+", "＋", "tel:+", "Phone:+", "call +", "("]),
    ) {
        let plan = index.get(plan::all());
        let (code, national) = plan.sample(&choices);
        prop_assume!(code.len() + national.len() >= DIGITS_MIN);
        let digits = code.clone() + &national;
        prop_assert!(plan::accepts(digits.as_bytes()).is_some());
        let number = if prefix == "(" {
            format!("(+{code}) {}", cut(&national, &lengths, separator))
        } else {
            format!("{code}{separator}{}", cut(&national, &lengths, separator))
        };
        let prefix = prefix.trim_end_matches('(');
        let text = format!("{prefix}{number}, or by mail");
        let plus = prefix.chars().last().filter(|last| "+＋".contains(*last)).map_or(0, char::len_utf8);
        let expected = (prefix.len() - plus, prefix.len() + number.len());
        prop_assert_eq!(scan(&text, &Hints::default()), [expected], "{}", text);
    }

    #[test]
    fn national_numbers_of_a_hinted_region_are_found_whole(
        index in any::<prop::sample::Index>(),
        choices in prop::collection::vec(any::<u8>(), 20),
        has_trunk in any::<bool>(),
    ) {
        let plan = index.get(plan::all());
        let (_, national) = plan.sample(&choices);
        let trunk = if has_trunk { plan.trunk_prefix() } else { String::new() };
        let number = format!("{trunk}{national}");
        let hints = Hints::default().with_region(std::str::from_utf8(&plan.region).unwrap_or_default());
        let found = scan(&number, &hints);
        // Dates, cards and other kinds with check digits come first; `ZZ` names many plans.
        prop_assume!(plan.region != *b"ZZ" && !found.is_empty());
        prop_assert_eq!(found, [(0, number.len())], "{}", number);
    }
}

/// The property above passes over what other detectors take; this one counts that it is little.
#[test]
fn nearly_all_hinted_numbers_are_found() {
    let mut missed = Vec::new();
    let mut all = 0;
    for plan in plan::all().iter().filter(|plan| plan.region != *b"ZZ") {
        for seed in 0..40u8 {
            let choices: Vec<u8> =
                (0..20u8).map(|i| seed.wrapping_mul(37).wrapping_add(i.wrapping_mul(91)) ^ i).collect();
            let (_, national) = plan.sample(&choices);
            let hints = Hints::default().with_region(std::str::from_utf8(&plan.region).unwrap_or_default());
            all += 1;
            if scan(&national, &hints) != [(0, national.len())] {
                missed.push(format!("{} {national}", String::from_utf8_lossy(&plan.region)));
            }
        }
    }
    assert!(missed.len() * 50 < all, "{} of {all}: {missed:?}", missed.len());
}

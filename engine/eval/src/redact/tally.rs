//! Counting what was found against what is there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::report::{Report, round};

/// A labelled stretch of text, in code points, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Kind of value.
    pub label: String,
}

impl Place {
    const fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Length of the part that both cover.
    fn common(&self, other: &Self) -> usize {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }

    /// Whether intersection over union is at least 0.9, in whole numbers.
    fn matches(&self, other: &Self) -> bool {
        let common = self.common(other);
        let union = self.len() + other.len() - common;
        union > 0 && common * 10 >= union * 9
    }
}

#[derive(Default)]
struct Counts {
    hit: usize,
    missed: usize,
    wrong: usize,
}

impl Counts {
    fn precision(&self) -> f64 {
        ratio(self.hit, self.hit + self.wrong)
    }

    fn recall(&self) -> f64 {
        ratio(self.hit, self.hit + self.missed)
    }

    /// The F measure that weighs recall four times as much as precision.
    fn f2(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 5.0 * precision * recall / (4.0 * precision + recall) }
    }
}

#[derive(Default)]
struct Label {
    typed: Counts,
    /// Places that were found under whatever label.
    any: usize,
    characters: usize,
    covered: usize,
}

/// What was counted over all items.
#[derive(Default)]
pub struct Tally {
    typed: Counts,
    agnostic: Counts,
    labels: BTreeMap<String, Label>,
    private_characters: usize,
    private_covered: usize,
    benign_characters: usize,
    benign_covered: usize,
    clean: usize,
    clean_touched: usize,
    weak: usize,
    weak_touched: usize,
    placeless: BTreeMap<String, (usize, usize)>,
}

impl Tally {
    /// An item whose private places are known. Weak items are counted apart.
    pub fn add(&mut self, expected: &[Place], found: &[Place], characters: usize, weak: bool) {
        if expected.is_empty() {
            let (items, touched) = if weak {
                (&mut self.weak, &mut self.weak_touched)
            } else {
                (&mut self.clean, &mut self.clean_touched)
            };
            *items += 1;
            *touched += usize::from(!found.is_empty());
        }
        if weak {
            return;
        }
        self.count(expected, found);
        let private = union_len(expected);
        let covered_private = overlap_len(expected, found);
        self.private_characters += private;
        self.private_covered += covered_private;
        self.benign_characters += characters.saturating_sub(private);
        self.benign_covered += union_len(found) - covered_private;
    }

    fn count(&mut self, expected: &[Place], found: &[Place]) {
        for place in expected {
            let label = self.labels.entry(place.label.clone()).or_default();
            let any = found.iter().any(|find| find.matches(place));
            let typed = found.iter().any(|find| find.matches(place) && find.label == place.label);
            label.any += usize::from(any);
            for (counts, hit) in [(&mut label.typed, typed), (&mut self.typed, typed), (&mut self.agnostic, any)] {
                counts.hit += usize::from(hit);
                counts.missed += usize::from(!hit);
            }
            label.characters += place.len();
            label.covered += overlap_len(std::slice::from_ref(place), found);
        }
        for find in found {
            let any = expected.iter().any(|place| find.matches(place));
            let typed = expected.iter().any(|place| find.matches(place) && find.label == place.label);
            self.agnostic.wrong += usize::from(!any);
            self.typed.wrong += usize::from(!typed);
            self.labels.entry(find.label.clone()).or_default().typed.wrong += usize::from(!typed);
        }
    }

    /// An item with something private at a place that is not known: any find counts.
    pub fn add_placeless(&mut self, label: Option<&str>, found: &[Place]) {
        let (items, hits) = self.placeless.entry(label.unwrap_or("ANY").to_owned()).or_default();
        *items += 1;
        *hits += usize::from(!found.is_empty());
    }

    /// Adds the figures.
    pub fn report(&self, report: &mut Report) {
        for (name, counts) in [("typed", &self.typed), ("agnostic", &self.agnostic)] {
            report.figure(&format!("{name}_precision"), round(counts.precision()));
            report.figure(&format!("{name}_recall"), round(counts.recall()));
            report.figure(&format!("{name}_f2"), round(counts.f2()));
        }
        report.figure("char_recall", round(ratio(self.private_covered, self.private_characters)));
        report.figure("over_redaction", round(ratio(self.benign_covered, self.benign_characters)));
        report.figure("clean_items", self.clean);
        report.figure("clean_touched", round(ratio(self.clean_touched, self.clean)));
        report.figure("weak_items", self.weak);
        report.figure("weak_touched", round(ratio(self.weak_touched, self.weak)));
        let labels: Map<String, Value> = self
            .labels
            .iter()
            .map(|(name, label)| {
                let places = label.typed.hit + label.typed.missed;
                let figures = serde_json::json!({
                    "places": places,
                    "recall": round(label.typed.recall()),
                    "precision": round(label.typed.precision()),
                    "any_recall": round(ratio(label.any, places)),
                    "char_recall": round(ratio(label.covered, label.characters)),
                });
                (name.clone(), figures)
            })
            .collect();
        report.figure("labels", labels);
        let (items, hits) = self.placeless.values().fold((0, 0), |sum, (items, hits)| (sum.0 + items, sum.1 + hits));
        report.figure("placeless_items", items);
        report.figure("placeless_recall", round(ratio(hits, items)));
        let each: Map<String, Value> = self
            .placeless
            .iter()
            .map(|(label, (items, hits))| (label.clone(), round(ratio(*hits, *items)).into()))
            .collect();
        report.figure("placeless_labels", each);
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Stretches without overlaps, ordered.
fn merged(places: &[Place]) -> Vec<(usize, usize)> {
    let mut sorted: Vec<(usize, usize)> = places.iter().map(|place| (place.start, place.end)).collect();
    sorted.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(sorted.len());
    for (start, end) in sorted {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn union_len(places: &[Place]) -> usize {
    merged(places).iter().map(|(start, end)| end.saturating_sub(*start)).sum()
}

fn overlap_len(one: &[Place], other: &[Place]) -> usize {
    let other = merged(other);
    merged(one).iter().flat_map(|a| other.iter().map(move |b| a.1.min(b.1).saturating_sub(a.0.max(b.0)))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(start: usize, end: usize, label: &str) -> Place {
        Place { start, end, label: label.to_owned() }
    }

    #[test]
    fn nine_tenths_of_the_union_are_a_match() {
        assert!(place(0, 10, "A").matches(&place(0, 9, "B")));
        assert!(!place(0, 10, "A").matches(&place(0, 8, "A")));
        assert!(!place(0, 0, "A").matches(&place(0, 0, "A")));
    }

    #[test]
    fn types_count_for_the_typed_figures_alone() {
        let mut tally = Tally::default();
        tally.add(&[place(0, 5, "A"), place(8, 10, "B")], &[place(0, 5, "C")], 20, false);
        assert_eq!((tally.typed.hit, tally.typed.missed, tally.typed.wrong), (0, 2, 1));
        assert_eq!((tally.agnostic.hit, tally.agnostic.missed, tally.agnostic.wrong), (1, 1, 0));
        assert_eq!((tally.private_characters, tally.private_covered), (7, 5));
        assert_eq!((tally.benign_characters, tally.benign_covered), (13, 0));
    }

    #[test]
    fn weak_items_are_no_false_positives() {
        let mut tally = Tally::default();
        tally.add(&[], &[place(0, 5, "A")], 5, true);
        tally.add(&[], &[place(0, 5, "A")], 5, false);
        assert_eq!((tally.agnostic.wrong, tally.weak_touched, tally.clean_touched), (1, 1, 1));
        assert_eq!((tally.benign_characters, tally.benign_covered), (5, 5));
    }

    #[test]
    fn f2_weighs_recall() {
        let counts = Counts { hit: 1, missed: 0, wrong: 1 };
        assert!((counts.f2() - 5.0 / 6.0).abs() < 1e-9);
    }
}

//! What a person decided about one text, beyond their settings.

use std::collections::{BTreeMap, BTreeSet};

use conclave_protocol::{Category, Span};

use crate::state::segments::{common_prefix, common_prefix_rev};

/// Decisions about one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decisions {
    /// Kinds that the settings keep where the text goes.
    policy: BTreeSet<Category>,
    /// Kinds of which a person said otherwise for this text.
    kinds: BTreeMap<Category, bool>,
    /// Values that are kept (or hidden, though their kind is kept). Not their tokens: those of a text that has not gone out
    /// are numbered in order, and an edit moves them on to other values.
    values: BTreeMap<(Category, String), bool>,
    /// Words that are hidden as well, wherever they stand by themselves.
    words: BTreeSet<String>,
    /// Stretches that are hidden as well, ordered and without overlaps: those words, and what was chosen inside a word.
    hidden: Vec<Span>,
}

impl Decisions {
    /// Whether a value stays in the text.
    #[must_use]
    pub fn keeps(&self, category: Category, value: &str) -> bool {
        let decided = self.values.get(&(category, value.to_owned())).copied();
        decided.unwrap_or_else(|| self.keeps_kind(category))
    }

    fn keeps_kind(&self, category: Category) -> bool {
        self.kinds.get(&category).copied().unwrap_or_else(|| self.policy.contains(&category))
    }

    /// Whether everything is hidden that is found.
    #[must_use]
    pub fn keep_nothing(&self) -> bool {
        let decided = self.kinds.values().chain(self.values.values());
        self.policy.is_empty() && !decided.into_iter().any(|keep| *keep)
    }

    /// Takes what the settings keep where the text goes. `true` where they kept something else before.
    pub(super) fn set_policy(&mut self, policy: BTreeSet<Category>) -> bool {
        let differs = policy != self.policy;
        self.policy = policy;
        differs
    }

    /// The text goes elsewhere: what was kept for one is not kept for another. What was hidden stays hidden.
    pub(super) fn go_elsewhere(&mut self, policy: BTreeSet<Category>) {
        self.policy = policy;
        self.kinds.retain(|_, keep| !*keep);
        self.values.retain(|_, keep| !*keep);
    }

    /// Stretches that are hidden as well.
    #[must_use]
    pub fn hidden(&self) -> &[Span] {
        &self.hidden
    }

    /// Keeps or hides a value.
    pub(super) fn decide(&mut self, category: Category, value: String, keep: bool) {
        self.values.insert((category, value), keep);
    }

    /// Keeps or hides a kind: what was decided about its values before counts no longer.
    pub(super) fn decide_kind(&mut self, category: Category, keep: bool) {
        self.values.retain(|(of, _), _| *of != category);
        self.kinds.insert(category, keep);
    }

    /// Hides a stretch of the text, and every other place where the same words stand by themselves. `false` where there
    /// is nothing to hide.
    pub(super) fn hide(&mut self, text: &str, span: Span) -> bool {
        let Some(chosen) = span.of(text) else { return false };
        let value = chosen.trim();
        if value.is_empty() {
            return false;
        }
        let start = span.start + (chosen.len() - chosen.trim_start().len());
        self.hidden.push(Span::new(start, start + value.len()));
        self.words.insert(value.to_owned());
        self.hide_words(text);
        true
    }

    fn hide_words(&mut self, text: &str) {
        for word in &self.words {
            let places = text.match_indices(word.as_str()).map(|(at, _)| Span::new(at, at + word.len()));
            self.hidden.extend(places.filter(|place| stands_alone(text, *place)));
        }
        self.unite();
    }

    /// Moves the hidden stretches to where they stand after an edit. One that the edit cut into grows over what was
    /// written there: half a value is a value. Hidden words are hidden wherever the edit put them.
    pub(super) fn follow(&mut self, old: &str, new: &str) {
        let head = common_prefix(old, new);
        let tail = common_prefix_rev(&old[head..], &new[head..]);
        let (edit_end_old, edit_end_new) = (old.len() - tail, new.len() - tail);
        let moved = |at: usize| at + new.len() - old.len();
        self.hidden.retain_mut(|span| {
            if span.end <= head {
                return true;
            }
            if span.start >= edit_end_old {
                *span = Span::new(moved(span.start), moved(span.end));
                return true;
            }
            let (from_before, to_behind) = (span.start < head, span.end > edit_end_old);
            let start = if from_before { span.start } else { head };
            let end = if to_behind { moved(span.end) } else { edit_end_new };
            *span = Span::new(start, end);
            // What was replaced as a whole is gone, and the new words are others.
            (from_before || to_behind) && !span.is_empty()
        });
        self.hide_words(new);
    }

    fn unite(&mut self) {
        self.hidden.sort_by_key(|span| span.start);
        self.hidden.dedup_by(|next, kept| {
            let overlap = next.start < kept.end;
            if overlap {
                kept.end = kept.end.max(next.end);
            }
            overlap
        });
    }
}

fn stands_alone(text: &str, span: Span) -> bool {
    let before = text.get(..span.start).and_then(|text| text.chars().next_back());
    let behind = text.get(span.end..).and_then(|text| text.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hidden<'a>(decisions: &Decisions, text: &'a str) -> Vec<&'a str> {
        decisions.hidden().iter().map(|span| span.of(text).unwrap()).collect()
    }

    fn hiding(text: &str, words: &str) -> Decisions {
        let mut decisions = Decisions::default();
        let at = text.find(words).unwrap();
        assert!(decisions.hide(text, Span::new(at, at + words.len())));
        decisions
    }

    #[test]
    fn a_chosen_stretch_is_hidden_wherever_it_stands_alone() {
        let text = "Ann and Annabel; Ann.";
        let decisions = hiding(text, " Ann.");
        assert_eq!(hidden(&decisions, text), ["Ann."], "with its full stop it stands nowhere else");
        let decisions = hiding(text, "Ann ");
        assert_eq!(decisions.hidden(), [Span::new(0, 3), Span::new(17, 20)]);
        let mut decisions = Decisions::default();
        assert!(!decisions.hide(text, Span::new(3, 4)), "a space");
        assert!(!decisions.hide("ä", Span::new(0, 1)), "half a character");
        assert!(decisions.hide(text, Span::new(8, 11)), "a part of a word, where it was chosen");
        assert_eq!(hidden(&decisions, text), ["Ann", "Ann", "Ann"]);
    }

    #[test]
    fn stretches_that_overlap_are_one() {
        let text = "one two three";
        let mut decisions = hiding(text, "one two");
        decisions.hide(text, Span::new(4, 13));
        assert_eq!(hidden(&decisions, text), ["one two three"]);
    }

    #[test]
    fn an_edit_in_a_hidden_stretch_stays_hidden() {
        let cases = [
            ("to Falcon now", "please, to Falcon now", vec!["Falcon"]),
            ("to Falcon now", "to Falcon", vec!["Falcon"]),
            ("to Falcon now", "to Fal-xyz-con now", vec!["Fal-xyz-con"]),
            ("to Falcon now", "to Fal now", vec!["Fal"]),
            ("to Falcon now", "to con now", vec!["con"]),
            ("to Falcon now", "to  now", vec![]),
            ("to Falcon now", "Quite another text", vec![]),
            ("to Falcon now", "On Falcon, written anew", vec!["Falcon"]),
            ("to Falcon now", "", vec![]),
        ];
        for (old, new, wanted) in cases {
            let mut decisions = hiding(old, "Falcon");
            decisions.follow(old, new);
            assert_eq!(hidden(&decisions, new), wanted, "{new}");
            decisions.follow(new, "");
            decisions.follow("", "Falcon");
            assert_eq!(hidden(&decisions, "Falcon"), ["Falcon"], "it came back");
        }
    }

    #[test]
    fn a_value_can_be_hidden_though_its_kind_is_kept() {
        let mut decisions = Decisions::default();
        assert!(decisions.keep_nothing());
        decisions.decide_kind(Category::Email, true);
        decisions.decide(Category::Email, "a@b.c".into(), false);
        assert!(!decisions.keep_nothing());
        assert!(decisions.keeps(Category::Email, "x@y.z"));
        assert!(!decisions.keeps(Category::Email, "a@b.c"));
        assert!(!decisions.keeps(Category::Phone, "x@y.z"));
        decisions.decide_kind(Category::Email, true);
        assert!(decisions.keeps(Category::Email, "a@b.c"), "the kind was decided last");
        decisions.decide_kind(Category::Email, false);
        assert!(!decisions.keeps(Category::Email, "x@y.z") && decisions.keep_nothing());
    }

    #[test]
    fn what_is_kept_for_one_is_hidden_from_another() {
        let mut decisions = Decisions::default();
        assert!(decisions.set_policy([Category::Location].into()) && !decisions.keep_nothing());
        decisions.decide_kind(Category::Location, false);
        assert!(!decisions.keeps(Category::Location, "Ulm"), "said of this text");
        decisions.decide_kind(Category::Person, true);
        decisions.decide(Category::Email, "a@b.c".into(), true);
        decisions.decide(Category::Person, "Ann".into(), false);
        decisions.go_elsewhere([Category::Title, Category::Location].into());
        assert!(!decisions.keeps(Category::Person, "Ben") && !decisions.keeps(Category::Email, "a@b.c"));
        assert!(!decisions.keeps(Category::Location, "Ulm") && decisions.keeps(Category::Title, "Dr."));
        decisions.decide_kind(Category::Person, true);
        assert!(decisions.keeps(Category::Person, "Ann"), "the kind was decided last");
    }

    proptest! {
        #[test]
        fn hidden_stretches_lie_in_order_on_characters(
            old in "[a-cä 🙂]{1,16}", new in "[a-cä 🙂]{0,16}", from in 0usize..16, len in 1usize..8,
        ) {
            let at = |chars: usize| old.char_indices().nth(chars).map_or(old.len(), |(at, _)| at);
            let mut decisions = Decisions::default();
            decisions.hide(&old, Span::new(at(from), at(from + len)));
            decisions.follow(&old, &new);
            let mut done = 0;
            for span in decisions.hidden() {
                prop_assert!(span.start >= done && span.of(&new).is_some());
                done = span.end;
            }
        }
    }
}

//! What a person's decisions mean for the values that were found.

use conclave_protocol::{Category, Problem, RequestId, Span};

use super::PrivateCopy;

impl PrivateCopy {
    pub(super) fn values_of_kind(&self, category: Category) -> Vec<String> {
        let marks = self.marks.iter().filter(|mark| mark.category == category);
        marks.filter_map(|mark| mark.span.of(&self.text)).map(str::to_owned).collect()
    }

    pub(super) fn decide_each(&mut self, category: Category, values: Vec<String>, keep: bool) {
        for value in values {
            self.decisions.decide(category, value, keep);
        }
    }

    pub(super) fn hide(&mut self, span: Span) -> bool {
        if !self.decisions.hide(&self.text, span) {
            return false;
        }
        self.changed();
        // What lies under a stretch that is to be hidden is hidden, whatever was said before.
        let mut under: Vec<(Category, String)> = Vec::new();
        let mut chosen = self.decisions.hidden().iter().peekable();
        for mark in &self.marks {
            while chosen.next_if(|chosen| chosen.end <= mark.span.start).is_some() {}
            if chosen.peek().is_some_and(|chosen| chosen.overlaps(&mark.span)) {
                under.push((mark.category, mark.token.clone()));
            }
        }
        for (category, token) in under {
            let values = self.values_of(&token);
            self.decide_each(category, values, false);
        }
        // The value itself may have been found, and kept, as one that was chosen before.
        for span in self.decisions.hidden().to_vec() {
            if let Some(value) = span.of(&self.text).map(str::to_owned) {
                self.decisions.decide(Category::Custom, value, false);
            }
        }
        true
    }

    /// The redactor could not keep the values; `true` where it was asked to.
    pub(super) fn refuse_keeping(&mut self, id: RequestId, problem: &Problem) -> bool {
        let is_ours = self.keeping.take_if(|asked| *asked == id).is_some();
        if is_ours {
            self.problem = Some(problem.clone());
        }
        is_ours
    }
}

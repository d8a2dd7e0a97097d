//! What a person decided: kinds and values that are not hidden, terms and patterns that always are.

mod pattern;
mod terms;

use std::collections::HashSet;

use conclave_protocol::{Category, PrivacySettings, RuleKind, RuleProblem, Span};

use self::pattern::Pattern;
use self::terms::Terms;
use crate::detector::{Finding, Strength};
use crate::hints::Hints;
use crate::shadow::Shadow;
use crate::{case, uuid, web};

/// Most rules of one list, and most bytes of one of them: what a person can look after.
const RULES_MAX: usize = 2_000;
const RULE_MAX_BYTES: usize = 400;
/// Most patterns. Each is one more pass over the text.
const PATTERNS_MAX: usize = 32;

/// Rules in the form in which they are applied.
#[derive(Default)]
pub struct Rules {
    hints: Hints,
    kept: HashSet<Category>,
    allowed: HashSet<String>,
    terms: Terms,
    patterns: Vec<Pattern>,
    uuids: bool,
    web_addresses: bool,
}

impl Rules {
    /// The rules that can be used, and what is wrong with the others.
    #[must_use]
    pub fn compile(settings: &PrivacySettings) -> (Self, Vec<RuleProblem>) {
        let mut problems = Vec::new();
        let allowed = usable(&settings.allowed, RuleKind::Allowed, &mut problems);
        let terms = usable(&settings.terms, RuleKind::Term, &mut problems);
        let mut patterns = Vec::new();
        for (index, source) in settings.patterns.iter().enumerate() {
            let made = if index >= PATTERNS_MAX {
                Err(format!("Only the first {PATTERNS_MAX} patterns are used; join some or remove some."))
            } else {
                Pattern::compile(source)
            };
            match made {
                Ok(pattern) => patterns.push(pattern),
                Err(reason) => problems.push(RuleProblem { kind: RuleKind::Pattern, index, reason }),
            }
        }
        let rules = Self {
            kept: settings.kept.iter().copied().collect(),
            allowed: allowed.iter().map(|value| normal(value)).collect(),
            terms: Terms::new(&terms),
            patterns,
            uuids: settings.uuids,
            web_addresses: settings.web_addresses,
            hints: settings.regions.iter().fold(Hints::default(), |hints, region| hints.with_region(region)),
        };
        (rules, problems)
    }

    /// No rules, for a text that comes from somewhere.
    #[must_use]
    pub fn near(hints: Hints) -> Self {
        Self { hints, ..Self::default() }
    }

    /// Where the text comes from.
    pub(crate) const fn hints(&self) -> &Hints {
        &self.hints
    }

    /// Adds what terms, patterns and kinds that are off by default find in a text in normal form.
    pub(crate) fn detect(&self, text: &str, found: &mut Vec<Finding>) {
        if self.uuids {
            uuid::scan(text.as_bytes(), found);
        }
        if self.web_addresses {
            web::scan(text, found);
        }
        let mut add = |spans: Vec<Span>, detector| {
            found.extend(spans.iter().map(|span| Finding::new(*span, Category::Custom, Strength::Secret, detector)));
        };
        add(self.terms.find(text), "term");
        for pattern in &self.patterns {
            add(pattern.find(text), "pattern");
        }
    }

    /// Whether a find is to be hidden. What a term or pattern of the person's own finds always is.
    pub(crate) fn hides(&self, text: &str, finding: &Finding) -> bool {
        finding.category == Category::Custom
            || !self.kept.contains(&finding.category)
                && (self.allowed.is_empty()
                    || finding.span.of(text).is_none_or(|value| !self.allowed.contains(&normal(value))))
    }
}

/// Rules of a plain list that are neither empty, too long nor too many.
fn usable<'a>(list: &'a [String], kind: RuleKind, problems: &mut Vec<RuleProblem>) -> Vec<&'a str> {
    let mut usable = Vec::with_capacity(list.len());
    for (index, rule) in list.iter().enumerate() {
        let reason = if index >= RULES_MAX {
            format!("Only the first {RULES_MAX} are used; remove some.")
        } else if rule.len() > RULE_MAX_BYTES {
            format!("It has more than {RULE_MAX_BYTES} bytes; shorten it.")
        } else if normal(rule).is_empty() {
            "It is empty; write something or remove it.".to_owned()
        } else {
            usable.push(rule.as_str());
            continue;
        };
        problems.push(RuleProblem { kind, index, reason });
    }
    usable
}

/// A value as it is compared: in normal form, lower case, one space between words.
fn normal(value: &str) -> String {
    let shadow = Shadow::of(value);
    shadow.text().split_whitespace().map(case::to_lower).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Redactor;

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    fn found<'a>(settings: &PrivacySettings, text: &'a str) -> Vec<&'a str> {
        let (rules, problems) = Rules::compile(settings);
        assert_eq!(problems, []);
        let redactor = Redactor::new().unwrap();
        redactor.find_by(text, &rules).unwrap().into_iter().filter_map(|finding| finding.span.of(text)).collect()
    }

    #[test]
    fn terms_are_hidden_as_whole_words_in_any_case_and_disguise() {
        let settings = PrivacySettings { terms: list(&["Project Heron", "öl"]), ..PrivacySettings::default() };
        let text = "PROJECT HERON, project\u{a0}heron and ｐroject heron; projects herons; Öl, ÖL, Ölung";
        assert_eq!(found(&settings, text), ["PROJECT HERON", "project\u{a0}heron", "ｐroject heron", "Öl", "ÖL"]);
    }

    #[test]
    fn patterns_are_hidden() {
        let settings = PrivacySettings { patterns: list(&[r"\bcase-\d{3,}\b"]), ..PrivacySettings::default() };
        assert_eq!(found(&settings, "case-12, case-1234 and lowercase-555"), ["case-1234"]);
    }

    #[test]
    fn what_is_allowed_or_kept_is_not_hidden() {
        let text = "ann@example.com bob@example.com 192.0.2.7";
        let allowed = PrivacySettings { allowed: list(&["ANN@example.com "]), ..PrivacySettings::default() };
        assert_eq!(found(&allowed, text), ["bob@example.com", "192.0.2.7"]);
        let kept = PrivacySettings { kept: vec![Category::Email], ..PrivacySettings::default() };
        assert_eq!(found(&kept, text), ["192.0.2.7"]);
    }

    #[test]
    fn uuids_are_hidden_where_a_person_asks_for_it() {
        let text = "run 7d444840-9dc0-11d1-b245-5ffdce74fad2\nuser_id: 5ffdce74-9dc0-11d1-b245-7d4448409dc0";
        assert_eq!(found(&PrivacySettings::default(), text), ["5ffdce74-9dc0-11d1-b245-7d4448409dc0"]);
        let all = PrivacySettings { uuids: true, ..PrivacySettings::default() };
        assert_eq!(found(&all, text).len(), 2);
        let kept = PrivacySettings { kept: vec![Category::DeviceId], ..all };
        assert_eq!(found(&kept, text), Vec::<&str>::new());
    }

    #[test]
    fn web_addresses_are_hidden_where_a_person_asks_for_it() {
        let text = "https://www.example.com/a and http://wiki.example.corp/b";
        assert_eq!(found(&PrivacySettings::default(), text), ["http://wiki.example.corp/b"]);
        let all = PrivacySettings { web_addresses: true, ..PrivacySettings::default() };
        assert_eq!(found(&all, text), ["https://www.example.com/a", "http://wiki.example.corp/b"]);
    }

    #[test]
    fn a_term_wins_over_a_permission() {
        let settings = PrivacySettings {
            kept: vec![Category::Custom],
            allowed: list(&["heron"]),
            terms: list(&["heron"]),
            ..PrivacySettings::default()
        };
        assert_eq!(found(&settings, "a heron"), ["heron"]);
    }

    #[test]
    fn a_pattern_that_reads_ahead_stays_linear() {
        let settings = PrivacySettings { patterns: list(&["a[^b]*b|a"]), ..PrivacySettings::default() };
        let (rules, _) = Rules::compile(&settings);
        let mut found = Vec::new();
        let text = "a".repeat(100_000);
        let start = std::time::Instant::now();
        rules.detect(&text, &mut found);
        assert_eq!(found.len(), text.len());
        // Reading to the end each time would be 5,000,000,000 steps, minutes in a build for tests.
        assert!(start.elapsed() < std::time::Duration::from_secs(20));
    }

    #[test]
    fn a_long_way_to_a_match_is_walked() {
        let settings = PrivacySettings { patterns: list(&["ab+c", "é."]), ..PrivacySettings::default() };
        let text = format!("{}abbbc{}é€", "x".repeat(1_000), "y".repeat(255));
        assert_eq!(found(&settings, &text), ["abbbc", "é€"]);
    }

    #[test]
    fn rules_that_cannot_be_used_are_named() {
        let settings = PrivacySettings {
            terms: list(&["  ", "fine"]),
            patterns: list(&["(", "x*", r"(a)\1", "((a{90}){90}){90}", "fine"]),
            ..PrivacySettings::default()
        };
        let (rules, problems) = Rules::compile(&settings);
        let places: Vec<(RuleKind, usize)> = problems.iter().map(|problem| (problem.kind, problem.index)).collect();
        let pattern = |index| (RuleKind::Pattern, index);
        assert_eq!(places, [(RuleKind::Term, 0), pattern(0), pattern(1), pattern(2), pattern(3)]);
        assert_eq!(rules.patterns.len(), 1);
    }
}

//! Rules of what is hidden: stored, told to the redactor, and answered.

use conclave_protocol::{Category, FromRedact, RuleKind, RuleProblem, ToRedact};

use super::*;

fn configured(page: &Page) -> Vec<conclave_protocol::PrivacySettings> {
    let sent = page.effects.iter();
    sent.filter_map(|effect| match effect {
        Effect::Redact(ToRedact::Configure { settings }) => Some(settings.clone()),
        _ => None,
    })
    .collect()
}

#[test]
fn a_rule_is_stored_told_and_its_problem_is_shown_at_it() {
    let mut page = Page::ready(empty());
    page.act(Intent::Redactor(FromRedact::Ready));
    page.act(Intent::EditRule(RuleEdit::Add { kind: RuleKind::Term, rule: " Falcon ".into() }));
    page.act(Intent::EditRule(RuleEdit::Add { kind: RuleKind::Pattern, rule: "(".into() }));
    assert_eq!(page.state.settings.privacy.terms, ["Falcon"]);
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::SaveSettings { .. })), 2);
    assert_eq!(configured(&page).last().unwrap().patterns, ["("]);
    let problem = RuleProblem { kind: RuleKind::Pattern, index: 0, reason: "It is no pattern.".into() };
    for problems in [Vec::new(), Vec::new(), vec![problem]] {
        page.act(Intent::Redactor(FromRedact::Configured { problems }));
    }
    assert_eq!(page.state.redactor.rule_problem(RuleKind::Pattern, 0), Some("It is no pattern."));
    page.act(Intent::EditRule(RuleEdit::Remove { kind: RuleKind::Pattern, rule: "(".into() }));
    assert!(page.state.settings.privacy.patterns.is_empty());
    assert_eq!(page.state.redactor.rule_problem(RuleKind::Pattern, 0), None);
}

#[test]
fn a_rule_stands_once_and_a_blank_one_not_at_all() {
    let mut page = Page::ready(empty());
    for rule in ["ann", " ann", "", "  ", "ben"] {
        page.act(Intent::EditRule(RuleEdit::Add { kind: RuleKind::Allowed, rule: rule.into() }));
    }
    assert_eq!(page.state.settings.privacy.allowed, ["ann", "ben"]);
}

#[test]
fn a_kind_is_kept_and_hidden_again() {
    let mut page = Page::ready(empty());
    for category in [Category::Phone, Category::Person] {
        page.act(Intent::EditRule(RuleEdit::Hide { category, hide: false }));
    }
    assert_eq!(page.state.settings.privacy.kept, [Category::Person, Category::Phone]);
    page.act(Intent::EditRule(RuleEdit::Hide { category: Category::Person, hide: true }));
    assert_eq!(page.state.settings.privacy.kept, [Category::Phone]);
}

#[test]
fn a_destination_stands_once_and_hides_everything_at_first() {
    let mut page = Page::ready(empty());
    let long = "x".repeat(DESTINATION_CHARS + 1);
    for name in [" Work ", "Work", "", &long] {
        page.act(Intent::EditRule(RuleEdit::AddDestination(name.into())));
    }
    let names: Vec<&str> = page.state.settings.privacy.destinations.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Work", &long[1..]]);
    let hide = |hide| RuleEdit::HideFrom { destination: "Work".into(), category: Category::Location, hide };
    page.act(Intent::EditRule(hide(false)));
    assert_eq!(page.state.settings.privacy.destinations[0].kept, [Category::Location]);
    page.act(Intent::EditRule(hide(true)));
    assert_eq!(page.state.settings.privacy.destinations[0].kept, []);
    page.act(Intent::EditRule(RuleEdit::RemoveDestination(long[1..].into())));
    assert_eq!(page.state.settings.privacy.destinations.len(), 1);
    for name in 0..DESTINATIONS_MAX {
        page.act(Intent::EditRule(RuleEdit::AddDestination(name.to_string())));
    }
    assert_eq!(page.state.settings.privacy.destinations.len(), DESTINATIONS_MAX);
}

#[test]
fn every_uuid_and_every_web_address_is_hidden_where_a_person_says_so() {
    let mut page = Page::ready(empty());
    page.act(Intent::Redactor(FromRedact::Ready));
    page.act(Intent::EditRule(RuleEdit::HideUuids(true)));
    page.act(Intent::EditRule(RuleEdit::HideWebAddresses(true)));
    let rules = configured(&page).pop().unwrap();
    assert!(rules.uuids && rules.web_addresses);
    page.act(Intent::EditRule(RuleEdit::HideWebAddresses(false)));
    assert!(!configured(&page).pop().unwrap().web_addresses);
}

#[test]
fn rules_of_another_tab_reach_this_ones_redactor() {
    let mut page = Page::ready(empty());
    page.act(Intent::Redactor(FromRedact::Ready));
    page.write("Falcon");
    page.act(Intent::MarkNow);
    let mut settings = empty().settings;
    settings.privacy.terms.push("Falcon".into());
    let before = page.effects.len();
    page.hear(None, FromWorker::Settings(settings));
    let [
        Effect::ApplyTheme(_),
        Effect::Redact(ToRedact::Configure { settings }),
        Effect::Redact(ToRedact::Mark { .. }),
    ] = &page.effects[before..]
    else {
        panic!("{:?}", &page.effects[before..])
    };
    assert_eq!(settings.terms, ["Falcon"]);
}

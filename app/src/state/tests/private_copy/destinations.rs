//! Where a text goes decides what may stand in it.

use conclave_protocol::DestinationRules;

use super::*;

/// Another AI may know nothing; one at work may know addresses.
fn with_work() -> Page {
    let work = DestinationRules { name: "Work".into(), kept: vec![Category::Email, Category::ApiKey] };
    let privacy = PrivacySettings { destinations: vec![work], ..PrivacySettings::default() };
    let mut page = with_redactor(Snapshot { settings: Settings { privacy, ..empty().settings }, ..empty() });
    page.write(TEXT);
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    page
}

fn work() -> Destination {
    Destination::Named("Work".into())
}

#[test]
fn each_destination_gets_what_its_rules_keep() {
    let mut page = with_work();
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
    act(&mut page, CopyIntent::GoTo(work()));
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting), "the text of the other one is not copied");
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to a@b.c and [API_KEY_01]"), "no rule keeps a secret");
    act(&mut page, CopyIntent::GoTo(Destination::AnotherAi));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
}

#[test]
fn what_was_kept_for_one_is_hidden_from_the_next() {
    let mut page = with_work();
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    act(&mut page, keep("[API_KEY_01]", Category::ApiKey, true));
    act(&mut page, CopyIntent::Confirm);
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to a@b.c and key-123"));
    act(&mut page, CopyIntent::GoTo(work()));
    act(&mut page, CopyIntent::GoTo(Destination::AnotherAi));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
}

#[test]
fn rules_that_change_count_at_once() {
    let mut page = with_work();
    act(&mut page, CopyIntent::GoTo(work()));
    answer(&mut page);
    let hide = RuleEdit::HideFrom { destination: "Work".into(), category: Category::Email, hide: true };
    page.act(Intent::EditRule(hide));
    says(&mut page, FromRedact::Configured { problems: Vec::new() });
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
    page.act(Intent::EditRule(RuleEdit::RemoveDestination("Work".into())));
    assert_eq!(copy(&page).destination, Destination::AnotherAi, "it is for nobody in particular again");
}

#[test]
fn the_next_text_goes_where_the_last_one_went() {
    let mut page = with_work();
    act(&mut page, CopyIntent::GoTo(work()));
    page.act(Intent::CloseDialog);
    page.write("Again a@b.c");
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    assert_eq!(copy(&page).destination, work());
    assert_eq!(page.state.redacted(), Ok("Again a@b.c"));
}

#[test]
fn the_composer_marks_what_is_hidden_from_another_ai() {
    let mut page = with_work();
    let ToRedact::Mark { id, .. } = last_to_redactor(&page, |message| matches!(message, ToRedact::Mark { .. })) else {
        unreachable!()
    };
    let mark = Mark {
        span: EMAIL,
        category: Category::Email,
        token: "[EMAIL_01]".into(),
        score: 0.8,
        evidence: Evidence::Form,
        detector: "email".into(),
    };
    says(&mut page, FromRedact::Marks { id, marks: vec![mark] });
    assert_eq!(page.state.composer.marks.len(), 1);
}

//! A text goes to another AI: what is asked of the redactor, and what may be copied when.

use conclave_protocol::{Category, Evidence, FromRedact, Mark, PrivacySettings, Review, Reviewed, ToRedact};

use super::*;

mod answer;
mod destinations;

const TEXT: &str = "Write to a@b.c and key-123";
const EMAIL: Span = Span::new(9, 14);
const KEY: Span = Span::new(19, 26);

/// A redactor that knows two addresses and a key, and numbers values in their order; what it makes of decisions is what the real one promises to.
fn review_of(message: &ToRedact) -> (RequestId, Review) {
    let ToRedact::Review { id, text, kept, hidden, .. } = message else { panic!("a review was expected") };
    let known = [("a@b.c", Category::Email), ("x@y.z", Category::Email), ("key-123", Category::ApiKey)];
    let mut spans: Vec<(Span, Category)> = known
        .iter()
        .filter_map(|(value, category)| {
            let at = text.find(value)?;
            Some((Span::new(at, at + value.len()), *category))
        })
        .collect();
    spans.extend(hidden.iter().map(|span| (*span, Category::Custom)));
    spans.sort_by_key(|(span, _)| span.start);
    let mut numbers = std::collections::HashMap::new();
    let spans = spans.into_iter().map(|(span, category)| {
        let number = numbers.entry(category).and_modify(|last| *last += 1).or_insert(1);
        (span, category, format!("[{}_{number:02}]", category.stem()))
    });
    let (mut redacted, mut found, mut done) = (String::new(), Vec::new(), 0);
    for (span, category, token) in spans {
        redacted.push_str(&text[done..span.start]);
        done = span.end;
        let hidden = !kept.contains(&token);
        let start = redacted.len();
        redacted.push_str(if hidden { &token } else { &text[span.start..span.end] });
        let mark =
            Mark { span, category, token, score: 0.8, evidence: Evidence::Form, detector: category.stem().into() };
        found.push(Reviewed { mark, hidden, redacted: Span::new(start, redacted.len()) });
    }
    redacted.push_str(&text[done..]);
    (*id, Review { redacted, found })
}

fn to_redactor(page: &Page) -> Vec<ToRedact> {
    let sent = page.effects.iter();
    sent.filter_map(|effect| if let Effect::Redact(message) = effect { Some(message.clone()) } else { None }).collect()
}

fn last_to_redactor(page: &Page, matches: impl Fn(&ToRedact) -> bool) -> ToRedact {
    to_redactor(page).into_iter().rfind(|message| matches(message)).unwrap()
}

fn is_review(message: &ToRedact) -> bool {
    matches!(message, ToRedact::Review { .. })
}

fn says(page: &mut Page, message: FromRedact) {
    page.act(Intent::Redactor(message));
}

fn act(page: &mut Page, intent: CopyIntent) {
    page.act(Intent::InPrivateCopy(intent));
}

/// The redactor runs and has taken the rules.
fn with_redactor(snapshot: Snapshot) -> Page {
    let mut page = Page::ready(snapshot);
    says(&mut page, FromRedact::Ready);
    says(&mut page, FromRedact::Configured { problems: Vec::new() });
    page
}

/// Answers reviews until nothing more is asked.
fn answer(page: &mut Page) {
    let mut answered = None;
    loop {
        let (id, review) = review_of(&last_to_redactor(page, is_review));
        if answered == Some(id) {
            return;
        }
        says(page, FromRedact::Reviewed { id, review });
        answered = Some(id);
    }
}

fn answer_once(page: &mut Page) {
    let (id, review) = review_of(&last_to_redactor(page, is_review));
    says(page, FromRedact::Reviewed { id, review });
}

/// Presses the button and lets the redactor keep the values.
fn copy_redacted(page: &mut Page) {
    act(page, CopyIntent::Copy(Copying::Redacted));
    let message = last_to_redactor(page, |message| matches!(message, ToRedact::Keep { .. }));
    let ToRedact::Keep { id, .. } = message else { unreachable!() };
    says(page, FromRedact::Kept { id });
}

fn opened() -> Page {
    let mut page = with_redactor(empty());
    page.write(TEXT);
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    page
}

fn copy(page: &Page) -> &PrivateCopy {
    page.state.private_copy.as_ref().unwrap()
}

fn copied(page: &Page) -> Vec<&str> {
    let effects = page.effects.iter();
    effects
        .filter_map(|effect| if let Effect::Copy { text, .. } = effect { Some(text.as_str()) } else { None })
        .collect()
}

fn keep(token: &str, category: Category, keep: bool) -> CopyIntent {
    CopyIntent::Keep { token: token.into(), category, keep }
}

#[test]
fn the_composers_text_is_reviewed_and_copied_without_its_values() {
    let mut page = opened();
    assert_eq!(page.state.layout.dialog, Some(Dialog::PrivateCopy));
    let ToRedact::Review { thread, .. } = last_to_redactor(&page, is_review) else { unreachable!() };
    assert_eq!(thread.as_str(), DRAFT, "a new thread is not stored yet");
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
    assert_eq!(hidden_words(copy(&page).review().unwrap()), "1 e-mail address, 1 API key");
    act(&mut page, CopyIntent::Copy(Copying::Redacted));
    assert!(copied(&page).is_empty(), "its values are not kept yet");
    copy_redacted(&mut page);
    assert_eq!(copied(&page), ["Write to [EMAIL_01] and [API_KEY_01]"]);
    act(&mut page, CopyIntent::Copy(Copying::Redacted));
    assert_eq!(copied(&page).len(), 2, "they are kept already");
    act(&mut page, CopyIntent::Copied { what: Copying::Redacted, done: true });
    assert_eq!(copy(&page).copied, Some((Copying::Redacted, true)));
    act(&mut page, CopyIntent::Write(format!("{TEXT}!")));
    assert_eq!(copy(&page).copied, None, "this was not copied");
}

#[test]
fn nothing_is_copied_before_the_redactor_has_answered_for_exactly_this() {
    let mut page = opened();
    act(&mut page, CopyIntent::Write("Write to a@b.c, key-123".into()));
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting));
    act(&mut page, CopyIntent::Copy(Copying::Redacted));
    assert!(copied(&page).is_empty());
    act(&mut page, CopyIntent::AskNow);
    let first = last_to_redactor(&page, is_review);
    act(&mut page, CopyIntent::Write("a@b.c".into()));
    act(&mut page, CopyIntent::AskNow);
    let (id, review) = review_of(&first);
    says(&mut page, FromRedact::Reviewed { id, review });
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting), "an answer to an older text");
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("[EMAIL_01]"));
    act(&mut page, CopyIntent::Write("  ".into()));
    assert_eq!(page.state.redacted(), Err(Blocked::Empty));
}

#[test]
fn nothing_is_copied_while_the_rules_are_unknown_or_new() {
    let mut page = Page::opened(None);
    says(&mut page, FromRedact::Ready);
    says(&mut page, FromRedact::Configured { problems: Vec::new() });
    page.write(TEXT);
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Err(Blocked::RulesUnknown), "the storage may hold terms to hide");
    let privacy = PrivacySettings { terms: vec!["Write".into()], ..PrivacySettings::default() };
    page.greet(Snapshot { settings: Settings { privacy, ..empty().settings }, ..empty() });
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting));
    let sent = to_redactor(&page);
    let [.., ToRedact::Configure { settings }, ToRedact::Mark { .. }, ToRedact::Review { .. }] = &sent[..] else {
        panic!("rules first, then the questions: {sent:?}")
    };
    assert_eq!(settings.terms, ["Write"]);
    answer(&mut page);
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting), "it has not said that it took the rules");
    says(&mut page, FromRedact::Configured { problems: Vec::new() });
    assert!(page.state.redacted().is_ok());
}

#[test]
fn nothing_is_copied_while_the_redactor_is_away() {
    let mut page = opened();
    page.act(Intent::RedactCrashed);
    assert_eq!(page.state.redacted(), Err(Blocked::Starting));
    says(&mut page, FromRedact::Ready);
    says(&mut page, FromRedact::Configured { problems: Vec::new() });
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting));
    answer(&mut page);
    assert!(page.state.redacted().is_ok(), "it was asked again");
    page.act(Intent::RedactCrashed);
    page.act(Intent::RedactCrashed);
    assert_eq!(page.state.redacted(), Err(Blocked::Down));
    act(&mut page, CopyIntent::Copy(Copying::Redacted));
    assert!(copied(&page).is_empty());
}

#[test]
fn a_refused_text_says_why_and_another_one_is_asked() {
    let mut page = with_redactor(empty());
    page.write(TEXT);
    page.act(Intent::Run(Command::PrivateCopy));
    let (id, mut review) = review_of(&last_to_redactor(&page, is_review));
    says(&mut page, FromRedact::Failed { id, problem: problem(ProblemCode::TooLarge) });
    assert_eq!(page.state.redacted(), Err(Blocked::Failed(problem(ProblemCode::TooLarge))));
    act(&mut page, CopyIntent::Write(TEXT.trim_end_matches('3').into()));
    act(&mut page, CopyIntent::Write(TEXT.into()));
    act(&mut page, CopyIntent::AskNow);
    let (again, _) = review_of(&last_to_redactor(&page, is_review));
    assert_ne!(id, again);
    review.redacted = TEXT.into();
    let asked = to_redactor(&page).len();
    says(&mut page, FromRedact::Reviewed { id: again, review });
    assert!(matches!(page.state.redacted(), Err(Blocked::Failed(_))), "it said hidden what is not");
    assert_eq!(to_redactor(&page).len(), asked, "the same question is not asked for ever");
}

#[test]
fn a_value_is_kept_and_hidden_again() {
    let mut page = opened();
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to a@b.c and [API_KEY_01]"));
    let review = copy(&page).review().unwrap();
    assert_eq!((hidden_words(review), kept_words(review)), ("1 API key".into(), "1 e-mail address".into()));
    act(&mut page, keep("[EMAIL_01]", Category::Email, false));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
}

#[test]
fn a_kept_kind_holds_for_values_that_come_later() {
    let mut page = with_redactor(empty());
    page.act(Intent::Run(Command::PrivateCopy));
    act(&mut page, CopyIntent::Write("a@b.c".into()));
    act(&mut page, CopyIntent::AskNow);
    answer(&mut page);
    act(&mut page, CopyIntent::KeepKind { category: Category::Email, keep: true });
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("a@b.c"));
    act(&mut page, CopyIntent::Write("nothing".into()));
    act(&mut page, CopyIntent::AskNow);
    answer(&mut page);
    act(&mut page, CopyIntent::Write(TEXT.into()));
    act(&mut page, CopyIntent::AskNow);
    answer_once(&mut page);
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting), "the first answer knows nothing of it");
    answer_once(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to a@b.c and [API_KEY_01]"));
}

#[test]
fn what_was_said_of_a_value_does_not_pass_to_the_next_one_that_gets_its_token() {
    let mut page = with_redactor(empty());
    page.write("a@b.c and x@y.z");
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("a@b.c and [EMAIL_02]"));
    act(&mut page, CopyIntent::Write("x@y.z".into()));
    act(&mut page, CopyIntent::AskNow);
    let ToRedact::Review { kept, .. } = last_to_redactor(&page, is_review) else { unreachable!() };
    assert!(kept.is_empty(), "nobody knows yet what its tokens stand for");
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("[EMAIL_01]"));
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    act(&mut page, CopyIntent::Write("a@b.c, x@y.z".into()));
    act(&mut page, CopyIntent::AskNow);
    let ToRedact::Review { kept, .. } = last_to_redactor(&page, is_review) else { unreachable!() };
    assert!(kept.is_empty(), "the token of the one is now that of the other");
    act(&mut page, keep("[EMAIL_01]", Category::Email, false));
    act(&mut page, CopyIntent::Write("x@y.z, a@b.c".into()));
    act(&mut page, CopyIntent::AskNow);
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("[EMAIL_01], a@b.c"));
}

#[test]
fn a_text_that_changes_back_is_reviewed_again_before_its_values_are_kept() {
    let mut page = opened();
    act(&mut page, CopyIntent::Write("x@y.z".into()));
    act(&mut page, CopyIntent::AskNow);
    act(&mut page, CopyIntent::Write(TEXT.into()));
    assert_eq!(page.state.redacted(), Err(Blocked::Waiting), "the redactor works on the other one");
    act(&mut page, CopyIntent::AskNow);
    answer(&mut page);
    act(&mut page, CopyIntent::Copy(Copying::Redacted));
    act(&mut page, CopyIntent::Write(format!("{TEXT}!")));
    let message = last_to_redactor(&page, |message| matches!(message, ToRedact::Keep { .. }));
    let ToRedact::Keep { id, .. } = message else { unreachable!() };
    says(&mut page, FromRedact::Kept { id });
    assert!(copied(&page).is_empty(), "the text is another one by now");
}

#[test]
fn values_that_cannot_be_kept_are_a_reason_not_to_copy() {
    let mut page = opened();
    act(&mut page, CopyIntent::Copy(Copying::Redacted));
    let message = last_to_redactor(&page, |message| matches!(message, ToRedact::Keep { .. }));
    let ToRedact::Keep { id, .. } = message else { unreachable!() };
    says(&mut page, FromRedact::Failed { id, problem: problem(ProblemCode::StorageFull) });
    assert!(copied(&page).is_empty());
    assert_eq!(page.state.redacted(), Err(Blocked::Failed(problem(ProblemCode::StorageFull))));
}

#[test]
fn a_secret_is_kept_only_after_a_second_word() {
    let mut page = opened();
    act(&mut page, keep("[API_KEY_01]", Category::ApiKey, true));
    let values = vec!["key-123".to_owned()];
    let asks = Confirming::Keep { token: "[API_KEY_01]".into(), category: Category::ApiKey, values };
    assert_eq!(copy(&page).confirming, Some(asks));
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"), "nothing has changed");
    act(&mut page, CopyIntent::Withdraw);
    assert_eq!(copy(&page).confirming, None);
    act(&mut page, CopyIntent::Confirm);
    assert!(page.state.redacted().is_ok(), "nothing was left to confirm");
    act(&mut page, CopyIntent::KeepKind { category: Category::ApiKey, keep: true });
    assert_eq!(copy(&page).confirming, Some(Confirming::KeepAll(Category::ApiKey)));
    act(&mut page, CopyIntent::Confirm);
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and key-123"));
}

#[test]
fn settings_that_keep_secrets_do_not_keep_them_in_a_copy() {
    let privacy = PrivacySettings { kept: vec![Category::ApiKey], ..PrivacySettings::default() };
    let mut page = with_redactor(Snapshot { settings: Settings { privacy, ..empty().settings }, ..empty() });
    let ToRedact::Configure { settings } =
        last_to_redactor(&page, |message| matches!(message, ToRedact::Configure { .. }))
    else {
        unreachable!()
    };
    assert!(settings.kept.is_empty());
    page.write(TEXT);
    page.act(Intent::MarkNow);
    let ToRedact::Mark { id, .. } = last_to_redactor(&page, |message| matches!(message, ToRedact::Mark { .. })) else {
        unreachable!()
    };
    let mark = |span, category: Category| Mark {
        span,
        category,
        token: format!("[{}_01]", category.stem()),
        score: 0.9,
        evidence: Evidence::Form,
        detector: "x".into(),
    };
    says(&mut page, FromRedact::Marks { id, marks: vec![mark(EMAIL, Category::Email), mark(KEY, Category::ApiKey)] });
    let shown: Vec<Category> = page.state.composer.marks.iter().map(|mark| mark.category).collect();
    assert_eq!(shown, [Category::Email], "the composer does as the settings say");
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to [EMAIL_01] and [API_KEY_01]"));
}

#[test]
fn a_chosen_stretch_is_hidden_even_over_what_was_kept() {
    let mut page = opened();
    act(&mut page, CopyIntent::Hide(Span::new(0, 5)));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("[CUSTOM_01] to [EMAIL_01] and [API_KEY_01]"));
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    act(&mut page, CopyIntent::Hide(Span::new(9, 11)));
    let ToRedact::Review { kept, hidden, .. } = last_to_redactor(&page, is_review) else { unreachable!() };
    assert_eq!((kept, hidden), (Vec::new(), vec![Span::new(0, 5), Span::new(9, 11)]));
}

#[test]
fn findings_are_listed_once_each_with_reasons() {
    let mut page = opened();
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    let groups = findings(copy(&page));
    let [emails, keys] = &groups[..] else { panic!("two kinds: {groups:?}") };
    assert_eq!((emails.category, emails.count, emails.hidden), (Category::Email, 1, 0));
    assert_eq!((keys.category, keys.count, keys.hidden), (Category::ApiKey, 1, 1));
    let value = &emails.values[0];
    assert_eq!((value.value.as_str(), value.token.as_str(), value.is_hidden), ("a@b.c", "[EMAIL_01]", false));
    assert_eq!(value.confidence, "Likely, 80 %");
    assert_eq!(value.reason, "it has the form of its kind");
}

#[test]
fn a_closed_dialog_opens_where_it_was_left_unless_the_composer_says_something_else() {
    let mut page = opened();
    act(&mut page, keep("[EMAIL_01]", Category::Email, true));
    act(&mut page, keep("[API_KEY_01]", Category::ApiKey, true));
    page.act(Intent::CloseDialog);
    page.act(Intent::Run(Command::RestoreAnswer));
    assert_eq!(copy(&page).step, CopyStep::Restore);
    assert_eq!(copy(&page).confirming, None, "nobody remembers what was asked");
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Write to a@b.c and [API_KEY_01]"));
    page.act(Intent::CloseDialog);
    page.write("");
    page.act(Intent::Run(Command::PrivateCopy));
    assert_eq!(copy(&page).text, TEXT);
    page.act(Intent::CloseDialog);
    page.write("Another a@b.c");
    page.act(Intent::Run(Command::PrivateCopy));
    answer(&mut page);
    assert_eq!(page.state.redacted(), Ok("Another [EMAIL_01]"), "nothing of it was decided");
}

//! Its answer comes back, and its values are forgotten.

use conclave_protocol::{Restored, TokenCount};

use super::*;

#[test]
fn an_answer_is_restored_and_copied() {
    let mut page = opened();
    act(&mut page, CopyIntent::Show(CopyStep::Restore));
    act(&mut page, CopyIntent::WriteAnswer("Ask **[email_01]** or [EMAIL_09].".into()));
    assert_eq!(page.state.restored(), Err(Blocked::Waiting));
    act(&mut page, CopyIntent::AskNow);
    let message = last_to_redactor(&page, |message| matches!(message, ToRedact::Restore { .. }));
    let ToRedact::Restore { id, thread, .. } = message else { unreachable!() };
    assert_eq!(thread.as_str(), DRAFT);
    let restored = Restored {
        text: "Ask **a@b.c** or [EMAIL_09].".into(),
        values: vec![Span::new(6, 11)],
        doubts: vec![conclave_protocol::Doubt { span: Span::new(17, 27), reason: "No value has it.".into() }],
    };
    says(&mut page, FromRedact::Restored { id, restored: restored.clone() });
    assert_eq!(page.state.restored(), Ok(&restored));
    assert_eq!(doubts_words(&restored), "1 value was put back; 1 token is in doubt and stays.");
    act(&mut page, CopyIntent::Copy(Copying::Restored));
    assert_eq!(copied(&page), ["Ask **a@b.c** or [EMAIL_09]."]);
    act(&mut page, CopyIntent::ValuesOf(ThreadId("other".into())));
    assert_eq!(page.state.restored(), Err(Blocked::Waiting), "another conversation has other values");
}

#[test]
fn values_are_counted_and_forgotten_after_a_second_word() {
    let mut page = opened();
    act(&mut page, CopyIntent::Show(CopyStep::Restore));
    let message = last_to_redactor(&page, |message| matches!(message, ToRedact::Count { .. }));
    let ToRedact::Count { id, .. } = message else { unreachable!() };
    let counts = vec![TokenCount { category: Category::Email, values: 1 }];
    says(&mut page, FromRedact::Counted { id, counts: counts.clone() });
    assert_eq!(copy(&page).counts, Some(counts));
    act(&mut page, CopyIntent::AskForget);
    let forgets = |page: &Page| to_redactor(page).iter().filter(|m| matches!(m, ToRedact::Forget { .. })).count();
    assert_eq!(forgets(&page), 0);
    act(&mut page, CopyIntent::Confirm);
    let message = last_to_redactor(&page, |message| matches!(message, ToRedact::Forget { .. }));
    let ToRedact::Forget { id, thread } = message else { unreachable!() };
    assert_eq!(thread.as_str(), DRAFT);
    let reviews = to_redactor(&page).into_iter().filter(is_review).count();
    says(&mut page, FromRedact::Forgotten { id });
    assert_eq!((copy(&page).text.as_str(), copy(&page).counts.as_deref()), ("", Some(&[][..])));
    assert_eq!(to_redactor(&page).into_iter().filter(is_review).count(), reviews, "they would get tokens again");
}

#[test]
fn a_deleted_threads_values_are_forgotten_as_soon_as_the_redactor_runs() {
    let mut page = Page::ready(Snapshot { threads: vec![thread("t", 1)], ..empty() });
    page.act(Intent::DeleteThread(ThreadId("t".into())));
    let delete = page.last_sent(|body| matches!(body, ToWorker::DeleteThread { .. }));
    page.hear(Some(delete), FromWorker::Threads(Vec::new()));
    assert!(to_redactor(&page).is_empty());
    says(&mut page, FromRedact::Ready);
    let forgot = to_redactor(&page)
        .into_iter()
        .any(|message| matches!(message, ToRedact::Forget { thread, .. } if thread.as_str() == "t"));
    assert!(forgot);
}

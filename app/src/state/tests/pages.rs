//! Pages of a document as they look: which are drawn, when, and what is shown meanwhile.

use std::sync::Arc;

use conclave_protocol::imported::{Anchor, Place};
use conclave_protocol::{Bytes, CitedOnPage, DocumentText, Original, PageImage};

use super::*;

const ROOM: Room = Room { width: 400, density: 200 };

fn text(original: Original) -> DocumentText {
    let anchors = (0..5).map(|page| Anchor { at: page * 10, place: Place::Page(page as u32 + 1) }).collect();
    DocumentText { info: document("a"), text: "0123456789".repeat(5), anchors, outline: Vec::new(), original }
}

/// A page with a document that is open at a passage of its third page.
fn reading(original: Original) -> Page {
    let mut page = Page::ready(empty());
    page.act(Intent::InPages(PagesIntent::Room(ROOM)));
    let span = Some(Span::new(22, 25));
    page.act(Intent::OpenDocument { document: DocumentId("a".into()), title: "A".into(), span, quote: None });
    let request = page.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    page.hear(Some(request), FromWorker::Document(text(original)));
    page
}

fn is_draw(body: &ToWorker) -> bool {
    matches!(body, ToWorker::ShowPage { .. })
}

/// Page, width and passage of what is being drawn.
fn wished(page: &Page) -> (u32, u32, Option<Span>) {
    match page.sent().into_iter().rev().map(|request| &request.body).find(|body| is_draw(body)) {
        Some(ToWorker::ShowPage { page, width_px, cited, .. }) => (*page, *width_px, *cited),
        other => panic!("{other:?}"),
    }
}

fn drawn(page: &mut Page) {
    let request = page.last_sent(is_draw);
    let (number, width, cited) = wished(page);
    let cited = if cited.is_some() { CitedOnPage::NotFound } else { CitedOnPage::NotAsked };
    let (height, png) = (width, Bytes::default());
    let image = PageImage { page: number, pages: 5, width, height, width_pt: 300.0, cited, png };
    page.hear(Some(request), FromWorker::Page(image));
}

fn shown(page: &Page) -> PageShown {
    page.state.page_shown().unwrap()
}

#[test]
fn the_page_of_the_passage_is_drawn_first_and_then_its_neighbours_one_at_a_time() {
    let mut page = reading(Original::Kept);
    assert_eq!(wished(&page), (3, 800, Some(Span::new(22, 25))), "in pixels of the screen, with the passage");
    assert_eq!(page.count_sent(is_draw), 1);
    assert!(shown(&page).is_drawing && shown(&page).picture.is_none());
    assert_eq!(shown(&page).text, "0123456789");
    drawn(&mut page);
    assert_eq!((shown(&page).picture.unwrap().page, shown(&page).width), (3, 400));
    assert_eq!(shown(&page).label(), "Page 3 of 5 of a.txt");
    assert!(shown(&page).words().unwrap().contains("could not be found"));
    assert_eq!(wished(&page), (4, 800, None), "nothing is cited there");
    drawn(&mut page);
    assert_eq!(wished(&page).0, 2);
    drawn(&mut page);
    assert_eq!(page.count_sent(is_draw), 3, "that is all");
    page.act(Intent::InPages(PagesIntent::Turn(4)));
    assert!(shown(&page).picture.is_some(), "it was there already");
    assert_eq!(wished(&page).0, 5);
}

#[test]
fn turning_keeps_to_the_pages_that_there_are() {
    let mut page = reading(Original::Kept);
    drawn(&mut page);
    for (wanted, is) in [(99, 5), (0, 1), (2, 2)] {
        page.act(Intent::InPages(PagesIntent::Turn(wanted)));
        assert_eq!(shown(&page).page, is);
        assert_eq!(page.state.announcement, format!("Page {is} of 5"));
    }
    page.act(Intent::GoToPlace(4));
    assert_eq!(shown(&page).page, 4);
    page.act(Intent::GoToByte(12));
    assert_eq!(shown(&page).page, 2);
}

#[test]
fn another_size_is_drawn_anew_and_the_old_picture_stays_meanwhile() {
    let mut page = reading(Original::Kept);
    drawn(&mut page);
    drawn(&mut page);
    drawn(&mut page);
    page.act(Intent::InPages(PagesIntent::Zoom(Zoom::Printed)));
    // 300 points are 400 CSS pixels: the same width as the room.
    assert!(!shown(&page).is_drawing);
    page.act(Intent::InPages(PagesIntent::Zoom(Zoom::Larger)));
    assert_eq!((wished(&page), shown(&page).width), ((3, 1_200, Some(Span::new(22, 25))), 600));
    assert!(shown(&page).is_drawing && shown(&page).picture.is_some_and(|picture| picture.width == 800));
    drawn(&mut page);
    assert!(shown(&page).picture.is_some_and(|picture| picture.width == 1_200));
}

#[test]
fn what_nobody_looks_at_any_more_is_not_drawn_on() {
    let mut page = reading(Original::Kept);
    let first = page.last_sent(is_draw);
    let is_cancel = |body: &ToWorker| *body == ToWorker::Cancel { request: first };
    page.act(Intent::InPages(PagesIntent::Turn(1)));
    assert_eq!(page.count_sent(is_cancel), 0, "it has a moment");
    page.now_ms += 3_000;
    page.act(Intent::InPages(PagesIntent::Turn(5)));
    assert_eq!((page.count_sent(is_cancel), wished(&page).0), (1, 5));
    page.hear(Some(first), FromWorker::Stopped);
    let last = page.last_sent(is_draw);
    page.act(Intent::CloseReader);
    assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request: last }), 1);
    drawn(&mut page);
    assert_eq!(page.state.page_shown(), None);
}

/// The timer for what is being drawn rings.
fn ring(page: &mut Page) {
    let wait = |effect: &Effect| if let Effect::LookAtDrawing { in_ms } = effect { Some(*in_ms) } else { None };
    page.now_ms += page.effects.iter().rev().find_map(wait).unwrap();
    page.act(Intent::InPages(PagesIntent::LookAgain));
}

#[test]
fn a_page_that_hangs_makes_way_for_the_next_one_though_nobody_turns_again() {
    let mut page = reading(Original::Kept);
    let hanging = page.last_sent(is_draw);
    let is_cancel = |body: &ToWorker| *body == ToWorker::Cancel { request: hanging };
    page.now_ms += 1_500;
    page.act(Intent::InPages(PagesIntent::Turn(4)));
    assert_eq!((page.count_sent(is_cancel), wished(&page).0), (0, 3), "it has a moment");
    assert_eq!(page.count(&Effect::LookAtDrawing { in_ms: 500 }), 1, "two seconds in all");
    ring(&mut page);
    assert_eq!((page.count_sent(is_cancel), wished(&page).0), (1, 4));
    page.hear(Some(hanging), FromWorker::Stopped);
    drawn(&mut page);
    assert!(shown(&page).picture.is_some_and(|picture| picture.page == 4));
}

#[test]
fn a_neighbour_that_hangs_keeps_nobody_from_what_is_looked_at() {
    let cites_another = Intent::OpenDocument {
        document: DocumentId("a".into()),
        title: "A".into(),
        span: Some(Span::new(2, 5)),
        quote: None,
    };
    let narrower = Intent::InPages(PagesIntent::Room(Room { width: 300, ..ROOM }));
    for (intent, wanted) in [(Intent::InPages(PagesIntent::Zoom(Zoom::Larger)), 3), (narrower, 3), (cites_another, 1)] {
        let mut page = reading(Original::Kept);
        drawn(&mut page);
        assert_eq!(wished(&page).0, 4);
        let neighbour = page.last_sent(is_draw);
        page.act(intent);
        ring(&mut page);
        assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request: neighbour }), 1);
        assert_eq!(wished(&page).0, wanted);
    }
}

#[test]
fn a_page_that_is_wanted_is_drawn_on_however_long_it_takes() {
    let mut page = reading(Original::Kept);
    let slow = page.last_sent(is_draw);
    page.act(Intent::InPages(PagesIntent::Turn(4)));
    page.act(Intent::InPages(PagesIntent::Turn(3)));
    ring(&mut page);
    page.now_ms += 10_000;
    page.act(Intent::InPages(PagesIntent::LookAgain));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::Cancel { .. })), 0, "somebody waits for it");
    assert_eq!(page.last_sent(is_draw), slow);
    drawn(&mut page);
    assert!(shown(&page).picture.is_some());
}

#[test]
fn another_engine_draws_what_the_one_before_did_not() {
    let mut page = reading(Original::Kept);
    page.act(Intent::EngineMoved);
    assert_eq!(shown(&page).problem.map(|problem| problem.code), Some(ProblemCode::WorkerCrashed));
    page.greet(empty());
    assert!(shown(&page).problem.is_none() && shown(&page).is_drawing);
    assert_eq!((page.count_sent(is_draw), wished(&page).0), (2, 3), "what is looked at comes before its neighbours");
    drawn(&mut page);
    assert_eq!((shown(&page).picture.unwrap().page, wished(&page).0), (3, 4));
}

#[test]
fn of_a_document_that_is_not_open_any_more_no_picture_stays() {
    let removed = |page: &mut Page| page.hear(None, FromWorker::Removed(vec![DocumentId("a".into())]));
    let closings: [&dyn Fn(&mut Page); 5] = [
        &|page| page.act(Intent::CloseReader),
        &removed,
        &|page| page.act(Intent::ShowTab(PanelTab::Sources)),
        &|page| page.act(Intent::AddFiles(vec![given(1, "b.txt", 5)])),
        &|page| page.act(Intent::open_whole(DocumentId("b".into()), "B".into())),
    ];
    for (at, close) in closings.into_iter().enumerate() {
        let mut page = reading(Original::Kept);
        drawn(&mut page);
        let picture = shown(&page).picture.unwrap();
        let drawing = page.last_sent(is_draw);
        close(&mut page);
        assert_eq!((Arc::strong_count(&picture), page.state.page_shown()), (1, None), "{at}");
        let is_cancel = |body: &ToWorker| *body == ToWorker::Cancel { request: drawing };
        assert_eq!(page.count_sent(is_cancel), 1, "{at}: nobody waits for its neighbour");
    }
}

#[test]
fn a_page_that_cannot_be_drawn_says_why_and_is_tried_again_when_asked() {
    let mut page = reading(Original::InFolder);
    let first = page.last_sent(is_draw);
    page.hear(Some(first), FromWorker::Failed(problem(ProblemCode::NotAllowed)));
    assert_eq!(shown(&page).problem.map(|problem| problem.code), Some(ProblemCode::NotAllowed));
    assert!(page.toasts().is_empty(), "its own place says it");
    assert!(!page.state.announcement.contains("It broke."), "and is an alert: it is not said twice");
    // Its neighbour is being drawn; then it is its turn again.
    page.act(Intent::InPages(PagesIntent::Again));
    drawn(&mut page);
    assert_eq!((wished(&page).0, shown(&page).problem), (3, None));
    drawn(&mut page);
    let neighbour = page.last_sent(is_draw);
    assert_eq!(wished(&page).0, 2);
    page.hear(Some(neighbour), FromWorker::Failed(problem(ProblemCode::NotAllowed)));
    assert!(shown(&page).problem.is_none() && shown(&page).picture.is_some(), "that was a neighbour");
}

#[test]
fn text_is_shown_where_it_is_wanted_or_nothing_else_is_there() {
    let mut page = reading(Original::Missing);
    assert_eq!((page.count_sent(is_draw), page.state.page_shown()), (0, None));
    let mut wants_text = reading(Original::Kept);
    drawn(&mut wants_text);
    wants_text.act(Intent::InPages(PagesIntent::ReadAs(ReadAs::Text)));
    assert_eq!(wants_text.state.page_shown(), None);
    // It holds for the next document.
    wants_text.act(Intent::CloseReader);
    let before = wants_text.count_sent(is_draw);
    wants_text.act(Intent::open_whole(DocumentId("a".into()), "A".into()));
    let request = wants_text.last_sent(|body| matches!(body, ToWorker::ReadDocument { .. }));
    wants_text.hear(Some(request), FromWorker::Document(text(Original::Kept)));
    assert_eq!(wants_text.count_sent(is_draw), before);
    wants_text.act(Intent::InPages(PagesIntent::ReadAs(ReadAs::Page)));
    assert_eq!(wished(&wants_text), (1, 800, None));
    page.act(Intent::InPages(PagesIntent::Turn(3)));
    assert_eq!(page.count_sent(is_draw), 0);
}

#[test]
fn a_document_whose_file_was_not_here_is_read_again_when_it_is_opened_again() {
    for (original, is_read_again) in
        [(Original::Missing, true), (Original::Unwanted, true), (Original::Kept, false), (Original::TooLarge, false)]
    {
        let mut page = reading(original);
        let is_read = |body: &ToWorker| matches!(body, ToWorker::ReadDocument { .. });
        let before = page.count_sent(is_read);
        page.act(Intent::open_whole(DocumentId("a".into()), "A".into()));
        assert_eq!(page.count_sent(is_read) > before, is_read_again, "{original:?}");
    }
}

#[test]
fn what_is_said_of_a_missing_file_follows_the_settings() {
    for (original, wants, now) in [
        (Original::Unwanted, true, Original::Missing),
        (Original::Missing, false, Original::Unwanted),
        (Original::Missing, true, Original::Missing),
        (Original::Kept, false, Original::Kept),
    ] {
        assert_eq!(original_by_now(original, wants), now);
    }
}

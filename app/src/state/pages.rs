//! The pages of the open document as they look.

use std::ops::Range;
use std::sync::Arc;

use conclave_protocol::imported::{Place, place_at, place_range};
use conclave_protocol::{CitedOnPage, DocumentText, Original, PageImage, Problem, RequestId, Span, ToWorker};

use super::AppState;
use super::effect::Effect;
use super::reader::{Reader, ReaderBody, Window};
use super::section::Section;

/// How long a page may be drawn that is not the one that is wanted, in milliseconds: most are there sooner, and ending one ends the
/// program that has the file open.
const PATIENCE_MS: u64 = 2_000;

/// Pixels of a point at 100 %: CSS has 96 to the inch, PDF 72.
const PIXELS_PER_POINT: f32 = 96.0 / 72.0;

/// Width of a page that is not known yet, in points: A4.
const WIDTH_PT: f32 = 595.0;

/// How a document with pages is read; a person's choice holds until the page is loaded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadAs {
    /// Its pages as they look.
    #[default]
    Page,
    /// Its text.
    Text,
}

/// How large pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zoom {
    /// As wide as there is room.
    #[default]
    Width,
    /// As large as printed.
    Printed,
    /// Half as large again.
    Larger,
}

/// The room that pages have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Width in CSS pixels.
    pub width: u32,
    /// Pixels of the screen for a hundred of these.
    pub density: u32,
}

/// What a person, or the view, does with pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagesIntent {
    /// Read as pages, or as text.
    ReadAs(ReadAs),
    /// Show them so large.
    Zoom(Zoom),
    /// Go to a page.
    Turn(u32),
    /// They have this room.
    Room(Room),
    /// Draw again what could not be drawn.
    Again,
    /// What is being drawn has had its time: is it still what is wanted?
    LookAgain,
}

/// What tells one picture of a document from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wish {
    page: u32,
    width_px: u32,
    cited: Option<Span>,
}

/// A page that is being drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Drawing {
    request: RequestId,
    wish: Wish,
    since_ms: u64,
}

/// Pages of the open document.
#[derive(Debug, Default)]
pub struct Pages {
    /// Whether they are shown.
    pub read_as: ReadAs,
    /// How large.
    pub zoom: Zoom,
    room: Option<Room>,
    /// The one that is looked at, from 1.
    page: u32,
    drawing: Option<Drawing>,
    /// The page that is looked at, the one before and the one behind it, as far as they are drawn.
    pictures: Vec<(Wish, Arc<PageImage>)>,
    failed: Vec<(Wish, Problem)>,
}

/// What the view shows of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageShown {
    /// Its number.
    pub page: u32,
    /// Of so many.
    pub pages: u32,
    /// Its picture, or the one of another size while this one is drawn.
    pub picture: Option<Arc<PageImage>>,
    /// Width of the picture on the screen, in CSS pixels.
    pub width: u32,
    /// Whether it is being drawn.
    pub is_drawing: bool,
    /// Why it cannot be shown.
    pub problem: Option<Problem>,
    /// Its text.
    pub text: String,
    /// The document's name.
    pub name: String,
}

impl PageShown {
    /// What a screen reader says for the picture.
    #[must_use]
    pub fn label(&self) -> String {
        format!("Page {} of {} of {}", self.page, self.pages, self.name)
    }

    /// What a person should know about it.
    #[must_use]
    pub fn words(&self) -> Option<&'static str> {
        if self.problem.is_some() {
            return None;
        }
        match self.picture.as_ref().map(|picture| &picture.cited) {
            None => Some("Drawing the page…"),
            Some(CitedOnPage::NotFound) => {
                Some("The cited words are on this page, but their place on it could not be found. Text marks them.")
            }
            Some(CitedOnPage::Found { is_whole: false, .. }) => {
                Some("A part of the cited words is marked. Text marks all of them.")
            }
            Some(CitedOnPage::NotAsked | CitedOnPage::Found { .. }) => None,
        }
    }
}

/// The bytes of the text that stand on a page; none where it has no such page.
fn on_page(text: &DocumentText, page: u32) -> Option<Range<usize>> {
    place_range(&text.anchors, Place::Page(page), text.text.len())
}

/// The page on which a byte of the text stands.
fn page_at(text: &DocumentText, byte: usize) -> u32 {
    if let Some(Place::Page(page)) = place_at(&text.anchors, byte) { page } else { 1 }
}

fn last_page(text: &DocumentText) -> u32 {
    let page = |place| if let Place::Page(page) = place { page } else { 1 };
    text.anchors.iter().map(|anchor| page(anchor.place)).max().unwrap_or(1)
}

/// Whether the pages of a document can be shown, which a person who has `wants` files kept may have changed since it was read.
#[must_use]
pub const fn original_by_now(original: Original, wants: bool) -> Original {
    match (original, wants) {
        (Original::Unwanted, true) => Original::Missing,
        (Original::Missing, false) => Original::Unwanted,
        (other, _) => other,
    }
}

/// The open document, where its pages can be shown.
fn paged(reader: Option<&Reader>) -> Option<(&DocumentText, &Window)> {
    match &reader?.body {
        ReaderBody::Open { text, window, .. } if text.original.is_here() => Some((text, window)),
        _ => None,
    }
}

impl Pages {
    /// How many pages the document has: as its picture says, else as its text says.
    fn count(&self, text: &DocumentText) -> u32 {
        self.pictures.first().map_or_else(|| last_page(text), |(_, picture)| picture.pages).max(1)
    }

    /// Width of a page on the screen, in CSS pixels.
    fn width(&self, page: u32, room: Room) -> u32 {
        let own = self.pictures.iter().find(|(wish, _)| wish.page == page).or(self.pictures.first());
        let printed = own.map_or(WIDTH_PT, |(_, picture)| picture.width_pt) * PIXELS_PER_POINT;
        match self.zoom {
            Zoom::Width => room.width,
            // A float-to-integer cast saturates.
            Zoom::Printed => printed as u32,
            Zoom::Larger => (printed * 1.5) as u32,
        }
        .max(1)
    }

    /// The picture that a page should have.
    fn wish(&self, page: u32, text: &DocumentText, window: &Window) -> Option<Wish> {
        let room = self.room?;
        let width_px = self.width(page, room).saturating_mul(room.density) / 100;
        let range = on_page(text, page);
        let is_cited = |hit: &&Range<usize>| range.as_ref().is_some_and(|on| hit.start < on.end && on.start < hit.end);
        let cited = window.hit.as_ref().filter(is_cited).map(|hit| Span::new(hit.start, hit.end));
        Some(Wish { page, width_px, cited })
    }

    /// The next picture to draw: of the page that is looked at, then of its neighbours.
    fn next(&self, text: &DocumentText, window: &Window) -> Option<Wish> {
        let count = self.count(text);
        let neighbours = [Some(self.page), self.page.checked_add(1), self.page.checked_sub(1)];
        neighbours
            .into_iter()
            .flatten()
            .filter(|page| (1..=count).contains(page))
            .filter_map(|page| self.wish(page, text, window))
            .find(|wish| {
                let is_here = self.pictures.iter().any(|(other, _)| other == wish);
                !is_here && !self.failed.iter().any(|(other, _)| other == wish)
            })
    }

    /// The page as it is shown.
    #[must_use]
    pub fn shown(&self, reader: Option<&Reader>) -> Option<PageShown> {
        let (text, window) = paged(reader)?;
        let page = self.page;
        let wish = self.wish(page, text, window);
        let exact = self.pictures.iter().find(|(other, _)| Some(*other) == wish);
        let picture = exact.or_else(|| self.pictures.iter().find(|(other, _)| other.page == page));
        let problem = self.failed.iter().find(|(other, _)| Some(*other) == wish).map(|(_, problem)| problem.clone());
        Some(PageShown {
            page,
            pages: self.count(text),
            picture: picture.map(|(_, picture)| Arc::clone(picture)),
            width: self.room.map_or(0, |room| self.width(page, room)),
            is_drawing: exact.is_none() && problem.is_none(),
            problem,
            text: on_page(text, page).and_then(|range| text.text.get(range)).unwrap_or_default().to_owned(),
            name: text.info.name.clone(),
        })
    }
}

impl AppState {
    /// The page that is looked at, where pages are.
    #[must_use]
    pub fn page_shown(&self) -> Option<PageShown> {
        self.pages.shown(self.reader.as_ref()).filter(|_| self.pages.read_as == ReadAs::Page)
    }

    pub(super) fn in_pages(&mut self, intent: PagesIntent) {
        match intent {
            PagesIntent::ReadAs(read_as) => {
                self.pages.read_as = read_as;
                if read_as == ReadAs::Text {
                    self.stop_drawing();
                }
            }
            PagesIntent::Zoom(zoom) => self.pages.zoom = zoom,
            PagesIntent::Turn(page) => return self.turn_to(page),
            PagesIntent::Room(room) => self.pages.room = Some(room),
            PagesIntent::Again => self.pages.failed.clear(),
            PagesIntent::LookAgain => return self.draw_next(),
        }
        self.touch(Section::Reader);
        self.draw_next();
    }

    /// A document was opened, or another passage of it: its page is looked at.
    pub(super) fn open_pages(&mut self, is_other: bool) {
        if is_other {
            self.forget_pages();
        }
        if let Some((text, window)) = paged(self.reader.as_ref()) {
            let byte = window.hit.as_ref().map_or(0, |hit| hit.start);
            self.pages.page = page_at(text, byte);
        }
        self.draw_next();
    }

    /// Goes to the page on which a byte of the text stands.
    pub(super) fn turn_to_byte(&mut self, byte: usize) {
        if let Some((text, _)) = paged(self.reader.as_ref()) {
            self.turn_to(page_at(text, byte));
        }
    }

    /// Goes to a page, as far as there is one.
    pub(super) fn turn_to(&mut self, page: u32) {
        let Some((text, _)) = paged(self.reader.as_ref()) else { return };
        let count = self.pages.count(text);
        self.pages.page = page.clamp(1, count);
        let page = self.pages.page;
        self.announce(format!("Page {page} of {count}"));
        self.touch(Section::Reader);
        self.draw_next();
    }

    /// Nobody looks at pages any more.
    pub(super) fn stop_drawing(&mut self) {
        if let Some(drawing) = self.pages.drawing.take() {
            self.cancel(drawing.request);
        }
    }

    /// The document is open no more: nothing of its pages stays in memory.
    pub(super) fn forget_pages(&mut self) {
        self.stop_drawing();
        self.pages.pictures.clear();
        self.pages.failed.clear();
    }

    /// Another engine runs: what failed because the one before was gone is drawn now.
    pub(super) fn draw_anew(&mut self) {
        self.pages.failed.clear();
        self.touch(Section::Reader);
        self.draw_next();
    }

    /// Has the page drawn that is wanted next, unless one is being drawn that may go on.
    fn draw_next(&mut self) {
        if self.pages.read_as == ReadAs::Text {
            return;
        }
        let Some((text, window)) = paged(self.reader.as_ref()) else { return };
        let (document, wish) = (text.info.id.clone(), self.pages.next(text, window));
        self.end_unwanted(wish);
        if self.pages.drawing.is_some() {
            return;
        }
        if let Some(wish) = wish {
            let Wish { page, width_px, cited } = wish;
            let request = self.request(ToWorker::ShowPage { document, page, width_px, cited }, None);
            self.pages.drawing = Some(Drawing { request, wish, since_ms: self.now_ms });
        }
    }

    /// Ends a drawing that is not the wanted one, once it has had its time; until then it is looked at again when it has.
    fn end_unwanted(&mut self, wanted: Option<Wish>) {
        let Some(drawing) = self.pages.drawing.filter(|drawing| Some(drawing.wish) != wanted) else { return };
        let left = PATIENCE_MS.saturating_sub(self.now_ms.saturating_sub(drawing.since_ms));
        // What the engine does not have yet costs nothing.
        if left == 0 || self.pending.waits(drawing.request) {
            self.stop_drawing();
        } else {
            self.effect(Effect::LookAtDrawing { in_ms: left });
        }
    }

    pub(super) fn on_page(&mut self, id: Option<RequestId>, picture: PageImage) {
        let Some(drawing) = self.pages.drawing.filter(|drawing| Some(drawing.request) == id) else { return };
        self.pages.drawing = None;
        let page = self.pages.page;
        // Of each page the latest picture, of those that are looked at and beside it.
        self.pages.pictures.retain(|(wish, _)| wish.page != drawing.wish.page && wish.page.abs_diff(page) <= 1);
        self.pages.pictures.push((drawing.wish, Arc::new(picture)));
        self.touch(Section::Reader);
        self.draw_next();
    }

    pub(super) fn on_page_failed(&mut self, id: Option<RequestId>, problem: Problem) {
        let Some(drawing) = self.pages.drawing.filter(|drawing| Some(drawing.request) == id) else { return };
        self.pages.drawing = None;
        // Its place on the page says it, also to those who hear it.
        self.pages.failed.push((drawing.wish, problem));
        self.touch(Section::Reader);
        self.draw_next();
    }
}

//! An open document at a passage.

use std::ops::Range;

use conclave_protocol::{DocumentId, Original, ProblemCode};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::icon::{Icon, icon};
use super::pages::{PagePane, ReadAsSwitch};
use super::store::Store;
use crate::state::{
    AppState, Intent, ReaderBody, Section, Standing, TextPiece, Unit, bytes, original_by_now, shorten, text_pieces,
    unit,
};

/// Identity of the highlighted passage.
const HIT: &str = "hit";
/// Identity of what a jump led to.
const TARGET: &str = "target";
/// Identity of the heading, which takes the focus where there is no passage.
const HEADING: &str = "reader-heading";

/// What the reader shows beside the text itself.
#[derive(Debug, Clone, PartialEq)]
enum Status {
    Loading,
    Failed(String),
    /// It was removed; what was cited of it, and the document of the same title that is here.
    Removed {
        quote: Option<String>,
        other: Option<DocumentId>,
    },
    Open {
        has_hit: bool,
        standing: Standing,
        quote: Option<String>,
        above: bool,
        below: bool,
        facts: String,
        original: Original,
    },
}

fn status(state: &AppState) -> Option<Status> {
    let reader = state.reader.as_ref()?;
    Some(match &reader.body {
        ReaderBody::Loading(_) => Status::Loading,
        ReaderBody::Failed(problem) if problem.code == ProblemCode::NotFound => Status::Removed {
            quote: reader.asked.quote.clone(),
            other: state.documents.iter().find(|info| info.title == reader.title).map(|info| info.id.clone()),
        },
        ReaderBody::Failed(problem) => Status::Failed(problem.to_string()),
        ReaderBody::Open { text, window, standing } => Status::Open {
            has_hit: window.hit.is_some(),
            standing: *standing,
            quote: reader.asked.quote.clone().filter(|_| *standing == Standing::Gone),
            above: window.has_above(),
            below: window.has_below(),
            facts: format!("{} · {}", text.info.name, bytes(text.info.size_bytes)),
            original: original_by_now(text.original, state.settings.keep_originals),
        },
    })
}

/// The chunks on the page, named so that an opened passage makes new ones.
fn chunks(state: &AppState) -> Vec<(u32, Range<usize>)> {
    match state.reader.as_ref().map(|reader| (reader.visit, &reader.body)) {
        Some((visit, ReaderBody::Open { window, .. })) => {
            window.chunks.iter().map(|chunk| (visit, chunk.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// The open document.
#[component]
pub fn ReaderPane() -> impl IntoView {
    let store = Store::here();
    let title =
        store.memo(&[Section::Reader], |state| state.reader.as_ref().map(|r| r.title.clone()).unwrap_or_default());
    let status = store.memo(&[Section::Reader, Section::Settings], status);
    let chunks = store.memo(&[Section::Reader], chunks);
    let places = store.memo(&[Section::Reader], Places::of);
    let has_pages = move || matches!(status.get(), Some(Status::Open { original, .. }) if original.is_here());
    let shows_page = store.memo(&[Section::Reader], |state| state.page_shown().is_some());
    let arrived = store.memo(&[Section::Reader], |state| {
        state.reader.as_ref().map(|reader| (reader.visit, matches!(reader.body, ReaderBody::Open { .. })))
    });
    Effect::new(move |_| {
        if let Some((_, open)) = arrived.get() {
            request_animation_frame(move || arrive(open));
        }
    });
    let more = move |above: bool| {
        let wanted = move || matches!(status.get(), Some(Status::Open { above: up, below, .. }) if if above { up } else { below });
        let words = if above { "Show more above" } else { "Show more below" };
        view! {
            <Show when=wanted>
                <button type="button" class="more" on:click=move |_| store.dispatch(Intent::WidenReader { above })>
                    {words}
                </button>
            </Show>
        }
    };

    view! {
        <section class="reader" aria-labelledby=HEADING>
            <header>
                <button type="button" class="plain" aria-label="Close the document" on:click=move |_| store.dispatch(Intent::CloseReader)>
                    {icon(Icon::Back)}
                </button>
                <div>
                    <h2 id=HEADING tabindex="-1">{move || title.get()}</h2>
                    {move || status.get().map(|status| standing_words(store, status))}
                    <Show when=has_pages>
                        <ReadAsSwitch />
                    </Show>
                    {move || places.get().map(|places| go_to(store, places))}
                </div>
            </header>
            <Show
                when=move || shows_page.get()
                fallback=move || view! {
                    <div class="text" tabindex="0" role="region" aria-label="Text of the document">
                        {more(true)}
                        <For each=move || chunks.get() key=|(visit, chunk)| (*visit, chunk.start) let:chunk>
                            <Chunk chunk=chunk.1 />
                        </For>
                        {more(false)}
                    </div>
                }
            >
                <PagePane />
            </Show>
        </section>
    }
}

/// Where a person may go in the open document.
#[derive(Debug, Clone, PartialEq)]
struct Places {
    unit: Unit,
    /// Headings, each with its byte.
    contents: Vec<(usize, String)>,
}

/// Most headings that the contents list.
const CONTENTS_MAX: usize = 500;

/// Longest heading in the contents, in characters.
const HEADING_CHARS: usize = 60;

impl Places {
    fn of(state: &AppState) -> Option<Self> {
        let ReaderBody::Open { text, .. } = &state.reader.as_ref()?.body else { return None };
        let headings = text.outline.iter().take(CONTENTS_MAX);
        let contents = headings.filter_map(|heading| {
            let indent = "\u{2003}".repeat(usize::from(heading.level.clamp(1, 4)) - 1);
            Some((heading.span.start, format!("{indent}{}", shorten(heading.span.of(&text.text)?, HEADING_CHARS))))
        });
        Some(Self { unit: unit(text), contents: contents.collect() })
    }
}

/// Ways to another place of the document; nothing where it has one place only.
fn go_to(store: Store, Places { unit: Unit { word, last }, contents }: Places) -> AnyView {
    let number = RwSignal::new(String::new());
    let options: Vec<AnyView> = contents
        .into_iter()
        .map(|(at, words)| view! { <option value=at.to_string()>{words}</option> }.into_any())
        .collect();
    let label = format!("Go to {word}, {last} at most");
    let form = (last > 1).then(|| {
        view! {
            <form
                on:submit=move |event| {
                    event.prevent_default();
                    if let Ok(number) = number.get_untracked().trim().parse() {
                        store.dispatch(Intent::GoToPlace(number));
                    }
                }
            >
                <label>
                    <span aria-hidden="true">{format!("Go to {word}")}</span>
                    <input
                        type="number"
                        min="1"
                        max=last.to_string()
                        aria-label=label
                        prop:value=number
                        on:input=move |event| number.set(event_target_value(&event))
                    />
                </label>
                <button type="submit" class="plain worded">"Go"</button>
            </form>
        }
    });
    let contents = (options.len() > 1).then(|| {
        view! {
            <select
                aria-label="Contents"
                on:change=move |event| {
                    if let Ok(at) = event_target_value(&event).parse() {
                        store.dispatch(Intent::GoToByte(at));
                    }
                }
            >
                <option value="">"Contents"</option>
                {options}
            </select>
        }
    });
    view! { <div class="go-to">{form} {contents}</div> }.into_any()
}

/// What the reader says above the text: what it is, and where it is not what was cited.
fn standing_words(store: Store, status: Status) -> AnyView {
    let kept = |quote: Option<String>| {
        quote.map(|quote| view! { <p class="quiet">"The words that were cited:"</p> <blockquote>{quote}</blockquote> })
    };
    match status {
        Status::Loading => view! { <p class="quiet">"Opening…"</p> }.into_any(),
        Status::Failed(problem) => view! { <p class="trouble">{problem}</p> }.into_any(),
        Status::Removed { quote, other } => {
            let wanted = quote.clone();
            let is_quoted = quote.is_some();
            let title = store.peek(|state| state.reader.as_ref().map(|it| it.title.clone()).unwrap_or_default());
            let open = other.map(|document| Intent::OpenDocument { document, title, span: None, quote: wanted });
            view! {
                <p class="trouble" role="alert">"This document was removed from the library."</p>
                {kept(quote)}
                {open.map(|open| {
                    view! {
                        <button type="button" class="link" on:click=move |_| store.dispatch(open.clone())>
                            {if is_quoted { "Look for them in the document of this title that is here now" } else { "Open the document of this title that is here now" }}
                        </button>
                    }
                })}
            }
            .into_any()
        }
        Status::Open { facts, standing, quote, original, .. } => {
            let pages = pages_words(original);
            let words = match standing {
                Standing::Same => None,
                Standing::Moved => Some("This document has changed since. The cited words stand here now."),
                Standing::Gone => Some("This document has changed since. The cited words are no longer in it."),
            };
            view! {
                <p class="quiet">{facts}</p>
                {pages.map(|words| view! { <p class="quiet">{words}</p> })}
                {words.map(|words| view! { <p class="changed" role="alert">{words}</p> })}
                {kept(quote)}
            }
            .into_any()
        }
    }
}

/// Why the pages of a document cannot be shown.
const fn pages_words(original: Original) -> Option<&'static str> {
    match original {
        Original::Unpaged | Original::Kept | Original::InFolder => None,
        Original::Missing => {
            Some("Its file is not kept here. Add the PDF itself again to see its pages, not an archive that it is in.")
        }
        Original::Unwanted => Some(
            "Its file is not kept here. Turn on “Keep original PDF files” under Storage and backups first, then add the PDF itself again to see its pages.",
        ),
        Original::TooLarge => Some("Its file is too large to be kept, so only its text is shown."),
    }
}

#[component]
fn Chunk(chunk: Range<usize>) -> impl IntoView {
    let store = Store::here();
    let drawn = store.peek(|state| match state.reader.as_ref().map(|reader| &reader.body) {
        Some(ReaderBody::Open { text, window, .. }) => text_pieces(text, window, &chunk),
        _ => Vec::new(),
    });
    let mut has_hit = false;
    let drawn: Vec<AnyView> = drawn
        .into_iter()
        .map(|piece| match piece {
            TextPiece::Place(words) => view! { <span class="place">{words} " "</span> }.into_any(),
            TextPiece::Target => view! { <span id=TARGET tabindex="-1"></span> }.into_any(),
            TextPiece::Words { text, is_hit: false, heading } => headed(text.into_any(), heading),
            TextPiece::Words { text, heading, .. } => {
                // A page may end inside the passage: its first part takes the focus.
                let id = (!std::mem::replace(&mut has_hit, true)).then_some(HIT);
                headed(view! { <mark id=id tabindex=id.map(|_| "-1")>{text}</mark> }.into_any(), heading)
            }
        })
        .collect();
    view! { <div class="chunk">{drawn}</div> }
}

/// Words as the heading that they are; the reader's own heading is of level 2.
fn headed(words: AnyView, level: Option<u8>) -> AnyView {
    match level {
        None => words,
        Some(0 | 1) => view! { <h3>{words}</h3> }.into_any(),
        Some(2) => view! { <h4>{words}</h4> }.into_any(),
        Some(3) => view! { <h5>{words}</h5> }.into_any(),
        Some(_) => view! { <h6>{words}</h6> }.into_any(),
    }
}

/// Brings the passage into view and the focus to it.
pub fn arrive(open: bool) {
    let element = |id: &str| document().get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let there = element(TARGET).or_else(|| element(HIT)).filter(|_| open);
    let Some(target) = there.or_else(|| element(HEADING)) else { return };
    let scroll = ScrollIntoViewOptions::new();
    scroll.set_block(ScrollLogicalPosition::Center);
    target.scroll_into_view_with_scroll_into_view_options(&scroll);
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that just went away cannot take the focus.
    let _ = target.focus_with_options(&options);
}

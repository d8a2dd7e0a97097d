//! A document's details: what it is, what it takes, its tags and its passages.

use conclave_protocol::{DocumentDetails, DocumentId, DocumentInfo, IndexedPassage};
use leptos::prelude::*;

use super::super::icon::{Icon, icon};
use super::super::store::{Store, ids};
use super::chosen::remove;
use super::shelf;
use super::tags::TagForm;
use crate::link::day;
use crate::state::{
    Details, DetailsBody, Intent, Section, ShelfIntent, bytes, count, excerpt, kind_words, origin_words,
};

/// Beginning of a passage, in characters: two lines.
const EXCERPT_CHARS: usize = 160;

/// The details.
#[component]
pub fn DetailsPane() -> impl IntoView {
    let store = Store::here();
    let details = store.memo(&[Section::Shelf], |state| state.shelf.details.clone());
    let info = store.memo(&[Section::Shelf, Section::Documents], |state| {
        let document = &state.shelf.details.as_ref()?.document;
        state.documents.get(document).cloned()
    });
    let title = move || info.get().map(|info| info.title).unwrap_or_default();
    let known = Memo::new(move |_| match details.get().map(|details| details.body) {
        Some(DetailsBody::Known(known)) => Some(DocumentDetails { listed: Vec::new(), ..known }),
        _ => None,
    });
    view! {
        <section class="shelf-part details" aria-labelledby=ids::SHELF_PART>
            <header>
                <button
                    type="button"
                    class="plain"
                    aria-label="Back to all documents"
                    on:click=move |_| shelf(store, ShelfIntent::CloseDetails)
                >
                    {icon(Icon::Back)}
                </button>
                <h3 id=ids::SHELF_PART tabindex="-1">{title}</h3>
            </header>
            {move || info.get().map(|info| about(store, &info))}
            <dl class="figures">
                {move || info.get().map(|info| figures(&info, known.get().as_ref()))}
            </dl>
            {move || details.get().map(|details| passages(store, details))}
        </section>
    }
}

/// What can be done with it, its tags, and what a person should know.
fn about(store: Store, info: &DocumentInfo) -> AnyView {
    let id = info.id.clone();
    let read = Intent::open_whole(id.clone(), info.title.clone());
    let removed = id.clone();
    let tagged = id.clone();
    let tags: Vec<AnyView> = info.tags.iter().map(|tag| tag_line(store, &id, tag)).collect();
    let notes: Vec<AnyView> = info
        .partial
        .iter()
        .map(|why| format!("Read in part. {why}"))
        .chain(info.notes.iter().cloned())
        .map(|note| view! { <li>{note}</li> }.into_any())
        .collect();
    view! {
        <div class="buttons">
            <button type="button" class="primary" on:click=move |_| store.dispatch(read.clone())>"Read"</button>
            <button
                type="button"
                class="danger"
                on:click=move |_| {
                    let ask = store.peek(|state| remove(state, vec![removed.clone()]));
                    store.dispatch(ask);
                }
            >
                "Remove…"
            </button>
        </div>
        {(!notes.is_empty()).then(|| view! { <ul class="notes">{notes}</ul> })}
        <div class="tags">
            {(!tags.is_empty()).then(|| view! { <ul aria-label="Tags">{tags}</ul> })}
            <TagForm
                id="document-tag"
                words="Add tag"
                on_tag=Callback::new(move |tag| shelf(store, ShelfIntent::Tag(vec![tagged.clone()], tag)))
            />
        </div>
    }
    .into_any()
}

fn tag_line(store: Store, id: &DocumentId, tag: &str) -> AnyView {
    let untag = ShelfIntent::Untag(vec![id.clone()], tag.to_owned());
    view! {
        <li>
            {tag.to_owned()}
            <button type="button" class="plain" aria-label=format!("Take off the tag {tag}") on:click=move |_| shelf(store, untag.clone())>
                {icon(Icon::Cross)}
            </button>
        </li>
    }
    .into_any()
}

fn figures(info: &DocumentInfo, known: Option<&DocumentDetails>) -> Vec<AnyView> {
    let mut rows: Vec<(&str, String)> = vec![("Kind", kind_words(info.kind).to_owned()), ("File", info.name.clone())];
    rows.extend(info.language.clone().map(|language| ("Language", language)));
    rows.extend(info.path.clone().map(|path| ("Stands in", path)));
    rows.push(("File size", bytes(info.size_bytes)));
    rows.extend(known.map(|known| ("Text", bytes(known.text_bytes))));
    if let Some(known) = known {
        let words = format!("about {} for words, {} for meaning", bytes(known.words_bytes), bytes(known.vectors_bytes));
        rows.push(("Index", words));
        let meaning = match (known.embedded, known.passages) {
            (_, 0) => "not yet".to_owned(),
            (embedded, passages) if embedded == passages => "all passages".to_owned(),
            (0, _) => "no passage yet: found by its words".to_owned(),
            (embedded, passages) => {
                format!("{} of {} passages, the others by their words", count(embedded.into()), count(passages.into()))
            }
        };
        rows.push(("Found by meaning", meaning));
    }
    rows.extend(info.date_ms.map(|date| ("Its date", day(date))));
    rows.push(("Added", day(i64::try_from(info.added_ms).unwrap_or(i64::MAX))));
    let row = |(name, words)| view! { <div><dt>{name}</dt> <dd>{words}</dd></div> }.into_any();
    rows.into_iter().map(row).collect()
}

fn passages(store: Store, details: Details) -> AnyView {
    let left = details.left();
    let known = match details.body {
        DetailsBody::Loading => return view! { <p class="quiet">"Opening…"</p> }.into_any(),
        DetailsBody::Failed(problem) => {
            return view! { <p class="trouble" role="alert">{problem.to_string()}</p> }.into_any();
        }
        DetailsBody::Known(known) => known,
    };
    let heading =
        format!("{} {}", count(known.passages.into()), if known.passages == 1 { "passage" } else { "passages" });
    let items: Vec<AnyView> = known.listed.iter().map(|one| passage(store, one)).collect();
    view! {
        <h4 id="passages-heading">{heading}</h4>
        <ol class="passages" aria-labelledby="passages-heading">{items}</ol>
        {(left > 0).then(|| {
            view! {
                <button type="button" class="plain worded" on:click=move |_| shelf(store, ShelfIntent::MorePassages)>
                    {format!("Show more, {} passages are not listed", count(left))}
                </button>
            }
        })}
    }
    .into_any()
}

fn passage(store: Store, one: &IndexedPassage) -> AnyView {
    let IndexedPassage { passage, embedded } = one;
    let open = Intent::open_passage(passage);
    let state = if *embedded { "" } else { " · words only" };
    view! {
        <li>
            <button type="button" class="passage" on:click=move |_| store.dispatch(open.clone())>
                <span class="excerpt">{excerpt(&passage.text, &passage.heading, EXCERPT_CHARS)}</span>
                <span class="origin">{origin_words(passage)} {state}</span>
            </button>
        </li>
    }
    .into_any()
}

//! Documents that say nearly the same.

use conclave_protocol::Alike;
use leptos::prelude::*;

use super::super::icon::{Icon, icon};
use super::super::remove::remove_button;
use super::super::store::{Store, ids};
use super::chosen::remove;
use super::shelf;
use crate::link::day;
use crate::state::{AlikeLook, Confirm, Intent, Section, ShelfIntent, bytes, count};

/// Groups that are listed at first, and how many more at a time.
const SHOWN_AT_FIRST: usize = 50;

/// The groups.
#[component]
pub fn AlikeGroups() -> impl IntoView {
    let store = Store::here();
    let look = store.memo(&[Section::Shelf], |state| state.shelf.alike.clone());
    let shown = RwSignal::new(SHOWN_AT_FIRST);
    let body = move || match look.get() {
        AlikeLook::Closed => ().into_any(),
        AlikeLook::Looking(_) => view! { <p class="quiet">"Comparing the documents…"</p> }.into_any(),
        AlikeLook::Failed(problem) => view! { <p class="trouble" role="alert">{problem.to_string()}</p> }.into_any(),
        AlikeLook::Found(groups) if groups.is_empty() => {
            view! { <p class="quiet">"No two documents say nearly the same."</p> }.into_any()
        }
        AlikeLook::Found(groups) => {
            let left = groups.len().saturating_sub(shown.get());
            let items: Vec<AnyView> = groups.iter().take(shown.get()).map(|group| self::group(store, group)).collect();
            view! {
                {items}
                {(left > 0).then(|| {
                    view! {
                        <button type="button" class="plain worded" on:click=move |_| shown.update(|shown| *shown += SHOWN_AT_FIRST)>
                            {format!("Show more, {} groups are not listed", count(left as u64))}
                        </button>
                    }
                })}
            }
            .into_any()
        }
    };
    view! {
        <section class="shelf-part" aria-labelledby=ids::SHELF_PART>
            <header>
                <button
                    type="button"
                    class="plain"
                    aria-label="Back to all documents"
                    on:click=move |_| shelf(store, ShelfIntent::CloseAlike)
                >
                    {icon(Icon::Back)}
                </button>
                <h3 id=ids::SHELF_PART tabindex="-1">"Documents that say nearly the same"</h3>
            </header>
            <p class="quiet">
                "Files with the same bytes are one document already. These have at least about four fifths of their runs of words in common: copies, other formats, earlier versions."
            </p>
            {body}
        </section>
    }
}

fn group(store: Store, group: &[Alike]) -> AnyView {
    let others: Vec<_> = group.iter().skip(1).map(|one| one.document.clone()).collect();
    let lines: Vec<AnyView> = group.iter().enumerate().map(|(at, one)| line(store, at, one)).collect();
    view! {
        <section class="alike">
            <ul>{lines}</ul>
            <button
                type="button"
                class="worded"
                on:click=move |_| {
                    let ask = store.peek(|state| remove(state, others.clone()));
                    store.dispatch(ask);
                }
            >
                "Remove all but the oldest…"
            </button>
        </section>
    }
    .into_any()
}

fn line(store: Store, at: usize, one: &Alike) -> AnyView {
    let Some(info) = store.peek(|state| state.documents.get(&one.document).cloned()) else { return ().into_any() };
    let share = if at == 0 {
        "the oldest".to_owned()
    } else if one.share >= 1.0 {
        "the same words".to_owned()
    } else {
        format!("about {:.0} % the same", one.share * 100.0)
    };
    let facts = format!(
        "{share} · {} · {} · added {}",
        info.name,
        bytes(info.size_bytes),
        day(i64::try_from(info.added_ms).unwrap_or(i64::MAX))
    );
    let open = Intent::open_whole(info.id.clone(), info.title.clone());
    let confirm = Confirm::RemoveDocuments { documents: vec![info.id], name: info.title.clone() };
    view! {
        <li class="document">
            <button type="button" class="open" on:click=move |_| store.dispatch(open.clone())>
                {icon(Icon::Document)}
                <span class="title">{info.title.clone()}</span>
                <span class="facts">{facts}</span>
            </button>
            {remove_button(&info.title, confirm)}
        </li>
    }
    .into_any()
}

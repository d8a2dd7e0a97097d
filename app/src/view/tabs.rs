//! Tabs over panes of which one shows (WAI-ARIA "Tabs").

use leptos::prelude::*;

use crate::link;

/// A tab.
#[derive(Clone, Copy)]
pub struct Tab<T: 'static> {
    /// What it stands for.
    pub value: T,
    /// Its words.
    pub words: &'static str,
    /// Its identity.
    pub id: &'static str,
    /// That of its pane.
    pub pane: &'static str,
}

/// A row of tabs. The arrows, Home and End choose with the keyboard.
pub fn tabs<T>(
    label: &'static str,
    all: &'static [Tab<T>],
    chosen: Memo<T>,
    choose: impl Fn(T) + Copy + 'static,
) -> AnyView
where
    T: Copy + PartialEq + Send + Sync,
{
    let step = move |key: &str, at: usize| match key {
        "ArrowLeft" => all.get((at + all.len() - 1) % all.len()),
        "ArrowRight" => all.get((at + 1) % all.len()),
        "Home" => all.first(),
        "End" => all.last(),
        _ => None,
    };
    let tab = |(at, tab): (usize, &'static Tab<T>)| {
        let is_shown = move || chosen.get() == tab.value;
        view! {
            <button
                type="button"
                role="tab"
                id=tab.id
                // The pane of another tab may not be on the page.
                aria-controls=move || is_shown().then_some(tab.pane)
                aria-selected=move || is_shown().to_string()
                tabindex=move || if is_shown() { "0" } else { "-1" }
                on:click=move |_| choose(tab.value)
                on:keydown=move |event| {
                    if let Some(next) = step(&event.key(), at) {
                        event.prevent_default();
                        choose(next.value);
                        link::focus(next.id);
                    }
                }
            >
                {tab.words}
            </button>
        }
        .into_any()
    };
    let tabs: Vec<AnyView> = all.iter().enumerate().map(tab).collect();
    view! { <div role="tablist" aria-label=label>{tabs}</div> }.into_any()
}

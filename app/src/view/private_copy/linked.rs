//! The value that a person looks at, in whichever of its places: the others light up.

use conclave_protocol::Mark;
use leptos::prelude::*;

/// Attribute of elements that stand for a value.
pub const TOKEN: &str = "data-token";

/// Most values that are highlighted in a text: a page with more elements answers slowly, and nobody looks at more.
pub const MOST_MARKED: usize = 1_000;

/// The token of the value that is looked at.
#[derive(Clone, Copy)]
pub struct Linked(RwSignal<Option<String>>);

impl Linked {
    /// Nothing is looked at.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// That of the dialog.
    pub fn here() -> Self {
        expect_context()
    }

    /// Whether this value is looked at.
    pub fn is(self, token: &str) -> bool {
        self.0.try_with(|linked| linked.as_deref() == Some(token)).unwrap_or_default()
    }

    /// Looks at a value, or at none. What loses the focus because the dialog goes tells so when nothing is here any more.
    pub fn look_at(self, token: Option<&str>) {
        if self.0.try_with_untracked(|linked| linked.as_deref() != token).unwrap_or_default() {
            self.0.try_set(token.map(str::to_owned));
        }
    }

    /// Looks away from a value. Another one may have come into view before: what takes the focus scrolls, and then the pointer
    /// leaves what it was over.
    pub fn look_away(self, token: &str) {
        if self.is_untracked(token) {
            self.look_at(None);
        }
    }

    fn is_untracked(self, token: &str) -> bool {
        self.0.try_with_untracked(|linked| linked.as_deref() == Some(token)).unwrap_or_default()
    }
}

/// The mark that holds this byte, or ends there.
pub fn mark_at(marks: &[Mark], at: usize) -> Option<&Mark> {
    marks.iter().find(|mark| mark.span.start <= at && at <= mark.span.end)
}

/// A value or a token in a text.
pub fn marked(text: String, token: String, is_hidden: bool) -> AnyView {
    let linked = Linked::here();
    let this = token.clone();
    let (entered, left) = (token.clone(), token.clone());
    view! {
        <mark
            data-token=token
            class:kept=!is_hidden
            class:linked=move || linked.is(&this)
            on:pointerenter=move |_| linked.look_at(Some(&entered))
            on:pointerleave=move |_| linked.look_away(&left)
        >
            {text}
        </mark>
    }
    .into_any()
}

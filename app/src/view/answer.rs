//! An answer that passed the gate: Markdown as elements, citations as buttons.

use std::sync::Arc;

use conclave_protocol::{Answer, AnswerParts, Citation, Sourcing, Verdict};
use leptos::prelude::*;

use super::gone::{GONE, gone_words, is_gone};
use super::icon::{Icon, icon};
use super::store::Store;
use crate::state::{Block, Inline, Intent, parse_markdown, verdict_words};

/// An answer with its verdict and sources.
#[component]
pub fn AnswerBody(answer: Answer) -> impl IntoView {
    let store = Store::here();
    let AnswerParts { text, citations, verdict, sourcing, manifest } = answer.parts().clone();
    let citations: Arc<[Citation]> = citations.into();
    let blocks = parse_markdown(&text, |number| citations.iter().any(|citation| citation.number == number));
    let body: Vec<AnyView> = blocks.into_iter().map(|it| block(store, it, &citations)).collect();
    let mark = if sourcing == Sourcing::Cited { Icon::Tick } else { Icon::Warning };
    let kind = match verdict {
        Verdict::Approved | Verdict::ApprovedAfterRevision => "agreed",
        Verdict::ApprovedWithoutSources => "unsourced",
    };
    view! {
        <div class="answer" data-manifest=manifest.to_string()>{body}</div>
        <p class="verdict" data-kind=kind>{icon(mark)} <span>{verdict_words(verdict)}</span></p>
        {(!citations.is_empty()).then(|| sources(store, &citations))}
    }
}

fn block(store: Store, block: Block, citations: &Arc<[Citation]>) -> AnyView {
    let line = |pieces: Vec<Inline>| -> Vec<AnyView> {
        pieces.into_iter().map(|piece| inline(store, piece, citations)).collect()
    };
    match block {
        Block::Paragraph(pieces) => view! { <p>{line(pieces)}</p> }.into_any(),
        Block::Heading(pieces) => view! { <h4>{line(pieces)}</h4> }.into_any(),
        Block::List { start, items } => {
            let items: Vec<AnyView> =
                items.into_iter().map(|item| view! { <li>{line(item)}</li> }.into_any()).collect();
            match start {
                Some(start) => view! { <ol start=start.to_string()>{items}</ol> }.into_any(),
                None => view! { <ul>{items}</ul> }.into_any(),
            }
        }
        Block::Code(code) => view! { <pre tabindex="0"><code>{code}</code></pre> }.into_any(),
    }
}

fn inline(store: Store, piece: Inline, citations: &Arc<[Citation]>) -> AnyView {
    match piece {
        Inline::Text(text) => text.into_any(),
        Inline::Strong(text) => view! { <strong>{text}</strong> }.into_any(),
        Inline::Emphasis(text) => view! { <em>{text}</em> }.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Citation(number) => match citations.iter().find(|citation| citation.number == number) {
            Some(citation) => {
                let title = citation.title.clone();
                let is_gone = is_gone(store, &citation.document);
                let label =
                    Memo::new(move |_| format!("Source {number}: {title}{}", if is_gone.get() { GONE } else { "" }));
                let open = open(citation);
                view! {
                    <button type="button" class="cite" aria-label=label title=label on:click=move |_| store.dispatch(open.clone())>
                        {number}
                    </button>
                }
                .into_any()
            }
            None => format!("[{number}]").into_any(),
        },
    }
}

fn open(citation: &Citation) -> Intent {
    Intent::OpenDocument {
        document: citation.document.clone(),
        title: citation.title.clone(),
        span: Some(citation.span),
        quote: Some(citation.quote.clone()),
    }
}

fn sources(store: Store, citations: &[Citation]) -> AnyView {
    let items: Vec<AnyView> = citations
        .iter()
        .map(|citation| {
            let open = open(citation);
            view! {
                <li value=citation.number.to_string()>
                    <button type="button" class="source" on:click=move |_| store.dispatch(open.clone())>
                        <q>{citation.quote.clone()}</q>
                        <span class="origin"><cite>{citation.title.clone()}</cite>{gone_words(store, &citation.document)}</span>
                    </button>
                </li>
            }
            .into_any()
        })
        .collect();
    view! { <ol class="sources" aria-label="Sources of this answer">{items}</ol> }.into_any()
}

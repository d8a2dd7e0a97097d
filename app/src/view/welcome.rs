//! What an empty thread teaches.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::store::Store;
use crate::state::{Command, Intent, Section};

/// The empty state.
#[component]
pub fn Welcome() -> impl IntoView {
    let store = Store::here();
    let documents = store.memo(&[Section::Documents], |state| state.documents.len());
    view! {
        <section class="welcome">
            <h2>"Ask your documents. Nothing leaves this device."</h2>
            <p class="lead">
                "Three agents read, write and check inside this browser tab. An answer appears only when all of them agree, "
                "and every claim points at the passage that supports it."
            </p>
            <ol class="steps">
                <li>
                    <h3>"Drop a document"</h3>
                    <p>
                        {move || match documents.get() {
                            0 => "PDF, Word, mail, web pages, tables, code and more. It is read and indexed here, in the browser.".to_owned(),
                            1 => "One document is ready. Add more whenever you like.".to_owned(),
                            count => format!("{count} documents are ready. Add more whenever you like."),
                        }}
                    </p>
                    <button type="button" on:click=move |_| store.dispatch(Intent::Run(Command::AddDocuments))>
                        {icon(Icon::Plus)}
                        <span>"Add documents"</span>
                    </button>
                </li>
                <li>
                    <h3>"Ask a question"</h3>
                    <p>
                        "The passages found show at once. Then "
                        <strong>"Pathos"</strong>
                        " reads the question, "
                        <strong>"Logos"</strong>
                        " writes from the passages, "
                        <strong>"Ethos"</strong>
                        " checks every claim."
                    </p>
                </li>
                <li>
                    <h3>"Check the answer"</h3>
                    <p>
                        "Press a citation to see the passage it rests on. Where the documents do not say, the council says so."
                    </p>
                </li>
            </ol>
            <p class="quiet">"No document at hand? Just ask: general questions get an answer too, labelled as without sources."</p>
        </section>
    }
}

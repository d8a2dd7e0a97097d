//! The queue of files: how it stands, what can be done with it, and its first files.

use conclave_protocol::{Embedding, FileId, FileState, QueueStatus, QueuedFile};
use leptos::prelude::*;

use super::store::Store;
use crate::state::{Imports, Intent, Section, bytes, can_read_again, count, time_left, trouble_words};

/// Which parts of the head are there. They stay as they are while figures change: a button that is about to be pressed must
/// not move, nor lose the focus.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Parts {
    is_busy: bool,
    embeds: bool,
    stands: bool,
    is_troubled: bool,
    /// More than one, so that a button for all of them is worth its room.
    is_much_troubled: bool,
}

impl Parts {
    fn of(queue: &QueueStatus) -> Self {
        Self {
            is_busy: queue.waiting > 0 || queue.reading.is_some(),
            embeds: queue.embedding.is_some(),
            stands: queue.is_paused || queue.stalled.is_some(),
            is_troubled: queue.trouble > 0,
            is_much_troubled: queue.trouble > 1,
        }
    }
}

/// The queue; nothing where it is empty.
#[component]
pub fn Queue() -> impl IntoView {
    let store = Store::here();
    let parts = store.memo(&[Section::Imports], |state| Parts::of(&state.imports.queue));
    let files = store.memo(&[Section::Imports], |state| {
        state.imports.queue.files.iter().map(|file| file.id).collect::<Vec<FileId>>()
    });
    let hidden = store.memo(&[Section::Imports], |state| {
        let queue = &state.imports.queue;
        queue.listed().saturating_sub(queue.files.len() as u64)
    });
    view! {
        {move || queue_head(store, parts.get())}
        <ul class="imports" aria-label="Files in the queue">
            <For each=move || files.get() key=|id| *id let:id>
                <QueueLine id />
            </For>
        </ul>
        <Show when=move || hidden.get().gt(&0)>
            <button type="button" class="plain worded" on:click=move |_| store.dispatch(Intent::ShowMoreFiles)>
                {move || format!("Show more, {} are not listed", count(hidden.get()))}
            </button>
        </Show>
    }
}

fn queue_head(store: Store, parts: Parts) -> Option<AnyView> {
    let Parts { is_busy, embeds, stands, is_troubled, is_much_troubled } = parts;
    let button = |words: &'static str, label: &'static str, intent: Intent| {
        view! {
            <button type="button" class="plain worded" aria-label=label on:click=move |_| store.dispatch(intent.clone())>
                {words}
            </button>
        }
        .into_any()
    };
    if !is_busy && !is_troubled && !embeds && !stands {
        return None;
    }
    let read = move |read: fn(&Imports) -> String| store.read(&[Section::Imports], |state| read(&state.imports));
    let pause = if stands {
        Some(button("Continue", "Continue with the queue", Intent::PauseQueue(false)))
    } else {
        (is_busy || embeds).then(|| button("Pause", "Pause the queue", Intent::PauseQueue(true)))
    };
    let stop = is_busy.then(|| button("Stop all", "Stop all files that wait", Intent::StopFiles(None)));
    let files = is_busy.then(|| {
        meter(store, "Files read", |imports| {
            let queue = &imports.queue;
            (queue.done, queue.done + queue.waiting + u64::from(queue.reading.is_some()))
        })
    });
    // What is said first stands beside the buttons.
    let words: fn(&Imports) -> String = if embeds && !is_busy { embedding_words } else { files_words };
    let embedding = embeds.then(|| {
        view! {
            {is_busy.then(|| view! { <p class="phase">{move || read(embedding_words)}</p> })}
            {meter(store, "Passages embedded", |imports| {
                imports.queue.embedding.map_or((0, 0), |Embedding { done, total }| (done, total))
            })}
        }
    });
    let stalled = stands.then(|| {
        let why = |imports: &Imports| imports.queue.stalled.as_ref().map(ToString::to_string).unwrap_or_default();
        view! { <p class="stalled" role="alert">{move || read(why)}</p> }
    });
    let trouble = is_troubled.then(|| {
        let label = "Dismiss all files that were not read whole";
        view! {
            <div class="queue-head">
                <p class="phase">{move || read(|imports| trouble_words(imports.queue.trouble))}</p>
                <span class="buttons">
                    {is_much_troubled.then(|| button("Dismiss all", label, Intent::DismissFiles(None)))}
                </span>
            </div>
        }
    });
    let head = (is_busy || embeds || stands).then(|| {
        view! {
            <div class="queue-head">
                <p class="phase">{move || read(words)}</p>
                <span class="buttons">{pause}{stop}</span>
            </div>
        }
    });
    Some(
        view! { <section class="queue" aria-label="Queue">{head}{files}{stalled}{embedding}{trouble}</section> }
            .into_any(),
    )
}

/// How many files are read, and how fast.
fn files_words(imports: &Imports) -> String {
    let queue = &imports.queue;
    let left = queue.waiting + u64::from(queue.reading.is_some());
    if left == 0 {
        return if queue.is_paused { "Paused".to_owned() } else { String::new() };
    }
    let mut words = format!("{} of {} files read", count(queue.done), count(queue.done + left));
    if queue.is_paused {
        words.push_str(", paused");
        return words;
    }
    if let Some(files) = queue.files_per_second {
        let each_second = if files < 10.0 { format!("{files:.1}") } else { count(files as u64) };
        words.push_str(&format!(", {each_second} a second"));
    }
    if let Some(seconds) = queue.seconds_left {
        words.push_str(&format!(", {}", time_left(seconds)));
    }
    words
}

/// How many passages are embedded, and how long the others take.
fn embedding_words(imports: &Imports) -> String {
    let Some(Embedding { done, total }) = imports.queue.embedding else { return String::new() };
    let mut words = format!("Found by meaning: {} of {} passages", count(done), count(total));
    if imports.queue.is_paused {
        words.push_str(", paused");
    } else if let Some(seconds) = imports.embedding.seconds_left(total) {
        words.push_str(&format!(", {}", time_left(seconds)));
    }
    words
}

fn meter(store: Store, label: &'static str, read: fn(&Imports) -> (u64, u64)) -> AnyView {
    let figures = move || store.read(&[Section::Imports], |state| read(&state.imports));
    view! {
        <progress
            aria-label=label
            max=move || figures().1.max(1).to_string()
            value=move || figures().0.min(figures().1).to_string()
        ></progress>
    }
    .into_any()
}

#[component]
fn QueueLine(id: FileId) -> impl IntoView {
    let store = Store::here();
    let file = store.memo(&[Section::Imports], move |state| state.imports.queued(id).cloned());
    move || file.get().map(|file| line(store, file))
}

fn line(store: Store, file: QueuedFile) -> AnyView {
    let can_retry = can_read_again(&file);
    let QueuedFile { id, path, size_bytes, state, is_kept } = file;
    // Folders are said on hover, and where a person reads on.
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let button = |words: &'static str, intent: Intent| {
        let label = format!("{words}: {name}");
        view! {
            <button type="button" class="plain worded" aria-label=label on:click=move |_| store.dispatch(intent.clone())>
                {words}
            </button>
        }
        .into_any()
    };
    let stop = || button("Stop", Intent::StopFiles(Some(id)));
    let dismiss = || button("Dismiss", Intent::DismissFiles(Some(id)));
    let retry = || can_retry.then(|| button("Try again", Intent::RetryFile(id)));
    let over = || retry().into_iter().chain([dismiss()]).collect::<Vec<AnyView>>();
    let (words, trouble, buttons) = match state {
        FileState::Waiting => {
            let first = button("Read first", Intent::ReadFirst(id));
            (format!("Waiting, {}", bytes(size_bytes)), false, vec![first, stop()])
        }
        FileState::Reading => ("Reading".to_owned(), false, vec![stop()]),
        FileState::Done => ("Added".to_owned(), false, Vec::new()),
        FileState::Partial(why) => (format!("Read in part. {why}"), true, vec![dismiss()]),
        FileState::Refused(problem) => (problem.to_string(), true, over()),
        FileState::Stopped if is_kept => ("Stopped".to_owned(), true, over()),
        FileState::Stopped => ("Stopped. Drop it again to have it read.".to_owned(), true, over()),
    };
    view! {
        <li class="import" data-trouble=trouble.then_some("yes")>
            <span class="title" title=path>{name}</span>
            <span class="phase">{words}</span>
            <span class="buttons">{buttons}</span>
        </li>
    }
    .into_any()
}

//! The council's work on a question, in three depths: verdict and strongest objection; each seat; raw prompts and drafts.

use conclave_protocol::{EvidenceRef, Position, Seat, SeatReport};
use leptos::prelude::*;

use super::store::Store;
use crate::state::{
    AppState, Draft, Intent, Section, duration, outcome_words, phase_words, position_words, reason_words, shorten,
    verdict_words,
};

/// Longest question in the panel's heading, in characters.
const QUESTION_CHARS: usize = 90;

/// What the panel shows of a question, live or ended.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    question: String,
    headline: String,
    reason: Option<String>,
    objection: Option<String>,
    agreement: Option<String>,
    took: Option<String>,
}

fn shown(state: &AppState) -> Option<Shown> {
    if let Some(live) = state.live_here() {
        let decided = live.decision.as_ref();
        let headline = match (decided, &live.phase) {
            (Some(decision), _) => decision.verdict.map_or("Not approved".to_owned(), |v| verdict_words(v).to_owned()),
            (None, Some(phase)) => phase_words(phase),
            (None, None) => "Starting…".to_owned(),
        };
        return Some(Shown {
            question: shorten(&live.question, QUESTION_CHARS),
            headline,
            reason: decided.map(|decision| decision.reason.clone()),
            objection: strongest_objection(&live.reports),
            agreement: None,
            took: None,
        });
    }
    let turn = state.traced_turn()?;
    Some(Shown {
        question: shorten(&turn.question, QUESTION_CHARS),
        headline: outcome_words(&turn.outcome).to_owned(),
        reason: state.decisions.get(&turn.id).map(|decision| decision.reason.clone()),
        objection: strongest_objection(&turn.reports),
        agreement: agreement(&turn.reports),
        took: (turn.took_ms > 0).then(|| duration(turn.took_ms)),
    })
}

/// A veto before an objection, a later one before an earlier one; its first reason is its strongest.
fn strongest_objection(reports: &[SeatReport]) -> Option<String> {
    let with = |position: Position| reports.iter().rfind(|report| report.position == position);
    let report = with(Position::Veto).or_else(|| with(Position::Object))?;
    let reason = report.reasons.first().map_or("no reason given", String::as_str);
    Some(format!("{}, round {}: {reason}", report.seat.name(), report.round))
}

/// Where each seat stood at the end.
fn agreement(reports: &[SeatReport]) -> Option<String> {
    let last = |seat: Seat| reports.iter().rfind(|report| report.seat == seat).map(|report| report.position);
    let stands: Vec<Position> = [Seat::Pathos, Seat::Logos, Seat::Ethos].into_iter().filter_map(last).collect();
    let support = stands.iter().filter(|position| **position == Position::Support).count();
    (!stands.is_empty()).then(|| format!("{support} of {} seats support it", stands.len()))
}

fn reports(state: &AppState) -> Vec<SeatReport> {
    match state.live_here() {
        Some(live) => live.reports.clone(),
        None => state.traced_turn().map(|turn| turn.reports.clone()).unwrap_or_default(),
    }
}

/// Which question the reports belong to, so that another question's seats are other elements.
fn subject(state: &AppState) -> String {
    match state.live_here() {
        Some(live) => live.turn.as_ref().map_or_else(|| format!("live {}", live.request.0), |turn| turn.id.to_string()),
        None => state.traced_turn().map(|turn| turn.id.to_string()).unwrap_or_default(),
    }
}

/// The trace.
#[component]
pub fn Trace() -> impl IntoView {
    const ALL: &[Section] = &[Section::Trace, Section::Live, Section::Turns, Section::Threads];
    let store = Store::here();
    let shown = store.memo(ALL, shown);
    let reports = store.memo(ALL, |state| {
        let subject = subject(state);
        reports(state).into_iter().enumerate().map(|(at, r)| (format!("{subject} {at}"), r)).collect::<Vec<_>>()
    });
    let drafts = store.memo(ALL, |state| state.live_here().map(|live| live.drafts.clone()).unwrap_or_default());
    view! {
        {move || match shown.get() {
            None => view! {
                <p class="quiet">
                    "Ask a question: the council's work appears here while it happens. Who said what, on which evidence, and why."
                </p>
            }
            .into_any(),
            Some(shown) => head(shown),
        }}
        <ol class="seats">
            <For each=move || reports.get() key=|(key, _)| key.clone() let:entry>
                <SeatLine report=entry.1 />
            </For>
            {move || drafts.get().into_iter().map(draft).collect::<Vec<_>>()}
        </ol>
    }
}

fn head(shown: Shown) -> AnyView {
    let Shown { question, headline, reason, objection, agreement, took } = shown;
    let reason = reason.map(|reason| view! { <p>{reason_words(&headline, &reason)}</p> });
    view! {
        <header class="trace-head">
            <p class="quiet">{question}</p>
            <h3>{headline}</h3>
            {reason}
            <dl>
                {agreement.map(|words| view! { <dt>"Agreement"</dt> <dd>{words}</dd> })}
                {objection.map(|words| view! { <dt>"Strongest objection"</dt> <dd>{words}</dd> })}
                {took.map(|words| view! { <dt>"Time"</dt> <dd>{words}</dd> })}
            </dl>
        </header>
    }
    .into_any()
}

#[component]
fn SeatLine(report: SeatReport) -> impl IntoView {
    let store = Store::here();
    let SeatReport {
        seat,
        implementation,
        round,
        position,
        reasons,
        draft,
        evidence,
        prompt,
        tokens_in,
        tokens_out,
        tokens_reused,
        took_ms,
    } = report;
    let reasons: Vec<AnyView> = reasons.into_iter().map(|reason| view! { <li>{reason}</li> }.into_any()).collect();
    let evidence: Vec<AnyView> = evidence.into_iter().map(|it| evidence_line(store, it)).collect();
    // A seat that speaks again says in which round.
    let took = match round {
        0 | 1 => duration(took_ms),
        _ => format!("round {round}, {}", duration(took_ms)),
    };
    let mut facts = vec![format!("Round {round}")];
    if tokens_in + tokens_out > 0 {
        let known = if tokens_reused > 0 { format!(" ({tokens_reused} known from before)") } else { String::new() };
        facts.push(format!("{tokens_in} tokens read{known}, {tokens_out} written"));
    }
    facts.push(implementation);
    view! {
        <li class="seat" data-seat=seat.name()>
            <details>
                <summary>
                    <span class="name">{seat.name()}</span>
                    <span class="position" data-position=format!("{position:?}")>{position_words(position)}</span>
                    <span class="quiet">{took}</span>
                </summary>
                <ul class="reasons">{reasons}</ul>
                {(!evidence.is_empty())
                    .then(|| view! { <h4 class="label">"Evidence"</h4> <ul class="evidence">{evidence}</ul> })}
                <p class="quiet">{facts.join(" · ")}</p>
                {draft.map(|text| raw("Draft (not an answer)", text))}
                {prompt.map(|text| raw("Prompt, word for word", text))}
            </details>
        </li>
    }
}

fn raw(words: &'static str, text: String) -> AnyView {
    view! {
        <details class="raw">
            <summary>{words}</summary>
            <pre tabindex="0">{text}</pre>
        </details>
    }
    .into_any()
}

fn evidence_line(store: Store, evidence: EvidenceRef) -> AnyView {
    let EvidenceRef { document, title, span, quote } = evidence;
    let open = Intent::OpenDocument { document, title: title.clone(), span: Some(span), quote: Some(quote.clone()) };
    view! {
        <li>
            <button type="button" class="source" on:click=move |_| store.dispatch(open.clone())>
                <q>{quote}</q>
                <cite>{title}</cite>
            </button>
        </li>
    }
    .into_any()
}

/// A draft while it is written.
fn draft(draft: Draft) -> AnyView {
    view! {
        <li class="seat writing" data-seat=draft.seat.name()>
            <p class="label">{format!("{} writes a draft (not an answer)", draft.seat.name())}</p>
            <pre>{draft.text}</pre>
        </li>
    }
    .into_any()
}

//! The reducers, driven as the browser drives them: events of the engine in, intents of a person in, effects out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop here")]

mod asking;
mod crashes;
mod device;
mod documents;
mod downloads;
mod folders;
mod own_models;
mod pages;
mod private_copy;
mod rules;
mod shelf;
mod threads;
mod vault;

use conclave_protocol::imported::Kind;
use conclave_protocol::{
    DocumentId, DocumentInfo, Event, FromWorker, ModelPhase, ModelStatus, ModelsStatus, OfferedFile, Outcome,
    PROTOCOL_VERSION, Passage, Problem, ProblemCode, Request, RequestId, Settings, Snapshot, Span, ThreadId,
    ThreadInfo, ToWorker, Turn, TurnId,
};

use super::*;

/// The page with its engine, both in the test's hands.
struct Page {
    state: AppState,
    now_ms: u64,
    random: u8,
    effects: Vec<Effect>,
    changed: Sections,
}

impl Page {
    /// Opened a moment ago; the engine's script loads.
    fn opened(remembered: Option<&str>) -> Self {
        let env = Env { now_ms: 0, random: [0xee; 16] };
        let state = AppState::new(remembered.map(|id| ThreadId(id.into())), &env);
        let mut page = Self { state, now_ms: 1_000, random: 0, effects: Vec::new(), changed: Sections::default() };
        page.act(Intent::Open);
        page
    }

    /// Greeted by an engine that has this in store.
    fn ready(snapshot: Snapshot) -> Self {
        let mut page = Self::opened(None);
        page.greet(snapshot);
        page
    }

    fn greet(&mut self, snapshot: Snapshot) {
        self.hear(None, FromWorker::Started { version: PROTOCOL_VERSION });
        let hello = self.last_sent(|body| matches!(body, ToWorker::Hello));
        self.hear(Some(hello), FromWorker::Ready(Box::new(snapshot)));
    }

    fn env(&mut self) -> Env {
        self.random += 1;
        Env { now_ms: self.now_ms, random: [self.random; 16] }
    }

    fn act(&mut self, intent: Intent) {
        let env = self.env();
        let update = self.state.dispatch(intent, &env);
        self.changed = update.sections;
        self.effects.extend(update.effects);
    }

    fn hear(&mut self, id: Option<RequestId>, body: FromWorker) {
        let env = self.env();
        let update = self.state.apply(Event { id, body }, &env);
        self.changed = update.sections;
        self.effects.extend(update.effects);
    }

    fn write(&mut self, text: &str) {
        self.act(Intent::Compose(text.into()));
    }

    fn ask(&mut self, question: &str) -> RequestId {
        self.write(question);
        self.act(Intent::Ask);
        self.state.live.as_ref().unwrap().request
    }

    fn sent(&self) -> Vec<&Request> {
        self.effects
            .iter()
            .filter_map(|effect| if let Effect::Send { request, .. } = effect { Some(request) } else { None })
            .collect()
    }

    fn last_sent(&self, matches: impl Fn(&ToWorker) -> bool) -> RequestId {
        self.sent().iter().rfind(|request| matches(&request.body)).unwrap().id
    }

    fn count_sent(&self, matches: impl Fn(&ToWorker) -> bool) -> usize {
        self.sent().iter().filter(|request| matches(&request.body)).count()
    }

    fn count(&self, wanted: &Effect) -> usize {
        self.effects.iter().filter(|effect| *effect == wanted).count()
    }

    fn toasts(&self) -> Vec<&str> {
        self.state.problems.shown.iter().map(|toast| toast.problem.what.as_str()).collect()
    }
}

/// A file as the page takes it in.
fn given(ticket: u32, name: &str, size_bytes: u64) -> Given {
    let is_model = name.to_ascii_lowercase().ends_with(".gguf");
    let documents = || GivenKind::Documents(vec![OfferedFile { path: name.to_owned(), size_bytes }]);
    let kind = if is_model { GivenKind::ModelFile } else { documents() };
    Given { ticket: Ticket(ticket), name: name.to_owned(), size_bytes, kind }
}

fn model(phase: ModelPhase) -> ModelStatus {
    ModelStatus {
        name: "m".into(),
        role: "writes answers".into(),
        phase,
        done_bytes: 0,
        total_bytes: 10,
        on_gpu: false,
    }
}

fn models(phase: &ModelPhase) -> ModelsStatus {
    ModelsStatus { encoder: model(phase.clone()), generator: model(phase.clone()) }
}

fn thread(id: &str, turns: u32) -> ThreadInfo {
    ThreadInfo { id: ThreadId(id.into()), title: format!("Thread {id}"), changed_ms: 5, turns }
}

pub(super) fn document(id: &str) -> DocumentInfo {
    DocumentInfo {
        id: DocumentId(id.into()),
        name: format!("{id}.txt"),
        title: format!("Document {id}"),
        kind: Kind::Plain,
        language: None,
        path: None,
        date_ms: None,
        partial: None,
        tags: Vec::new(),
        size_bytes: 10,
        chars: 10,
        passages: 1,
        added_ms: 1,
        notes: Vec::new(),
        embedded: true,
    }
}

fn empty() -> Snapshot {
    Snapshot {
        documents: Vec::new(),
        documents_total: 0,
        queue: Default::default(),
        threads: Vec::new(),
        settings: Settings { load_models_at_start: false, ..Settings::default() },
        models: models(&ModelPhase::Ready),
        own_models: Vec::new(),
        catalogue: Vec::new(),
        downloads: Vec::new(),
        problems: Vec::new(),
    }
}

pub(super) fn passage(text: &str) -> Passage {
    Passage {
        document: DocumentId("d".into()),
        title: "Document d".into(),
        heading: String::new(),
        above: Vec::new(),
        line: 1,
        place: None,
        span: Span::new(0, text.len()),
        text: text.into(),
        highlights: Vec::new(),
        window: Span::new(0, 0),
        score: 1.0,
    }
}

fn turn(id: &str, thread: &ThreadId, outcome: Outcome) -> Turn {
    Turn {
        id: TurnId(id.into()),
        thread: thread.clone(),
        question: format!("Question {id}?"),
        asked_ms: 7,
        passages: Vec::new(),
        outcome,
        reports: Vec::new(),
        took_ms: 0,
    }
}

/// An answer as it comes over the wire; nothing on the page can make one.
fn answered() -> Outcome {
    serde_json::from_str(
        r#"{"Answered":{"text":"Two years [1].","citations":[],"verdict":"Approved","sourcing":"Cited","manifest":"m"}}"#,
    )
    .unwrap()
}

fn problem(code: ProblemCode) -> Problem {
    Problem::new(code, "It broke.", "Try again.")
}

#[test]
fn the_greeting_fills_the_page_and_tells_its_views() {
    let mut page = Page::opened(None);
    assert_eq!(page.count(&Effect::StartEngine), 1);
    assert_eq!(page.count(&Effect::StartRedact), 1);
    page.greet(Snapshot {
        documents: vec![document("a")],
        threads: vec![thread("t", 1)],
        problems: vec![problem(ProblemCode::Corrupt)],
        ..empty()
    });
    assert!(page.state.connection.is_ready());
    assert_eq!(page.state.documents.len(), 1);
    assert_eq!(page.toasts(), ["It broke."]);
    for section in [Section::Documents, Section::Threads, Section::Models, Section::Settings, Section::Connection] {
        assert!(page.changed.contains(section), "{section:?}");
    }
}

#[test]
fn models_load_at_the_start_where_the_settings_say_so() {
    let page = Page::ready(empty());
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 0);
    let page = Page::ready(Snapshot { settings: Settings::default(), ..empty() });
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 1);
}

#[test]
fn loading_models_can_be_stopped_and_begun_again() {
    let mut page = Page::ready(Snapshot { models: models(&ModelPhase::Idle), ..empty() });
    page.act(Intent::LoadModels);
    page.act(Intent::LoadModels);
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 1, "it loads already");
    let load = page.state.loading_models().unwrap();
    page.act(Intent::CancelModels);
    assert_eq!(page.count_sent(|body| *body == ToWorker::Cancel { request: load }), 1);
    page.hear(Some(load), FromWorker::Stopped);
    assert_eq!(page.state.loading_models(), None);
    page.act(Intent::LoadModels);
    assert!(page.state.loading_models().is_some());
}

#[test]
fn a_question_loads_models_that_were_left_out_at_the_start() {
    let mut page = Page::ready(Snapshot { models: models(&ModelPhase::Idle), ..empty() });
    page.ask("Why?");
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 1);
}

#[test]
fn a_failed_model_is_told_once() {
    let failed = ModelPhase::Failed(problem(ProblemCode::WrongHash));
    let mut page = Page::ready(Snapshot { models: models(&ModelPhase::Idle), ..empty() });
    page.act(Intent::LoadModels);
    let load = page.state.loading_models().unwrap();
    page.hear(None, FromWorker::Models(models(&failed)));
    page.hear(Some(load), FromWorker::Failed(problem(ProblemCode::WrongHash)));
    assert!(page.toasts().is_empty(), "the strip of the models says it");
    assert!(page.state.models.as_ref().unwrap().have_failed());
}

#[test]
fn settings_show_at_once_and_the_last_choice_stands() {
    let mut page = Page::ready(empty());
    let choice = |theme| Settings { theme, load_models_at_start: false, ..Settings::default() };
    page.act(Intent::Save(choice(conclave_protocol::Theme::Light)));
    let first = page.last_sent(|body| matches!(body, ToWorker::SaveSettings { .. }));
    page.act(Intent::Run(Command::ThemeDark));
    let second = page.last_sent(|body| matches!(body, ToWorker::SaveSettings { .. }));
    page.hear(Some(first), FromWorker::Settings(choice(conclave_protocol::Theme::Light)));
    assert_eq!(page.state.settings.theme, conclave_protocol::Theme::Dark);
    assert!(!page.state.settings_are_stored(), "the last choice is on its way");
    page.hear(Some(second), FromWorker::Settings(choice(conclave_protocol::Theme::Dark)));
    assert_eq!(page.state.settings.theme, conclave_protocol::Theme::Dark);
    assert!(page.state.settings_are_stored());
    assert_eq!(page.count(&Effect::ApplyTheme(conclave_protocol::Theme::Dark)), 2);
}

#[test]
fn every_command_runs_in_every_state_without_trouble() {
    for snapshot in [empty(), Snapshot { documents: vec![document("a")], threads: vec![thread("t", 1)], ..empty() }] {
        for ready in [false, true] {
            for command in Command::ALL {
                let mut page = Page::opened(Some("t"));
                if ready {
                    page.greet(snapshot.clone());
                }
                page.act(Intent::OpenDialog(Dialog::Palette));
                page.act(Intent::Run(command));
                if command != Command::Palette {
                    assert_ne!(page.state.layout.dialog, Some(Dialog::Palette), "{command:?} leaves the palette open");
                }
            }
        }
    }
}

#[test]
fn escape_closes_what_lies_on_top_before_it_stops_anything() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.act(Intent::Narrow(true));
    page.act(Intent::OpenDocument { document: DocumentId("a".into()), title: "A".into(), span: None, quote: None });
    page.ask("Why?");
    page.act(Intent::OpenDialog(Dialog::Help));
    page.act(Intent::Escape);
    assert_eq!(page.state.layout.dialog, None);
    page.act(Intent::Escape);
    assert_eq!((page.state.reader.as_ref(), page.state.layout.sheet()), (None, None));
    assert_eq!(page.state.live.as_ref().unwrap().stopping_ms, None);
    page.act(Intent::Escape);
    assert!(page.state.live.as_ref().unwrap().stopping_ms.is_some());
    let ask = page.state.live.as_ref().unwrap().request;
    page.hear(Some(ask), FromWorker::Stopped);
}

#[test]
fn a_document_opened_over_a_narrow_page_leads_back_to_where_it_was_opened() {
    let mut page = Page::ready(Snapshot { documents: vec![document("a")], ..empty() });
    page.act(Intent::Narrow(true));
    let open = Intent::OpenDocument { document: DocumentId("a".into()), title: "A".into(), span: None, quote: None };
    page.act(open.clone());
    page.act(Intent::CloseReader);
    assert_eq!((page.state.reader.as_ref(), page.state.layout.sheet()), (None, None), "a citation of the answer");
    page.act(Intent::ShowTab(PanelTab::Sources));
    page.act(open);
    page.act(Intent::CloseReader);
    assert_eq!((page.state.reader.as_ref(), page.state.layout.sheet()), (None, Some(Sheet::Panel)), "the list");
}

//! Downloads of models, and the list that they stand on.

use conclave_protocol::{
    CatalogueModel, DeviceReport, Download, DownloadProgress, DownloadStep, ModelId, OwnModel, Speed,
};

use super::own_models::own;
use super::*;

const SMALL: &str = "https://huggingface.co/o/r/resolve/main/small.gguf";
const LARGE: &str = "https://huggingface.co/o/r/resolve/main/large.gguf";
const OTHER: &str = "https://huggingface.co/o/r/resolve/main/other.gguf";

fn known(address: Option<&str>, name: &str, size_bytes: u64, needs_gpu: bool) -> CatalogueModel {
    CatalogueModel {
        address: address.map(Into::into),
        name: name.into(),
        licence: "MIT".into(),
        stored_as: "Q4_K_M".into(),
        size_bytes,
        memory_bytes: 2 * size_bytes,
        context_tokens: 2_048,
        most_context_tokens: 131_072,
        needs_gpu,
    }
}

fn greeting() -> Snapshot {
    Snapshot {
        catalogue: vec![
            known(None, "Ships", 98_000_000, false),
            known(Some(SMALL), "Small", 300_000_000, false),
            known(Some(LARGE), "Large", 4_000_000_000, true),
        ],
        ..empty()
    }
}

fn begun(address: &str, done_bytes: u64) -> Download {
    Download {
        id: ModelId("d".into()),
        address: address.into(),
        name: "Begun".into(),
        done_bytes,
        size_bytes: 300_000_000,
    }
}

fn line(page: &Page, name: &str) -> ModelLine {
    model_lines(&page.state).into_iter().find(|line| line.name == name).unwrap()
}

fn words(action: &Option<Action>) -> Option<&'static str> {
    action.as_ref().map(|action| action.words)
}

fn buttons(page: &Page, name: &str) -> (Option<&'static str>, Option<&'static str>) {
    let line = line(page, name);
    (words(&line.first), words(&line.second))
}

fn press(page: &mut Page, action: Option<Action>) {
    page.act(action.unwrap().intent.unwrap());
}

/// Presses "Download" on Small; its request.
fn downloading(page: &mut Page) -> RequestId {
    let first = line(page, "Small").first;
    press(page, first);
    page.last_sent(|body| *body == ToWorker::DownloadModel { address: SMALL.into() })
}

fn progress(step: DownloadStep, done_bytes: u64) -> FromWorker {
    FromWorker::Downloading(DownloadProgress { address: SMALL.into(), step, done_bytes, size_bytes: 300_000_000 })
}

#[test]
fn the_list_says_of_each_model_what_is_known_and_what_can_be_done() {
    let mut page = Page::ready(greeting());
    assert_eq!(buttons(&page, "Ships"), (Some("In use"), None));
    assert_eq!(buttons(&page, "Small"), (Some("Download"), None));
    assert_eq!(buttons(&page, "Large"), (None, None), "what cannot run is not fetched");
    let facts = line(&page, "Small").facts;
    assert!(facts.contains(&("Context", "2,048 tokens here, made for 131,072".into())), "{facts:?}");
    assert!(facts.contains(&("Memory", "600.0 MB".into())) && facts.contains(&("Licence", "MIT".into())), "{facts:?}");
    assert_eq!(line(&page, "Small").fit, None, "nobody has measured");
    assert!(line(&page, "Large").fit.unwrap().words.contains("Needs a graphics processor"));

    page.act(Intent::Run(Command::ShowModels));
    assert_eq!(page.state.layout.dialog, Some(Dialog::Models));
    let probe = page.last_sent(|body| *body == ToWorker::ProbeDevice);
    page.hear(Some(probe), FromWorker::Device(device::report()));
    let good = line(&page, "Small").fit.unwrap();
    assert!(good.is_good && good.words.contains("about 11 tokens a second"), "{good:?}");
    page.state.downloads.catalogue[1].size_bytes = 820_000_000;
    let slow = line(&page, "Small").fit.unwrap();
    assert!(!slow.is_good && slow.words.contains("about 4 tokens a second"), "{slow:?}");
    assert_eq!(buttons(&page, "Small").0, Some("Download"), "slow is not impossible");
    assert_eq!(buttons(&page, "Large").0, None, "this device has none that can be used");

    let probe = page.last_sent(|body| *body == ToWorker::ProbeDevice);
    let gpu_speed = Some(Speed { is_exact: true, bytes_per_second: 2e11, operations_per_second: 1e13 });
    let mut report = DeviceReport { gpu_speed, ..device::report() };
    report.advice.writing_bytes_per_second = 2e11;
    page.hear(Some(probe), FromWorker::Device(report));
    assert_eq!(buttons(&page, "Large").0, Some("Download"));
    assert!(line(&page, "Large").fit.unwrap().words.contains("about 50 tokens a second"));
}

#[test]
fn a_download_shows_its_bytes_and_time_and_becomes_a_model_that_is_not_chosen_unasked() {
    let mut page = Page::ready(greeting());
    let id = downloading(&mut page);
    assert_eq!(page.count(&Effect::KeepStorage), 1);
    assert_eq!(buttons(&page, "Small"), (Some("Pause"), Some("Cancel")));
    press(&mut page, Some(Action { words: "", intent: Some(Intent::Download(SMALL.into())) }));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::DownloadModel { .. })), 1, "it is on its way already");
    page.hear(Some(id), progress(DownloadStep::Fetching, 100_000_000));
    page.now_ms += 10_000;
    page.hear(Some(id), progress(DownloadStep::Fetching, 200_000_000));
    let now = line(&page, "Small");
    assert_eq!(now.status.as_deref(), Some("Downloading, 200.0 MB of 300.0 MB, 10 s left"));
    assert_eq!(now.progress, Some((200_000_000, 300_000_000)));
    page.hear(Some(id), progress(DownloadStep::Retrying { reason: "the connection failed".into() }, 0));
    assert!(line(&page, "Small").status.unwrap().contains("Trying again soon: the connection failed"));
    assert!(page.state.announcement.contains("The connection of Small failed"));

    page.hear(None, FromWorker::Downloads(Vec::new()));
    page.hear(Some(id), FromWorker::ModelAdded(OwnModel { address: Some(SMALL.into()), ..own("a") }));
    assert_eq!(page.state.settings.generator, None);
    assert_eq!(buttons(&page, "Small"), (Some("Use"), Some("Remove")));
    let first = line(&page, "Small").first;
    press(&mut page, first);
    assert_eq!(page.state.settings.generator, Some(own("a").id));
    assert_eq!(buttons(&page, "Small").0, Some("In use"));
    assert_eq!(buttons(&page, "Ships").0, Some("Use"));
    assert_eq!(model_lines(&page.state).len(), 3, "it has one line");
}

#[test]
fn a_paused_download_stays_and_a_cancelled_one_gives_its_room_back() {
    let mut page = Page::ready(greeting());
    let id = downloading(&mut page);
    let first = line(&page, "Small").first;
    press(&mut page, first);
    page.last_sent(|body| *body == ToWorker::Cancel { request: id });
    assert_eq!(buttons(&page, "Small"), (Some("Pausing…"), None));
    page.hear(None, FromWorker::Downloads(vec![begun(SMALL, 100_000_000)]));
    page.hear(Some(id), FromWorker::Stopped);
    assert_eq!(buttons(&page, "Small"), (Some("Resume"), Some("Remove")));
    assert_eq!(line(&page, "Small").progress, Some((100_000_000, 300_000_000)));

    let first = line(&page, "Small").first;
    press(&mut page, first);
    let id = page.last_sent(|body| matches!(body, ToWorker::DownloadModel { .. }));
    let second = line(&page, "Small").second;
    press(&mut page, second);
    let remove = |body: &ToWorker| *body == ToWorker::RemoveDownload { model: ModelId("d".into()) };
    assert_eq!(page.count_sent(remove), 0, "not while it runs");
    page.hear(Some(id), FromWorker::Stopped);
    let removing = page.last_sent(remove);
    page.hear(Some(removing), FromWorker::Downloads(Vec::new()));
    assert_eq!(buttons(&page, "Small"), (Some("Download"), None));
}

#[test]
fn an_unfinished_download_is_there_after_a_restart() {
    let mut page = Page::ready(Snapshot { downloads: vec![begun(OTHER, 50_000_000)], ..greeting() });
    assert_eq!(page.toasts(), ["The download of Begun is not finished: 50.0 MB of 300.0 MB are here."]);
    assert_eq!(page.state.problems.shown[0].remedy, Some(Remedy(Command::ShowModels)));
    assert_eq!(model_lines(&page.state)[0].name, "Begun", "the catalogue does not know it: it stands first");
    assert_eq!(buttons(&page, "Begun"), (Some("Resume"), Some("Remove")));
    let second = line(&page, "Begun").second;
    press(&mut page, second);
    page.last_sent(|body| matches!(body, ToWorker::RemoveDownload { .. }));
}

#[test]
fn a_failure_stands_at_its_line_and_the_network_resumes_what_it_ended() {
    let mut page = Page::ready(greeting());
    let id = downloading(&mut page);
    page.hear(Some(id), FromWorker::Failed(problem(ProblemCode::NotAllowed)));
    assert!(line(&page, "Small").trouble.is_some());
    assert_eq!(buttons(&page, "Small"), (Some("Try again"), Some("Dismiss")));
    page.act(Intent::Offline(true));
    page.act(Intent::Offline(false));
    let asked = |page: &Page| page.count_sent(|body| matches!(body, ToWorker::DownloadModel { .. }));
    assert_eq!(asked(&page), 1, "the network was not what stopped it");
    let second = line(&page, "Small").second;
    press(&mut page, second);
    assert_eq!(buttons(&page, "Small"), (Some("Download"), None));

    let id = downloading(&mut page);
    page.hear(None, FromWorker::Downloads(vec![begun(SMALL, 100_000_000)]));
    page.hear(Some(id), FromWorker::Failed(problem(ProblemCode::Network)));
    assert_eq!(buttons(&page, "Small"), (Some("Resume"), Some("Remove")));
    page.act(Intent::Offline(false));
    assert_eq!(asked(&page), 3);
    assert_eq!(buttons(&page, "Small"), (Some("Pause"), Some("Cancel")));
    page.act(Intent::EngineCrashed);
    assert!(line(&page, "Small").trouble.is_some(), "a worker that is gone downloads nothing");
}

#[test]
fn an_address_that_was_copied_in_another_form_has_one_line() {
    let mut page = Page::ready(greeting());
    page.act(Intent::Download(" https://huggingface.co/o/r/blob/main/small.gguf?download=true ".into()));
    let id = page.last_sent(|body| matches!(body, ToWorker::DownloadModel { .. }));
    page.hear(Some(id), progress(DownloadStep::Queued, 0));
    assert_eq!(buttons(&page, "Small"), (Some("Pause"), Some("Cancel")));
    assert_eq!(model_lines(&page.state).len(), 3);
    page.act(Intent::Download("  ".into()));
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::DownloadModel { .. })), 1);
}

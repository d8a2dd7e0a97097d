//! Models that a person adds.

use conclave_protocol::{CopyProgress, GivenFile, ModelId, OwnModel};

use super::*;

pub(super) fn own(id: &str) -> OwnModel {
    OwnModel {
        id: ModelId(id.into()),
        name: format!("Own {id}"),
        licence: None,
        parameters: 1_000,
        stored_as: "Q4_0".into(),
        size_bytes: 500,
        address: None,
    }
}

fn adding(page: &mut Page) -> RequestId {
    page.act(Intent::AddFiles(vec![given(1, "Own.GGUF", 500)]));
    page.last_sent(|body| *body == ToWorker::AddModel { name: "Own.GGUF".into(), files: Vec::new() })
}

#[test]
fn an_added_model_is_chosen_and_loads_once_that_is_stored() {
    let mut page = Page::ready(empty());
    let add = adding(&mut page);
    let progress = CopyProgress { done: 100, total: 500 };
    page.hear(Some(add), FromWorker::Copying(progress));
    assert!(
        matches!(&page.state.imports.items[0].stage, ImportStage::Running { progress: Some(now), .. } if *now == progress)
    );

    page.hear(Some(add), FromWorker::ModelAdded(own("a")));
    assert!(page.state.imports.items.is_empty());
    assert_eq!(page.state.own_models, [own("a")]);
    let chosen = Settings { generator: Some(own("a").id), ..empty().settings };
    let save = page.last_sent(|body| *body == ToWorker::SaveSettings { settings: chosen.clone() });
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 0, "the engine does not know the choice yet");
    page.hear(Some(save), FromWorker::Settings(chosen.clone()));
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 1);

    // Another choice that has nothing to do with it loads nothing.
    page.act(Intent::Run(Command::ThemeDark));
    let save = page.last_sent(|body| matches!(body, ToWorker::SaveSettings { .. }));
    page.hear(Some(save), FromWorker::Settings(Settings { theme: conclave_protocol::Theme::Dark, ..chosen }));
    assert_eq!(page.count_sent(|body| *body == ToWorker::LoadModels), 1);
}

#[test]
fn a_file_that_is_no_model_stays_on_the_list_with_its_reason_and_the_next_one_goes_on() {
    let mut page = Page::ready(empty());
    page.act(Intent::AddFiles(vec![given(1, "bad.gguf", 9), given(2, "good.txt", 9)]));
    let add = page.last_sent(|body| matches!(body, ToWorker::AddModel { .. }));
    page.hear(Some(add), FromWorker::Failed(problem(ProblemCode::BadModel)));
    let item = &page.state.imports.items[0];
    assert!(matches!(item.stage, ImportStage::Failed(_)) && !item.can_retry());
    assert_eq!(page.count_sent(|body| matches!(body, ToWorker::AddFiles { .. })), 1);
    assert_eq!(page.state.settings.generator, None);
}

#[test]
fn a_model_is_removed_after_a_question_and_the_list_follows_other_tabs() {
    let mut page = Page::ready(Snapshot { own_models: vec![own("a"), own("b")], ..empty() });
    page.act(Intent::OpenDialog(Dialog::Confirm(Confirm::RemoveModel { model: own("a").id, name: "Own a".into() })));
    page.act(Intent::RemoveModel(own("a").id));
    assert_eq!(page.state.layout.dialog, None);
    let remove = page.last_sent(|body| *body == ToWorker::RemoveModel { model: own("a").id });
    assert_eq!(page.state.own_models.len(), 2, "it is there until the engine says that it is gone");
    page.hear(Some(remove), FromWorker::OwnModels(vec![own("b")]));
    assert_eq!(page.state.own_models, [own("b")]);
    page.hear(None, FromWorker::OwnModels(Vec::new()));
    assert!(page.state.own_models.is_empty());
}

#[test]
fn a_model_of_several_files_is_sent_as_one() {
    let mut page = Page::ready(empty());
    let file = |name: &str| GivenFile { name: name.into(), size_bytes: 9 };
    let files = vec![file("config.json"), file("model.safetensors")];
    let kind = GivenKind::ModelFolder(files.clone());
    page.act(Intent::AddFiles(vec![Given { kind, ..given(1, "Tiny-1B", 18) }]));
    assert_eq!(page.count_sent(|body| *body == ToWorker::AddModel { name: "Tiny-1B".into(), files: files.clone() }), 1);
}

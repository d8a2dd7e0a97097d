//! What runs the model that writes: chosen, failing, lost in the middle.

use conclave_inference::gpu::GpuError;
use conclave_protocol::{FromWorker, ModelPhase, Outcome, ProblemCode, Processor, Settings, ThreadId, ToWorker, Turn};

use super::{Device, Tab};

/// With a graphics processor, the passes of models on which come to this.
fn device(passes: &[Option<GpuError>]) -> Device {
    let device = Device::with_models();
    *device.gpu.absent.borrow_mut() = None;
    device.gpu.passes.borrow_mut().extend(passes.iter().cloned());
    device
}

fn on_gpu(tab: &Tab) -> bool {
    let generator = tab.hello().models.generator;
    assert_eq!(generator.phase, ModelPhase::Ready);
    generator.on_gpu
}

fn run_on(tab: &Tab, processor: Processor) {
    let settings = Settings { processor, ..tab.hello().settings };
    assert!(matches!(tab.close(ToWorker::SaveSettings { settings }), FromWorker::Settings(_)));
}

/// What a person was told that nobody asked for.
fn news(tab: &Tab) -> Vec<ProblemCode> {
    let problem = |event| if let FromWorker::Failed(problem) = event { Some(problem.code) } else { None };
    tab.unasked().into_iter().filter_map(problem).collect()
}

fn ask(tab: &Tab) -> Turn {
    let thread = ThreadId::from_random([7; 16]);
    match tab.close(ToWorker::Ask { thread, question: "Write a poem about rain.".into() }) {
        FromWorker::TurnEnded(turn) => turn,
        other => panic!("no turn: {other:?}"),
    }
}

#[test]
fn a_graphics_processor_is_taken_where_there_is_one_and_left_where_it_is_not_wished_for() {
    let device = device(&[]);
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(on_gpu(&tab));
    run_on(&tab, Processor::Central);
    assert_eq!(tab.hello().models.generator.phase, ModelPhase::Idle, "it is loaded anew elsewhere");
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(!on_gpu(&tab));
    assert_eq!(device.gpu.loads.get(), 1);
    assert_eq!(news(&tab), []);
    // The wish outlives the tab.
    let next = device.tab();
    next.hello();
    assert_eq!(next.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(!on_gpu(&next));
}

#[test]
fn without_one_the_processor_runs_the_model_and_who_wished_for_it_is_told() {
    let device = Device::with_models();
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(!on_gpu(&tab));
    assert_eq!(news(&tab), []);
    run_on(&tab, Processor::Graphics);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(!on_gpu(&tab));
    assert_eq!(news(&tab), [ProblemCode::ModelNotReady]);
}

#[test]
fn one_whose_memory_is_full_gives_way_to_the_processor() {
    let device = device(&[Some(GpuError::OutOfMemory)]);
    let tab = device.tab();
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(!on_gpu(&tab));
    assert_eq!(news(&tab), [ProblemCode::OutOfMemory]);
    assert_eq!(device.gpu.loads.get(), 1);
    // Who wishes for it anew has it tried anew.
    run_on(&tab, Processor::Graphics);
    assert_eq!(tab.close(ToWorker::LoadModels), FromWorker::Done);
    assert!(on_gpu(&tab));
}

#[test]
fn a_question_is_answered_although_the_graphics_processor_is_lost_meanwhile() {
    // The pass that warms up, then the first of the question.
    let device = device(&[None, Some(GpuError::Lost)]);
    let tab = device.tab();
    let turn = ask(&tab);
    assert!(!matches!(turn.outcome, Outcome::Failed(_) | Outcome::Unfinished), "{:?}", turn.outcome);
    assert_eq!(device.gpu.loads.get(), 2, "the weights went there again");
    assert!(on_gpu(&tab));
    assert_eq!(news(&tab), []);
}

#[test]
fn one_that_is_lost_again_and_again_is_left_alone() {
    let lost = Some(GpuError::Lost);
    let device = device(&[None, lost.clone(), None, lost.clone(), None, lost]);
    let tab = device.tab();
    let turn = ask(&tab);
    assert!(!matches!(turn.outcome, Outcome::Failed(_) | Outcome::Unfinished), "{:?}", turn.outcome);
    assert_eq!(device.gpu.loads.get(), 3);
    assert!(!on_gpu(&tab));
    assert_eq!(news(&tab), [ProblemCode::ModelNotReady]);
}

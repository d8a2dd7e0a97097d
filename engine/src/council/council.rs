//! The council: three seats, at most three rounds, one gate.

use std::rc::Rc;

use conclave_inference::{Encoder, Generator, Pulse};
use conclave_ports::Clock;
use conclave_protocol::{ManifestId, Seat, SeatReport, Settings, TraceEvent, TurnPhase};

use super::agent::{Agent, AgentError, Finding};
use super::deliberation::{Deliberation, Statement};
use super::error::CouncilError;
use super::ethos::RuleEthos;
use super::gate::{Decision, Gate, Ruling};
use super::logos::{QuotingLogos, RetrievingLogos, Writing};
use super::manifest::Manifest;
use super::pathos::RulePathos;
use super::question::Question;
use super::reading::Reading;

/// The models that are loaded. Both are optional: without the encoder the words alone find sentences, without the
/// generator a quotation is the answer and general questions fail with [`CouncilError::NeedsGenerator`].
#[derive(Clone, Default)]
pub struct Models {
    /// Finds sentences.
    pub encoder: Option<Rc<dyn Encoder>>,
    /// Writes.
    pub generator: Option<Rc<dyn Generator>>,
}

/// What came of a deliberation.
#[derive(Debug, Clone, PartialEq)]
pub struct Deliberated {
    /// The ruling.
    pub ruling: Ruling,
    /// The seats' reports, in the order in which they spoke.
    pub reports: Vec<SeatReport>,
    /// The record to store.
    pub manifest: Manifest,
    /// Wall time in milliseconds.
    pub took_ms: u64,
}

/// What a deliberation needs from its caller.
pub struct Call<'a> {
    /// Identity of the manifest to be made.
    pub manifest: ManifestId,
    /// Stops the work and gives way.
    pub pulse: &'a Pulse,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Gets every step as it happens.
    pub sink: Rc<dyn Fn(TraceEvent)>,
}

/// Three seats and the gate.
pub struct Council {
    models: Models,
    pathos: Rc<dyn Agent>,
    logos: Rc<dyn Agent>,
    ethos: Rc<dyn Agent>,
    gate: Gate,
}

impl Council {
    /// The council for these models: Logos phrases where there is a generator, and quotes where there is none.
    #[must_use]
    pub fn new(models: Models, settings: &Settings) -> Self {
        let logos: Rc<dyn Agent> = match &models.generator {
            Some(generator) => {
                let writing =
                    Writing { max_tokens: settings.max_answer_tokens as usize, temperature: settings.temperature };
                Rc::new(RetrievingLogos::new(Rc::clone(generator), writing))
            }
            None => Rc::new(QuotingLogos),
        };
        Self::of(Rc::new(RulePathos), logos, Rc::new(RuleEthos::default()), models)
    }

    /// A council of these seats.
    #[must_use]
    pub fn of(pathos: Rc<dyn Agent>, logos: Rc<dyn Agent>, ethos: Rc<dyn Agent>, models: Models) -> Self {
        Self { models, pathos, logos, ethos, gate: Gate::default() }
    }

    /// Deliberates until the gate has ruled. Every step goes to the sink while it happens.
    ///
    /// # Errors
    /// [`CouncilError`]: an empty question, a cancellation, a seat that failed, or a question that needs a generator
    /// when none is loaded. In none of these cases is there an answer.
    pub async fn deliberate(&self, question: &Question, call: Call<'_>) -> Result<Deliberated, CouncilError> {
        if question.read().is_empty() {
            return Err(CouncilError::EmptyQuestion);
        }
        let started_ms = call.clock.unix_ms();
        let started = call.clock.monotonic_ms();
        let reading = Reading::of(question, self.models.encoder.as_deref(), call.pulse)
            .await
            .map_err(|source| seat_error(Seat::Logos, source.into()))?;
        let mut so_far = Deliberation::new(reading, call.pulse.clone(), Rc::clone(&call.sink));
        let mut reports = Vec::new();
        let ruling = loop {
            if so_far.round() == 1 {
                self.hear(&*self.pathos, question, &mut so_far, call.clock, &mut reports).await?;
            }
            self.hear(&*self.logos, question, &mut so_far, call.clock, &mut reports).await?;
            self.hear(&*self.ethos, question, &mut so_far, call.clock, &mut reports).await?;
            if so_far.draft().is_some() {
                self.hear(&*self.pathos, question, &mut so_far, call.clock, &mut reports).await?;
            }
            so_far.trace(TraceEvent::Phase(TurnPhase::Deciding));
            match self.gate.decide(&so_far, &call.manifest) {
                Decision::Final(ruling) => break ruling,
                Decision::NextRound => so_far.next_round(),
            }
        };
        let (verdict, reason) = ruling.summary();
        so_far.trace(TraceEvent::Decided { verdict, reason });
        let (reading, statements) = so_far.into_parts();
        let manifest = Manifest {
            format: Manifest::FORMAT,
            id: call.manifest,
            rules: Manifest::RULES,
            started_ms,
            inputs_sha256: Manifest::hash_of(question, &reading),
            question: question.clone(),
            reading,
            generator: self.models.generator.as_ref().map(|model| model.name().to_owned()),
            gate: self.gate,
            statements,
            ruling: ruling.record(),
        };
        Ok(Deliberated { ruling, reports, manifest, took_ms: elapsed_ms(call.clock, started) })
    }

    async fn hear(
        &self,
        agent: &dyn Agent,
        question: &Question,
        so_far: &mut Deliberation,
        clock: &dyn Clock,
        reports: &mut Vec<SeatReport>,
    ) -> Result<(), CouncilError> {
        let seat = agent.seat();
        so_far.pulse().beat().await.map_err(|source| seat_error(seat, source.into()))?;
        so_far.trace(TraceEvent::Phase(TurnPhase::Considering { seat, round: so_far.round() }));
        let started = clock.monotonic_ms();
        let mut opinion = agent.consider(question, so_far).await.map_err(|source| seat_error(seat, source))?;
        opinion.cost.took_ms = elapsed_ms(clock, started);
        let judged = so_far.draft().map(|draft| draft.text.clone());
        let report = report(so_far.record(seat, agent.implementation(), opinion), judged);
        so_far.trace(TraceEvent::Report(report.clone()));
        reports.push(report);
        Ok(())
    }
}

fn report(said: &Statement, judged: Option<String>) -> SeatReport {
    let opinion = &said.opinion;
    let draft = match &opinion.finding {
        Finding::Draft(draft) => Some(draft.text.clone()),
        _ => judged,
    };
    SeatReport {
        seat: said.seat,
        implementation: said.implementation.clone(),
        round: said.round,
        position: opinion.position,
        reasons: opinion.reasons.clone(),
        draft,
        evidence: opinion.evidence.clone(),
        prompt: opinion.cost.prompt.clone(),
        tokens_in: opinion.cost.tokens_in,
        tokens_out: opinion.cost.tokens_out,
        tokens_reused: opinion.cost.tokens_reused,
        took_ms: opinion.cost.took_ms,
    }
}

fn seat_error(seat: Seat, source: AgentError) -> CouncilError {
    match source {
        AgentError::Cancelled => CouncilError::Cancelled,
        AgentError::NeedsGenerator => CouncilError::NeedsGenerator,
        source => CouncilError::SeatFailed { seat, source },
    }
}

fn elapsed_ms(clock: &dyn Clock, since: f64) -> u64 {
    // A float-to-integer cast saturates: a clock that goes back reads as 0.
    (clock.monotonic_ms() - since).round() as u64
}

//! The arms: one model alone, one that may abstain, five samples of it, the council, and the council's sentence alone.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use conclave_engine::council::{
    self, Call, Council, Finding, Intent, LibraryFacts, Question, Reading, Route, Ruling, draft::without_marks, ethos,
    library_words, logos::rank::Ranker,
};
use conclave_inference::{ChatMessage, Encoder, GenerateRequest, Generator, Pulse, Role, Sampling};
use conclave_ports::SystemClock;
use conclave_protocol::{ApprovedAnswer, DocumentId, ManifestId, Passage, Position, Settings, Sourcing, Span};

use super::score::normalised;
use super::{Answered, Arm, Item};
use crate::packs;

/// Instructions of the arms without a council.
const SINGLE: &str = "Answer the question with a few words from the text.";
/// The same with leave to abstain.
const ABSTAIN: &str =
    "Answer the question with a few words from the text. If the text does not answer it, say: unanswerable.";

/// Most tokens of an answer.
const ANSWER_TOKENS: usize = 48;
/// Tokens that a chat template adds around three short messages, generously.
const TEMPLATE_TOKENS: usize = 40;
/// Samples of the vote (Wang et al. 2023, self-consistency).
const SAMPLES: usize = 5;
/// Sampling of the vote, as in self-consistency.
const VOTE_TEMPERATURE: f32 = 0.7;
const VOTE_TOP_P: f32 = 0.9;

/// The models that an arm needs.
pub struct Models(council::Models);

impl Models {
    /// Loads what `arm` needs.
    ///
    /// # Errors
    /// A model that is not there or cannot be read.
    pub fn load(arm: Arm, generator: &str, encoder: &str) -> Result<Self> {
        let mut models = council::Models::default();
        if matches!(arm, Arm::Council | Arm::Extract) && encoder != "none" {
            models.encoder = Some(Rc::new(packs::encoder(encoder)?) as Rc<dyn Encoder>);
        }
        if arm != Arm::Extract {
            models.generator = Some(Rc::new(packs::generator(generator)?) as Rc<dyn Generator>);
        }
        Ok(Self(models))
    }

    /// Answers one item.
    ///
    /// # Errors
    /// A model that fails.
    pub fn answer(&self, arm: Arm, item: &Item, budget: Option<usize>) -> Result<Answered> {
        match arm {
            Arm::Single => self.sampled(item, SINGLE, 1, budget),
            Arm::Abstain => self.sampled(item, ABSTAIN, 1, budget),
            Arm::Vote => self.sampled(item, ABSTAIN, SAMPLES, budget),
            Arm::Council => self.council(item, budget),
            Arm::Extract => self.extract(item),
        }
    }

    /// The generator alone; the most frequent of `samples` answers, the first of them on a tie.
    fn sampled(&self, item: &Item, instructions: &str, samples: usize, budget: Option<usize>) -> Result<Answered> {
        let generator = self.0.generator.as_deref().context("the arm needs a generator")?;
        let frame = generator.count_tokens(instructions)? + generator.count_tokens(&item.question)? + TEMPLATE_TOKENS;
        let limit = budget.unwrap_or(generator.context_tokens());
        let Some(room) = limit.checked_sub(frame + ANSWER_TOKENS) else {
            bail!("a budget of {limit} tokens leaves no room for a text; the question alone needs {frame}");
        };
        let text = cut(generator, &item.context, room)?;
        let each = frame + generator.count_tokens(text)? + ANSWER_TOKENS;
        let samples = (limit / each).clamp(1, samples);
        let mut out = Answered { rounds: 1, ..Answered::default() };
        let mut votes: Vec<(String, usize)> = Vec::new();
        for sample in 0..samples {
            let request = GenerateRequest {
                messages: vec![
                    ChatMessage::new(Role::System, instructions),
                    ChatMessage::new(Role::User, format!("Text: {text}\n\nQuestion: {}", item.question)),
                ],
                max_tokens: ANSWER_TOKENS,
                sampling: if samples == 1 {
                    Sampling::GREEDY
                } else {
                    Sampling {
                        temperature: VOTE_TEMPERATURE,
                        top_p: VOTE_TOP_P,
                        seed: sample as u64,
                        ..Sampling::GREEDY
                    }
                },
                stop: Vec::new(),
                constraint: None,
            };
            let written = pollster::block_on(generator.generate(&request, &Pulse::none(), &mut |_| {}))?;
            out.tokens_in += written.prompt_tokens as u64;
            out.tokens_out += written.tokens.len() as u64;
            let answer = written.text.trim().to_owned();
            match votes.iter_mut().find(|(other, _)| same(other, &answer)) {
                Some((_, count)) => *count += 1,
                None => votes.push((answer, 1)),
            }
        }
        let most = votes.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let winner = votes.iter().find(|(_, count)| *count == most).map(|(answer, _)| answer.clone());
        let answering: usize = votes.iter().filter(|(answer, _)| !abstains(answer)).map(|(_, count)| count).sum();
        out.agreement = most as f32 / samples as f32;
        out.score = answering as f32 / samples as f32;
        out.answer = winner.filter(|answer| !abstains(answer));
        out.verdict = if out.answer.is_some() { "answered" } else { "abstained" };
        Ok(out)
    }

    fn council(&self, item: &Item, budget: Option<usize>) -> Result<Answered> {
        let question = question(item);
        // One prompt of the council: the best sentences, the question and the frame. Where the budget does not cover it,
        // the quotation is the answer.
        let mut models = self.0.clone();
        if let (Some(budget), Some(generator)) = (budget, &models.generator) {
            let sentences = council::logos::prompt::EVIDENCE_BYTES.min(item.context.len());
            let text = &item.context[..item.context.floor_char_boundary(sentences)];
            let most = generator.count_tokens(text)?
                + generator.count_tokens(&item.question)?
                + TEMPLATE_TOKENS
                + ANSWER_TOKENS;
            if most > budget {
                models.generator = None;
            }
        }
        let clock = SystemClock::new();
        let pulse = Pulse::none();
        let call = Call { manifest: ManifestId("eval".into()), pulse: &pulse, clock: &clock, sink: Rc::new(|_| {}) };
        let done = match pollster::block_on(Council::new(models, &Settings::default()).deliberate(&question, call)) {
            Ok(done) => done,
            // A question that is not about the text, with the budget spent: nothing is claimed about the text.
            Err(council::CouncilError::NeedsGenerator) => {
                return Ok(Answered { verdict: "needs_generator", rounds: 1, ..Answered::default() });
            }
            Err(error) => return Err(error.into()),
        };
        let mut out = Answered {
            rounds: done.reports.iter().map(|report| report.round).max().unwrap_or(1),
            tokens_in: done.reports.iter().map(|report| u64::from(report.tokens_in)).sum(),
            tokens_out: done.reports.iter().map(|report| u64::from(report.tokens_out)).sum(),
            ..Answered::default()
        };
        let last: Vec<_> = done.reports.iter().filter(|report| report.round == out.rounds).collect();
        let support = last.iter().filter(|report| report.position == Position::Support).count();
        out.agreement = support as f32 / last.len().max(1) as f32;
        let statements = &done.manifest.statements;
        let intent = statements.iter().find_map(|said| match &said.opinion.finding {
            Finding::Intent(intent) => Some(intent),
            _ => None,
        });
        let draft = statements.iter().find_map(|said| match &said.opinion.finding {
            Finding::Draft(draft) => Some(draft),
            _ => None,
        });
        if let (Some(intent), Some(draft)) = (intent, draft)
            && intent.route == Route::Documents
        {
            out.score = ethos::answerability(&question, intent, draft, &done.manifest.reading);
        }
        match &done.ruling {
            Ruling::Approved(approved) => {
                let parts = approved.parts();
                // An answer without sources claims nothing about the text.
                if parts.sourcing == Sourcing::Cited {
                    out.answer = Some(without_marks(&parts.text));
                    out.sentence = Some(
                        parts.citations.iter().map(|citation| citation.quote.as_str()).collect::<Vec<_>>().join(" "),
                    );
                }
                out.verdict = match parts.verdict {
                    conclave_protocol::Verdict::Approved => "approved",
                    conclave_protocol::Verdict::ApprovedAfterRevision => "approved_after_revision",
                    conclave_protocol::Verdict::ApprovedWithoutSources => "approved_without_sources",
                };
            }
            Ruling::Abstained { .. } => out.verdict = "abstained",
            Ruling::Vetoed { .. } => out.verdict = "vetoed",
        }
        Ok(out)
    }

    /// The best sentence. It is shown always; below the council's threshold the arm gives no answer.
    fn extract(&self, item: &Item) -> Result<Answered> {
        let question = question(item);
        let reading = pollster::block_on(Reading::of(&question, self.0.encoder.as_deref(), &Pulse::none()))?;
        let Finding::Intent(intent) = council::pathos::read(&question, &reading).finding else {
            bail!("Pathos gave no intent");
        };
        let intent = Intent { route: Route::Documents, ..intent };
        let ranked = Ranker::new(&question, &intent, &reading).ranked();
        let sentence = |place: usize| ranked.get(place).map(|(at, _)| reading.sentences[*at].text.clone());
        let score = ranked.first().map_or(0.0, |(at, _)| {
            ethos::answerability(
                &question,
                &intent,
                &council::logos::quoting::quotation(&question, &reading, &[*at]),
                &reading,
            )
        });
        let shown = score >= ethos::answerable::THRESHOLD;
        Ok(Answered {
            answer: sentence(0).filter(|_| shown),
            sentence: sentence(0),
            second: sentence(1),
            score,
            verdict: if shown { "answered" } else { "abstained" },
            agreement: 1.0,
            rounds: 1,
            ..Answered::default()
        })
    }
}

/// The item as a library of one document with one passage.
fn question(item: &Item) -> Question {
    let passage = Passage {
        document: DocumentId("context".into()),
        title: item.title.replace('_', " "),
        heading: String::new(),
        above: Vec::new(),
        line: 1,
        place: None,
        span: Span::new(0, item.context.len()),
        text: item.context.clone(),
        highlights: Vec::new(),
        window: Span::new(0, 0),
        score: 1.0,
    };
    let words: BTreeMap<String, u32> = library_words(&item.context).into_iter().map(|word| (word, 1)).collect();
    let asked =
        library_words(&item.question).into_iter().filter_map(|word| words.get(&word).map(|count| (word, *count)));
    Question {
        text: item.question.clone(),
        history: Vec::new(),
        library: LibraryFacts { documents: 1, passages: 1, word_passages: asked.collect() },
        passages: vec![passage],
    }
}

/// The longest beginning of `text`, in whole words, that has at most `tokens` tokens.
fn cut<'a>(generator: &dyn Generator, text: &'a str, tokens: usize) -> Result<&'a str> {
    let mut text = text;
    loop {
        let count = generator.count_tokens(text)?;
        if count <= tokens || text.is_empty() {
            return Ok(text);
        }
        // Shrinks by at least a word, so it ends; the proportion lands near the limit at once.
        let keep = text.floor_char_boundary(text.len() * tokens / count);
        text = text[..keep].rfind(char::is_whitespace).map_or("", |at| &text[..at]);
    }
}

fn same(a: &str, b: &str) -> bool {
    (abstains(a) && abstains(b)) || normalised(a) == normalised(b)
}

/// Whether an answer is the model's way of abstaining.
fn abstains(answer: &str) -> bool {
    let flat = normalised(answer);
    flat.is_empty()
        || ["unanswerable", "not answer", "dont know", "do not know", "not mentioned", "not specified", "no answer"]
            .iter()
            .any(|phrase| flat.contains(phrase))
}

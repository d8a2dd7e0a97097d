//! Logos with a generator: it phrases the sentences found, or answers a general question in its own words.

use std::rc::Rc;

use conclave_inference::{ChatMessage, Finish, GenerateRequest, Generated, Generator, Sampling};
use conclave_ports::LocalFuture;
use conclave_protocol::{Citation, Seat};

use super::choose::{choose, citations};
use super::prompt;
use super::quoting::{nothing_found, quote};
use crate::council::agent::{Agent, AgentError, Cost, Finding, Opinion};
use crate::council::deliberation::Deliberation;
use crate::council::draft::{Draft, Making, without_marks};
use crate::council::faults;
use crate::council::intent::{AnswerKind, Intent, Route};
use crate::council::question::Question;
use crate::council::reading::Sentence;
use crate::council::text::content_stems;

/// How an answer without sources is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Writing {
    /// Most tokens.
    pub max_tokens: usize,
    /// Sampling temperature; 0 is greedy.
    pub temperature: f32,
}

impl Default for Writing {
    fn default() -> Self {
        Self { max_tokens: 256, temperature: 0.0 }
    }
}

/// Most tokens of a phrased answer: one sentence of about 35 words.
const PHRASE_TOKENS: usize = 48;

/// Keeps a small model from running in circles when it writes freely: greedily, SmolLM2-135M answers "Explain Rust
/// ownership" with one sentence twenty times over. Phrasing evidence goes without, because it has to repeat the evidence.
const REPETITION_PENALTY: f32 = 1.15;

/// Temperature of a second try where greedy writing gave nothing usable: enough to leave the path, little enough to keep
/// a small model coherent (the authors of SmolLM2 use 0.2 with top-p 0.9).
const RETRY_TEMPERATURE: f32 = 0.4;

/// Nucleus of all sampling, as SmolLM2's authors use it.
const TOP_P: f32 = 0.9;

/// Logos with a generator.
pub struct RetrievingLogos {
    generator: Rc<dyn Generator>,
    writing: Writing,
}

impl RetrievingLogos {
    /// Logos that writes with `generator`.
    #[must_use]
    pub fn new(generator: Rc<dyn Generator>, writing: Writing) -> Self {
        Self { generator, writing }
    }

    /// First round: the best sentences in the generator's words. Later rounds: the quotation, which needs no words.
    async fn phrase_documents(
        &self,
        question: &Question,
        intent: &Intent,
        so_far: &Deliberation,
    ) -> Result<Opinion, AgentError> {
        // Lists and instructions lose their items when a small model retells them.
        if so_far.round() > 1 || matches!(intent.kind, AnswerKind::List | AnswerKind::HowTo) {
            return Ok(quote(question, intent, so_far));
        }
        let chosen = choose(question, intent, so_far.reading(), &[]);
        let sentences: Vec<&Sentence> = chosen.iter().filter_map(|at| so_far.reading().sentences.get(*at)).collect();
        if sentences.is_empty() {
            return Ok(nothing_found());
        }
        let text = sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
        let written = self.write(prompt::phrase(intent, &text), PHRASE_TOKENS, Sampling::GREEDY, so_far).await?;
        let cost = cost(&written);
        // A mark that the model wrote cites nothing.
        let bare = without_marks(&written.text);
        let phrased = first_line(&bare);
        if phrased.is_empty() || written.finish == Finish::Length {
            let mut opinion = quote(question, intent, so_far);
            opinion.cost = cost;
            return Ok(opinion);
        }
        let citations = used(citations(&sentences, &question.passages), phrased);
        let marks: String = citations.iter().map(|citation| format!("[{}]", citation.number)).collect();
        let draft = Draft { text: format!("{phrased} {marks}"), citations, making: Making::Phrased };
        let evidence = draft.evidence();
        let mut opinion = Opinion::support(
            Finding::Draft(draft),
            vec!["The sentences nearest to the question, in the model's words.".into()],
        )
        .with_evidence(evidence);
        opinion.cost = cost;
        Ok(opinion)
    }

    /// The model's own words; later rounds take out what was objected to, and write anew where nothing is left.
    async fn compose_freely(
        &self,
        question: &Question,
        intent: &Intent,
        so_far: &Deliberation,
    ) -> Result<Opinion, AgentError> {
        let instructions = prompt::instructions(intent.task);
        if let Some(before) = so_far.last_draft()
            && !faults::faults(&before.text, question.read(), instructions).is_empty()
            && let Some(text) = faults::repaired(&before.text, question.read(), instructions)
        {
            return Ok(composed(text, "What was objected to is taken out.".into()));
        }
        let again = so_far.round() > 1;
        let temperature =
            if again { self.writing.temperature.max(RETRY_TEMPERATURE) } else { self.writing.temperature };
        let sampling = if temperature > 0.0 {
            Sampling { temperature, top_p: TOP_P, seed: u64::from(so_far.round()), ..Sampling::GREEDY }
        } else {
            Sampling { repetition_penalty: REPETITION_PENALTY, ..Sampling::GREEDY }
        };
        let messages = prompt::compose(question, intent, again);
        let written = self.write(messages, self.writing.max_tokens, sampling, so_far).await?;
        let text = match written.finish {
            Finish::Stop | Finish::StopText => written.text.trim(),
            Finish::Length => whole_sentences(&written.text),
        };
        let mut opinion = composed(text.to_owned(), "The model's own words, from no document.".into());
        opinion.cost = cost(&written);
        Ok(opinion)
    }

    async fn write(
        &self,
        messages: Vec<ChatMessage>,
        max_tokens: usize,
        sampling: Sampling,
        so_far: &Deliberation,
    ) -> Result<Generated, AgentError> {
        let request = GenerateRequest { messages, max_tokens, sampling, stop: Vec::new(), constraint: None };
        let mut show = |text: &str| so_far.show_draft_text(Seat::Logos, text);
        Ok(self.generator.generate(&request, so_far.pulse(), &mut show).await?)
    }
}

impl Agent for RetrievingLogos {
    fn seat(&self) -> Seat {
        Seat::Logos
    }

    fn implementation(&self) -> String {
        format!("retrieving, {}", self.generator.name())
    }

    fn consider<'a>(
        &'a self,
        question: &'a Question,
        so_far: &'a Deliberation,
    ) -> LocalFuture<'a, Result<Opinion, AgentError>> {
        Box::pin(async move {
            let intent = so_far.intent().ok_or(AgentError::OutOfTurn("Logos"))?;
            match intent.route {
                Route::Documents => self.phrase_documents(question, intent, so_far).await,
                Route::General => self.compose_freely(question, intent, so_far).await,
            }
        })
    }
}

fn composed(text: String, reason: String) -> Opinion {
    let draft = Draft { text, citations: Vec::new(), making: Making::Composed };
    Opinion::support(Finding::Draft(draft), vec![reason])
}

fn cost(written: &Generated) -> Cost {
    let count = |tokens: usize| u32::try_from(tokens).unwrap_or(u32::MAX);
    Cost {
        tokens_in: count(written.prompt_tokens),
        tokens_out: count(written.tokens.len()),
        tokens_reused: count(written.reused_tokens),
        took_ms: 0,
        prompt: Some(written.prompt.clone()),
    }
}

/// The first line that says something, without a label that the model copied from the prompt.
fn first_line(text: &str) -> &str {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    ["Answer:", "The answer is:"].iter().find_map(|label| line.strip_prefix(label)).unwrap_or(line).trim()
}

/// `text` up to its last whole sentence; all of it where no sentence ends.
fn whole_sentences(text: &str) -> &str {
    let text = text.trim();
    text.rfind(['.', '!', '?', '\n']).map_or(text, |end| text[..=end].trim_end())
}

/// The citations whose sentences share a content word with the phrasing, numbered anew; all where none does, so that the
/// check sees them.
fn used(citations: Vec<Citation>, phrased: &str) -> Vec<Citation> {
    let words = content_stems(phrased);
    let shares = |citation: &Citation| content_stems(&citation.quote).iter().any(|word| words.contains(word));
    let some = citations.iter().any(shares);
    (1..)
        .zip(citations.into_iter().filter(|citation| !some || shares(citation)))
        .map(|(number, citation)| Citation { number, ..citation })
        .collect()
}

//! [`Generator`] over a GGUF file, or a folder with safetensors.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use conclave_ports::LocalFuture;

use crate::checkpoint::Checkpoint;
use crate::constrain::{Grammars, Writing};
use crate::format::{Gguf, at_once};
use crate::gpu::{GpuDecoder, GpuDevice};
use crate::kernels::Team;
use crate::model::{Decoder, Network, Precision, Reading, Scores};
use crate::sampling::{Sampler, log_probability};
use crate::text::chat::Prompt;
use crate::text::{ChatTemplate, StopStream, Utf8Stream, Vocabulary};
use crate::{Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse};

/// Tokens of context that a generator holds unless told otherwise. SmolLM2-135M's cache takes 46 KB per token in 32-bit
/// floats: 94 MB for these, 377 MB for its whole 8,192.
pub const DEFAULT_CONTEXT: usize = 2_048;

/// Tokens that a constraint forces one after the other and that are read together: each brings the logits after it, which
/// are a megabyte for the largest vocabularies.
const FORCED_BLOCK: usize = 16;

/// Most memory for keys and values; models with many heads get a shorter context for it.
const CACHE_MAX_BYTES: usize = 512 << 20;

/// A loaded generator.
pub struct TextGenerator {
    name: String,
    model: Network,
    vocabulary: Vocabulary,
    template: ChatTemplate,
    /// Made for the first request that has a constraint.
    grammars: OnceCell<Grammars>,
    /// What was read and written last: allocating it takes longer than a token, and the next prompt often begins alike.
    last: RefCell<Option<Reading>>,
}

impl TextGenerator {
    /// Loads a GGUF file for contexts of at most `context` tokens. The bytes can be dropped afterwards.
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or needs something that is not there.
    pub fn from_gguf(name: &str, bytes: &[u8], context: usize) -> Result<Self, InferenceError> {
        at_once(Self::load(name, &Gguf::parse(bytes)?, context))
    }

    /// Loads files of any format for a graphics processor.
    ///
    /// # Errors
    /// Also [`InferenceError::Gpu`] where the device cannot hold the model.
    pub async fn on_gpu(
        name: &str,
        files: &dyn Checkpoint,
        context: usize,
        gpu: &Rc<GpuDevice>,
        pulse: &Pulse,
    ) -> Result<Self, InferenceError> {
        let context = fitting_context(files, context).await?;
        let model = GpuDecoder::load(files, context, gpu, pulse).await?;
        Self::new(name, files, Network::Gpu(Rc::new(model)))
    }

    /// Loads files of any format. Weights are laid out for the kernels as they are read.
    ///
    /// # Errors
    /// See [`TextGenerator::from_gguf`].
    pub async fn load(name: &str, files: &dyn Checkpoint, context: usize) -> Result<Self, InferenceError> {
        let context = fitting_context(files, context).await?;
        let model = Decoder::load(files, Precision::Quantised, context).await?;
        Self::new(name, files, Network::Cpu(Rc::new(model)))
    }

    fn new(name: &str, files: &dyn Checkpoint, model: Network) -> Result<Self, InferenceError> {
        Ok(Self {
            name: name.to_owned(),
            vocabulary: files.vocabulary()?,
            template: files.template()?,
            model,
            grammars: OnceCell::new(),
            last: RefCell::new(None),
        })
    }

    /// Lets helpers do their share of the products from now on, where the model runs on the processor and has not begun.
    pub fn lend(&mut self, team: &Rc<Team>) {
        if let Network::Cpu(model) = &mut self.model
            && let Some(model) = Rc::get_mut(model)
        {
            model.lend(team);
        }
    }

    /// The vocabulary.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn grammars(&self) -> Result<&Grammars, InferenceError> {
        if let Some(grammars) = self.grammars.get() {
            return Ok(grammars);
        }
        let grammars = Grammars::new(&self.vocabulary)?;
        Ok(self.grammars.get_or_init(|| grammars))
    }

    /// Reads the prompt; returns the logits after it, and how many of its tokens were there already.
    async fn read(
        &self,
        prompt: &Prompt,
        pulse: &Pulse,
        reading: &mut Reading,
    ) -> Result<(Scores, usize), InferenceError> {
        let (tokens, limit) = (prompt.tokens.len(), reading.fill().capacity() - 1);
        if tokens > limit {
            return Err(InferenceError::TooLong { tokens, limit });
        }
        let reused = reading.rewind(&prompt.tokens);
        let mut blocks: Vec<&[u32]> = prompt.tokens[reused..].chunks(self.model.block()).collect();
        let Some(last) = blocks.pop() else {
            return Err(InferenceError::Tokenizer("the prompt is empty".to_owned()));
        };
        for block in blocks {
            reading.read(block).await?;
            pulse.beat().await?;
        }
        Ok((reading.next(last).await?, reused))
    }

    /// The next token and the logarithm of its probability.
    async fn choose(
        &self,
        sampler: &Sampler,
        form: &mut Option<Writing>,
        scores: Scores,
        written: &[u32],
    ) -> Result<(u32, f32), InferenceError> {
        if let (None, Scores::Best(best, _)) = (&form, &scores)
            && let Some(token) = sampler.choose_of(best, written)
            && let Some(likelihood) = best.log_probability(token)
        {
            return Ok((token, likelihood));
        }
        let logits = scores.all().await?;
        let token = match form {
            Some(form) => form.choose(sampler, &logits, written)?,
            None => sampler.choose(&logits, written),
        };
        Ok((token, log_probability(&logits, token)))
    }

    async fn write(
        &self,
        request: &GenerateRequest,
        pulse: &Pulse,
        on_text: &mut dyn FnMut(&str),
        reading: &mut Reading,
    ) -> Result<Generated, InferenceError> {
        let sampler = Sampler::new(request.sampling)?;
        let constraint = request.constraint.as_ref();
        let mut form = constraint.map(|constraint| self.grammars()?.begin(constraint)).transpose()?;
        let prompt = self.template.prompt(&request.messages, &self.vocabulary)?;
        let (mut scores, reused_tokens) = self.read(&prompt, pulse, reading).await?;
        let mut out = Generated {
            text: String::new(),
            tokens: Vec::new(),
            log_probabilities: Vec::new(),
            prompt_tokens: prompt.tokens.len(),
            prompt: prompt.text,
            reused_tokens,
            finish: Finish::Length,
        };
        // A form counts from the first byte: what the vocabulary puts before a text would be part of it.
        let begins_with_space = self.vocabulary.begins_with_space() && form.is_none();
        let mut text = AnswerText::new(begins_with_space, &request.stop, on_text);
        let is_whole = |form: &Option<Writing>| form.as_ref().is_some_and(Writing::is_whole);
        'writing: while out.tokens.len() < request.max_tokens && !is_whole(&form) {
            pulse.beat().await?;
            let (token, likelihood) = self.choose(&sampler, &mut form, scores, &out.tokens).await?;
            if self.vocabulary.is_end(token) {
                out.finish = Finish::Stop;
                break;
            }
            // The token, and those that have to follow it.
            let mut block = vec![token];
            if let Some(form) = &mut form {
                let most = (request.max_tokens - out.tokens.len()).min(reading.fill().room()).saturating_sub(1);
                block.extend(form.take(token, most.min(FORCED_BLOCK))?);
            }
            if self.write_down(token, likelihood, &mut out, &mut text) {
                break;
            }
            let is_last = out.tokens.len() == request.max_tokens || reading.fill().room() == 0 || is_whole(&form);
            if is_last && block.len() == 1 {
                break;
            }
            if let [token] = block[..] {
                scores = reading.next(&[token]).await?;
                continue;
            }
            let mut logits = reading.all_logits(&block).await?;
            let width = logits.len() / block.len();
            for (forced, before) in block[1..].iter().zip(logits.chunks_exact(width)) {
                if self.write_down(*forced, log_probability(before, *forced), &mut out, &mut text) {
                    break 'writing;
                }
            }
            logits.drain(..logits.len() - width);
            scores = Scores::All(logits);
        }
        if out.finish == Finish::Length && is_whole(&form) {
            out.finish = Finish::Stop;
        }
        out.text = text.finish(out.finish);
        Ok(out)
    }

    /// Adds a token to the answer; says whether a stop text is complete.
    fn write_down(&self, token: u32, likelihood: f32, out: &mut Generated, text: &mut AnswerText<'_>) -> bool {
        out.log_probabilities.push(likelihood);
        out.tokens.push(token);
        let stopped = text.push(self.vocabulary.bytes_of(token));
        if stopped {
            out.finish = Finish::StopText;
        }
        stopped
    }
}

/// The context that is left where keys and values take no more than their share of memory.
async fn fitting_context(files: &dyn Checkpoint, context: usize) -> Result<usize, InferenceError> {
    let per_token = files.config(context).await?.cache_bytes_per_token();
    Ok(context.min(CACHE_MAX_BYTES / per_token).max(1))
}

/// The answer as it comes: bytes of tokens in, whole characters out, up to a stop text.
struct AnswerText<'a> {
    characters: Utf8Stream,
    stops: StopStream<'a>,
    /// Whether the space before the first word is the vocabulary's and not the answer's.
    at_start: bool,
    on_text: &'a mut dyn FnMut(&str),
    text: String,
}

impl<'a> AnswerText<'a> {
    fn new(begins_with_space: bool, stops: &'a [String], on_text: &'a mut dyn FnMut(&str)) -> Self {
        Self {
            characters: Utf8Stream::default(),
            stops: StopStream::new(stops),
            at_start: begins_with_space,
            on_text,
            text: String::new(),
        }
    }

    /// Adds a token; says whether a stop text is complete.
    fn push(&mut self, bytes: &[u8]) -> bool {
        let characters = self.characters.push(bytes);
        let mut new = characters.as_str();
        if self.at_start && !new.is_empty() {
            self.at_start = false;
            new = new.strip_prefix(' ').unwrap_or(new);
        }
        let passed = self.stops.push(new);
        if !passed.text.is_empty() {
            self.text.push_str(&passed.text);
            (self.on_text)(&passed.text);
        }
        passed.stopped
    }

    /// The whole answer; gives out what was held back, unless a stop text ended it.
    fn finish(self, finish: Finish) -> String {
        let Self { characters, mut stops, on_text, mut text, .. } = self;
        if finish != Finish::StopText {
            let mut rest = stops.push(&characters.finish());
            if !rest.stopped {
                rest.text.push_str(&stops.finish());
            }
            if !rest.text.is_empty() {
                text.push_str(&rest.text);
                on_text(&rest.text);
            }
        }
        text
    }
}

impl Generator for TextGenerator {
    fn name(&self) -> &str {
        &self.name
    }

    fn context_tokens(&self) -> usize {
        self.model.context()
    }

    fn count_tokens(&self, text: &str) -> Result<usize, InferenceError> {
        Ok(self.vocabulary.encode(text)?.len())
    }

    fn generate<'a>(
        &'a self,
        request: &'a GenerateRequest,
        pulse: &'a Pulse,
        on_text: &'a mut dyn FnMut(&str),
    ) -> LocalFuture<'a, Result<Generated, InferenceError>> {
        Box::pin(async move {
            let last = self.last.borrow_mut().take();
            let mut reading = last.unwrap_or_else(|| self.model.begin());
            let result = self.write(request, pulse, on_text, &mut reading).await;
            *self.last.borrow_mut() = Some(reading);
            result
        })
    }
}

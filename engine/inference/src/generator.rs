//! [`Generator`] over a GGUF file, or a folder with safetensors.

use std::cell::{OnceCell, RefCell};

use burn::tensor::Device;
use conclave_ports::LocalFuture;

use crate::checkpoint::{Checkpoint, Files, Folder};
use crate::constrain::{Grammars, Writing};
use crate::format::Gguf;
use crate::model::{Decoder, KvCache, Precision};
use crate::sampling::{Sampler, log_probability};
use crate::text::chat::Prompt;
use crate::text::{ChatTemplate, StopStream, Utf8Stream, Vocabulary};
use crate::{Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse};

/// Prompt tokens read between two looks at the cancellation flag: about a third of a second in a browser.
const PREFILL_BLOCK: usize = 32;

/// Tokens of context that a generator holds unless told otherwise. SmolLM2-135M's cache takes 46 KB per token in 32-bit
/// floats: 94 MB for these, 377 MB for its whole 8,192.
pub const DEFAULT_CONTEXT: usize = 2_048;

/// Tokens that a constraint forces one after the other and that are read together: each brings the logits after it, which
/// are a megabyte for the largest vocabularies.
const FORCED_BLOCK: usize = 16;

/// Most memory for keys and values; models with many heads get a shorter context for it.
const CACHE_MAX_BYTES: usize = 512 << 20;

/// A loaded generator.
pub struct GgufGenerator {
    name: String,
    model: Decoder,
    vocabulary: Vocabulary,
    template: ChatTemplate,
    /// Made for the first request that has a constraint.
    grammars: OnceCell<Grammars>,
    /// What was read and written last: allocating it takes longer than a token, and the next prompt often begins alike.
    last: RefCell<Option<Context>>,
}

/// Tokens that the model has read, and what it keeps of them.
struct Context {
    tokens: Vec<u32>,
    cache: KvCache,
}

impl Context {
    /// Goes back to the beginning that `prompt` shares; returns its length. The prompt's last token is always left to read,
    /// for the logits after it.
    fn rewind(&mut self, prompt: &[u32]) -> usize {
        let most = prompt.len().saturating_sub(1).min(self.cache.length());
        let shared = prompt[..most].iter().zip(&self.tokens).take_while(|(a, b)| a == b).count();
        self.tokens.truncate(shared);
        self.cache.truncate(shared);
        shared
    }

    fn next_logits(&mut self, model: &Decoder, tokens: &[u32]) -> Result<Vec<f32>, InferenceError> {
        let logits = model.next_logits(tokens, &mut self.cache)?;
        self.tokens.extend_from_slice(tokens);
        Ok(logits)
    }

    /// The logits after each of the tokens, `[tokens, vocabulary]`.
    fn all_logits(&mut self, model: &Decoder, tokens: &[u32]) -> Result<Vec<f32>, InferenceError> {
        let logits = model.all_logits(tokens, &mut self.cache)?;
        self.tokens.extend_from_slice(tokens);
        Ok(logits)
    }

    /// Tokens that can still be read.
    const fn room(&self) -> usize {
        self.cache.capacity() - self.cache.length()
    }

    fn read(&mut self, model: &Decoder, tokens: &[u32]) -> Result<(), InferenceError> {
        model.read(tokens, &mut self.cache)?;
        self.tokens.extend_from_slice(tokens);
        Ok(())
    }
}

impl GgufGenerator {
    /// Loads a GGUF file for contexts of at most `context` tokens. The bytes can be dropped afterwards.
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or needs something that is not there.
    pub fn from_gguf(name: &str, bytes: &[u8], context: usize) -> Result<Self, InferenceError> {
        Self::load(name, &Gguf::parse(bytes)?, context)
    }

    /// Loads a GGUF file that comes in pieces. They go away while the weights are laid out for the kernels, so that the
    /// model is not in memory twice.
    ///
    /// # Errors
    /// See [`GgufGenerator::from_gguf`].
    pub fn from_pieces(name: &str, pieces: Vec<Vec<u8>>, context: usize) -> Result<Self, InferenceError> {
        Self::load(name, &Gguf::from_pieces(pieces)?, context)
    }

    /// Loads the files of a model's folder: see [`Folder::from_files`]. Their pieces go away while the weights are laid out.
    ///
    /// # Errors
    /// See [`GgufGenerator::from_gguf`].
    pub fn from_files(name: &str, files: Files, context: usize) -> Result<Self, InferenceError> {
        Self::load(name, &Folder::from_files(files)?, context)
    }

    fn load(name: &str, files: &dyn Checkpoint, context: usize) -> Result<Self, InferenceError> {
        let per_token = files.config(context)?.cache_bytes_per_token();
        let context = context.min(CACHE_MAX_BYTES / per_token).max(1);
        Ok(Self {
            name: name.to_owned(),
            vocabulary: files.vocabulary()?,
            template: files.template()?,
            model: Decoder::load(files, Precision::Quantised, context, &Device::flex())?,
            grammars: OnceCell::new(),
            last: RefCell::new(None),
        })
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
        context: &mut Context,
    ) -> Result<(Vec<f32>, usize), InferenceError> {
        let (tokens, limit) = (prompt.tokens.len(), context.cache.capacity() - 1);
        if tokens > limit {
            return Err(InferenceError::TooLong { tokens, limit });
        }
        let reused = context.rewind(&prompt.tokens);
        let mut blocks: Vec<&[u32]> = prompt.tokens[reused..].chunks(PREFILL_BLOCK).collect();
        let Some(last) = blocks.pop() else {
            return Err(InferenceError::Tokenizer("the prompt is empty".to_owned()));
        };
        for block in blocks {
            context.read(&self.model, block)?;
            pulse.beat().await?;
        }
        Ok((context.next_logits(&self.model, last)?, reused))
    }

    async fn write(
        &self,
        request: &GenerateRequest,
        pulse: &Pulse,
        on_text: &mut dyn FnMut(&str),
        context: &mut Context,
    ) -> Result<Generated, InferenceError> {
        let sampler = Sampler::new(request.sampling)?;
        let constraint = request.constraint.as_ref();
        let mut form = constraint.map(|constraint| self.grammars()?.begin(constraint)).transpose()?;
        let prompt = self.template.prompt(&request.messages, &self.vocabulary)?;
        let (mut logits, reused_tokens) = self.read(&prompt, pulse, context).await?;
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
            let token = match &mut form {
                Some(form) => form.choose(&sampler, &logits, &out.tokens)?,
                None => sampler.choose(&logits, &out.tokens),
            };
            if self.vocabulary.is_end(token) {
                out.finish = Finish::Stop;
                break;
            }
            // The token, and those that have to follow it.
            let mut block = vec![token];
            if let Some(form) = &mut form {
                let most = (request.max_tokens - out.tokens.len()).min(context.room()).saturating_sub(1);
                block.extend(form.take(token, most.min(FORCED_BLOCK))?);
            }
            if self.write_down(token, &logits, &mut out, &mut text) {
                break;
            }
            let is_last = out.tokens.len() == request.max_tokens || context.room() == 0 || is_whole(&form);
            if is_last && block.len() == 1 {
                break;
            }
            logits = match block[..] {
                [token] => context.next_logits(&self.model, &[token])?,
                _ => context.all_logits(&self.model, &block)?,
            };
            let width = logits.len() / block.len();
            for (forced, before) in block[1..].iter().zip(logits.chunks_exact(width)) {
                if self.write_down(*forced, before, &mut out, &mut text) {
                    break 'writing;
                }
            }
            logits.drain(..logits.len() - width);
        }
        if out.finish == Finish::Length && is_whole(&form) {
            out.finish = Finish::Stop;
        }
        out.text = text.finish(out.finish);
        Ok(out)
    }

    /// Adds a token to the answer; says whether a stop text is complete.
    fn write_down(&self, token: u32, logits: &[f32], out: &mut Generated, text: &mut AnswerText<'_>) -> bool {
        out.log_probabilities.push(log_probability(logits, token));
        out.tokens.push(token);
        let stopped = text.push(self.vocabulary.bytes_of(token));
        if stopped {
            out.finish = Finish::StopText;
        }
        stopped
    }
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

impl Generator for GgufGenerator {
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
            let mut context = last.unwrap_or_else(|| Context { tokens: Vec::new(), cache: self.model.new_cache() });
            let result = self.write(request, pulse, on_text, &mut context).await;
            *self.last.borrow_mut() = Some(context);
            result
        })
    }
}

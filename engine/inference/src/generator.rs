//! [`Generator`] over a GGUF file.

use std::cell::RefCell;
use std::rc::Rc;

use conclave_ports::LocalFuture;

use crate::format::Gguf;
use crate::gpu::{GpuDecoder, GpuDevice};
use crate::model::{Cache, Decoder, DecoderConfig, Network, Precision, Scores};
use crate::sampling::{Sampler, log_probability};
use crate::text::chat::Prompt;
use crate::text::{ChatTemplate, StopStream, Utf8Stream, Vocabulary};
use crate::{Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse};

/// Tokens of context that a generator holds unless told otherwise. SmolLM2-135M's cache takes 46 KB per token in 32-bit
/// floats: 94 MB for these, 377 MB for its whole 8,192.
pub const DEFAULT_CONTEXT: usize = 2_048;

/// Most memory for keys and values; models with many heads get a shorter context for it.
const CACHE_MAX_BYTES: usize = 512 << 20;

/// A loaded generator.
pub struct GgufGenerator {
    name: String,
    model: Network,
    vocabulary: Vocabulary,
    template: ChatTemplate,
    /// What was read and written last: allocating it takes longer than a token, and the next prompt often begins alike.
    last: RefCell<Option<Context>>,
}

/// Tokens that the model has read, and what it keeps of them.
struct Context {
    tokens: Vec<u32>,
    cache: Cache,
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

    async fn next(&mut self, model: &Network, tokens: &[u32]) -> Result<Scores, InferenceError> {
        let scores = model.next(tokens, &mut self.cache).await?;
        self.tokens.extend_from_slice(tokens);
        Ok(scores)
    }

    async fn read(&mut self, model: &Network, tokens: &[u32]) -> Result<(), InferenceError> {
        model.read(tokens, &mut self.cache).await?;
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

    /// Like [`GgufGenerator::from_pieces`], on a graphics processor.
    ///
    /// # Errors
    /// Also [`InferenceError::Gpu`] where the device cannot hold the model.
    pub async fn on_gpu(
        name: &str,
        pieces: Vec<Vec<u8>>,
        context: usize,
        gpu: &Rc<GpuDevice>,
        pulse: &Pulse,
    ) -> Result<Self, InferenceError> {
        let gguf = Gguf::from_pieces(pieces)?;
        let context = fitting_context(&gguf, context)?;
        let model = GpuDecoder::from_gguf(&gguf, context, gpu, pulse).await?;
        Self::new(name, &gguf, Network::Gpu(Box::new(model)))
    }

    fn load(name: &str, gguf: &Gguf<'_>, context: usize) -> Result<Self, InferenceError> {
        let context = fitting_context(gguf, context)?;
        let model = Decoder::from_gguf(gguf, Precision::Quantised, context)?;
        Self::new(name, gguf, Network::Cpu(model))
    }

    fn new(name: &str, gguf: &Gguf<'_>, model: Network) -> Result<Self, InferenceError> {
        Ok(Self {
            name: name.to_owned(),
            vocabulary: Vocabulary::from_gguf(gguf)?,
            template: ChatTemplate::from_gguf(gguf)?,
            model,
            last: RefCell::new(None),
        })
    }

    /// The vocabulary.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Reads the prompt; returns the logits after it, and how many of its tokens were there already.
    async fn read(
        &self,
        prompt: &Prompt,
        pulse: &Pulse,
        context: &mut Context,
    ) -> Result<(Scores, usize), InferenceError> {
        let (tokens, limit) = (prompt.tokens.len(), context.cache.capacity() - 1);
        if tokens > limit {
            return Err(InferenceError::TooLong { tokens, limit });
        }
        let reused = context.rewind(&prompt.tokens);
        let mut blocks: Vec<&[u32]> = prompt.tokens[reused..].chunks(self.model.block()).collect();
        let Some(last) = blocks.pop() else {
            return Err(InferenceError::Tokenizer("the prompt is empty".to_owned()));
        };
        for block in blocks {
            context.read(&self.model, block).await?;
            pulse.beat().await?;
        }
        Ok((context.next(&self.model, last).await?, reused))
    }

    /// The next token and the logarithm of its probability.
    async fn choose(&self, sampler: &Sampler, scores: Scores, written: &[u32]) -> Result<(u32, f32), InferenceError> {
        if let Scores::Best(best) = &scores
            && let Some(token) = sampler.choose_of(best, written)
            && let Some(log_probability) = best.log_probability(token)
        {
            return Ok((token, log_probability));
        }
        let logits = self.model.all(scores).await?;
        let token = sampler.choose(&logits, written);
        Ok((token, log_probability(&logits, token)))
    }

    async fn write(
        &self,
        request: &GenerateRequest,
        pulse: &Pulse,
        on_text: &mut dyn FnMut(&str),
        context: &mut Context,
    ) -> Result<Generated, InferenceError> {
        let sampler = Sampler::new(request.sampling)?;
        let prompt = self.template.prompt(&request.messages, &self.vocabulary)?;
        let (mut scores, reused_tokens) = self.read(&prompt, pulse, context).await?;
        let mut out = Generated {
            text: String::new(),
            tokens: Vec::new(),
            log_probabilities: Vec::new(),
            prompt_tokens: prompt.tokens.len(),
            prompt: prompt.text,
            reused_tokens,
            finish: Finish::Length,
        };
        let mut text = AnswerText::new(self.vocabulary.begins_with_space(), &request.stop, on_text);
        while out.tokens.len() < request.max_tokens {
            pulse.beat().await?;
            let (token, log_probability) = self.choose(&sampler, scores, &out.tokens).await?;
            if self.vocabulary.is_end(token) {
                out.finish = Finish::Stop;
                break;
            }
            out.log_probabilities.push(log_probability);
            out.tokens.push(token);
            if text.push(self.vocabulary.bytes_of(token)) {
                out.finish = Finish::StopText;
                break;
            }
            if context.cache.length() == context.cache.capacity() || out.tokens.len() == request.max_tokens {
                break;
            }
            scores = context.next(&self.model, &[token]).await?;
        }
        out.text = text.finish(out.finish);
        Ok(out)
    }
}

/// The context that is left where keys and values take no more than their share of memory.
fn fitting_context(gguf: &Gguf<'_>, context: usize) -> Result<usize, InferenceError> {
    let per_token = DecoderConfig::from_gguf(gguf, context)?.cache_bytes_per_token();
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

//! [`Generator`] over a GGUF file.

use std::cell::RefCell;

use burn::tensor::Device;
use conclave_ports::LocalFuture;

use crate::format::Gguf;
use crate::model::{Decoder, KvCache, Precision};
use crate::sampling::Sampler;
use crate::text::{ChatTemplate, Utf8Stream, Vocabulary};
use crate::{Finish, GenerateRequest, Generated, Generator, InferenceError, Pulse};

/// Prompt tokens read between two looks at the cancellation flag: about a third of a second in a browser.
const PREFILL_BLOCK: usize = 32;

/// Tokens of context that a generator holds unless told otherwise. SmolLM2-135M's cache takes 46 KB per token in 32-bit
/// floats: 94 MB for these, 377 MB for its whole 8,192.
pub const DEFAULT_CONTEXT: usize = 2_048;

/// A loaded generator.
pub struct GgufGenerator {
    name: String,
    model: Decoder,
    vocabulary: Vocabulary,
    template: ChatTemplate,
    /// Kept between answers, because allocating it takes longer than a token.
    spare_cache: RefCell<Option<KvCache>>,
}

impl GgufGenerator {
    /// Loads a GGUF file. The bytes can be dropped afterwards.
    ///
    /// # Errors
    /// [`InferenceError`] where the file is damaged or needs something that is not there.
    pub fn from_gguf(name: &str, bytes: &[u8], context: usize) -> Result<Self, InferenceError> {
        let gguf = Gguf::parse(bytes)?;
        let template = gguf.required("tokenizer.chat_template")?;
        let template = template.as_str().ok_or_else(|| InferenceError::Tokenizer("it is not text".to_owned()))?;
        Ok(Self {
            name: name.to_owned(),
            vocabulary: Vocabulary::from_gguf(&gguf)?,
            template: ChatTemplate::new(template.to_owned())?,
            model: Decoder::from_gguf(&gguf, Precision::Quantised, context, &Device::flex())?,
            spare_cache: RefCell::new(None),
        })
    }

    /// The vocabulary.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    async fn write(
        &self,
        request: &GenerateRequest,
        pulse: &Pulse,
        on_text: &mut dyn FnMut(&str),
        cache: &mut KvCache,
    ) -> Result<Generated, InferenceError> {
        let prompt = self.template.prompt(&request.messages, &self.vocabulary)?;
        let prompt_tokens = prompt.tokens.len();
        if prompt_tokens >= cache.capacity() {
            return Err(InferenceError::TooLong { tokens: prompt_tokens, limit: cache.capacity() - 1 });
        }
        let mut blocks: Vec<&[u32]> = prompt.tokens.chunks(PREFILL_BLOCK).collect();
        let Some(last) = blocks.pop() else {
            return Err(InferenceError::Tokenizer("the prompt is empty".to_owned()));
        };
        for block in blocks {
            self.model.read(block, cache)?;
            pulse.beat().await?;
        }
        let mut logits = self.model.next_logits(last, cache)?;

        let sampler = Sampler::new(request.sampling);
        let mut stream = Utf8Stream::default();
        let mut out = Generated {
            text: String::new(),
            tokens: Vec::new(),
            prompt: prompt.text,
            prompt_tokens,
            finish: Finish::Length,
        };
        let mut at_start = self.vocabulary.begins_with_space();
        let mut write = |mut text: &str, out: &mut Generated| {
            if at_start && !text.is_empty() {
                text = text.strip_prefix(' ').unwrap_or(text);
                at_start = false;
            }
            if !text.is_empty() {
                out.text.push_str(text);
                on_text(text);
            }
        };
        while out.tokens.len() < request.max_tokens {
            pulse.beat().await?;
            let token = sampler.choose(logits, &out.tokens);
            if self.vocabulary.is_end(token) {
                out.finish = Finish::Stop;
                break;
            }
            out.tokens.push(token);
            write(&stream.push(self.vocabulary.bytes_of(token)), &mut out);
            if cache.length() == cache.capacity() || out.tokens.len() == request.max_tokens {
                break;
            }
            logits = self.model.next_logits(&[token], cache)?;
        }
        write(&stream.finish(), &mut out);
        Ok(out)
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
            let spare = self.spare_cache.borrow_mut().take();
            let mut cache = spare.unwrap_or_else(|| self.model.new_cache());
            cache.truncate(0);
            let result = self.write(request, pulse, on_text, &mut cache).await;
            *self.spare_cache.borrow_mut() = Some(cache);
            result
        })
    }
}

//! The model's own chat template (Jinja), rendered to tokens.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, context};

use super::Vocabulary;
use super::vocabulary::{Before, tokenizer_error};
use crate::format::{Gguf, Value as Entry};
use crate::{ChatMessage, InferenceError};

/// Steps that a template may take; the templates of known models take a few hundred per message.
const FUEL: u64 = 1_000_000;
/// Two noncharacters that no text may contain as characters of a language (Unicode 23.7); around an index they mark
/// where a message's content goes.
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

/// A prompt: what the model reads, and the same as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// For the model.
    pub tokens: Vec<u32>,
    /// For a person.
    pub text: String,
}

/// A chat template.
pub struct ChatTemplate {
    environment: Environment<'static>,
}

impl ChatTemplate {
    const NAME: &'static str = "chat";

    /// Compiles the template.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`] where it is not valid Jinja.
    pub fn new(source: String) -> Result<Self, InferenceError> {
        let mut environment = Environment::new();
        // As `transformers` renders chat templates.
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(tokenizer_error)?;
        environment.set_syntax(syntax);
        environment.set_fuel(Some(FUEL));
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |message: String| -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, message))
        });
        environment.add_template_owned(Self::NAME, source).map_err(tokenizer_error)?;
        Ok(Self { environment })
    }

    /// The template of a GGUF file.
    ///
    /// # Errors
    /// [`InferenceError`] where the file has none (it is no model for chats), or one that is not valid.
    pub fn from_gguf(gguf: &Gguf<'_>) -> Result<Self, InferenceError> {
        Self::of_model(gguf.metadata().get("tokenizer.chat_template").and_then(Entry::as_str))
    }

    /// The template that a model has, or has not.
    pub(crate) fn of_model(source: Option<&str>) -> Result<Self, InferenceError> {
        let no_chat =
            || InferenceError::Unsupported("it has no chat template: it is not made for conversations".to_owned());
        Self::new(source.ok_or_else(no_chat)?.to_owned())
    }

    /// The prompt of a chat, ending where the model's answer begins.
    ///
    /// The template sees a placeholder for every content; template text and contents are tokenised apart, so that control
    /// tokens count in the one and not in the other.
    ///
    /// # Errors
    /// [`InferenceError::Tokenizer`] where the template refuses the chat.
    pub fn prompt(&self, messages: &[ChatMessage], vocabulary: &Vocabulary) -> Result<Prompt, InferenceError> {
        let placeholders: Vec<Value> = messages
            .iter()
            .enumerate()
            .map(
                |(index, message)| context! { role => message.role.name(), content => format!("{OPEN}{index}{CLOSE}") },
            )
            .collect();
        let template = self.environment.get_template(Self::NAME).map_err(tokenizer_error)?;
        let rendered = template
            .render(context! {
                messages => placeholders,
                add_generation_prompt => true,
                bos_token => vocabulary.begin_name(),
                eos_token => vocabulary.end_name(),
                // Qwen3 thinks aloud unless it is told not to.
                enable_thinking => false,
            })
            .map_err(tokenizer_error)?;
        let mut prompt = Prompt { tokens: Vec::new(), text: String::new() };
        for piece in rendered.split_inclusive([OPEN, CLOSE]) {
            let content = piece.strip_suffix(CLOSE).and_then(|index| messages.get(index.parse::<usize>().ok()?));
            let before = match prompt.tokens.last() {
                None => Before::Nothing,
                Some(token) if vocabulary.is_special(*token) => Before::Special,
                Some(_) => Before::Text,
            };
            if let Some(message) = content {
                prompt.tokens.extend(vocabulary.encode_piece(&message.content, before)?);
                prompt.text.push_str(&message.content);
            } else {
                let text = piece.strip_suffix(OPEN).unwrap_or(piece);
                prompt.tokens.extend(vocabulary.encode_template_piece(text, before)?);
                prompt.text.push_str(text);
            }
        }
        if let Some(begin) = vocabulary.begin().filter(|begin| prompt.tokens.first() != Some(begin)) {
            prompt.tokens.insert(0, begin);
        }
        Ok(prompt)
    }
}

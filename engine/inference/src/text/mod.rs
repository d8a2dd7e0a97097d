//! Text to tokens and back.

mod byte_level;
pub mod chat;
mod sentence_piece;
pub mod stop;
pub mod stream;
mod tokenizer_json;
pub mod vocabulary;
pub mod wordpiece;

pub use chat::ChatTemplate;
pub use stop::StopStream;
pub use stream::Utf8Stream;
pub use vocabulary::Vocabulary;
pub use wordpiece::WordPieces;

//! Text to tokens and back.

pub mod chat;
pub mod stream;
pub mod vocabulary;
pub mod wordpiece;

pub use chat::ChatTemplate;
pub use stream::Utf8Stream;
pub use vocabulary::Vocabulary;
pub use wordpiece::WordPieces;

//! What is looked for.

/// A query's embedding, made by the encoder that embedded the passages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueryVector<'a> {
    /// The encoder's name; vectors of other encoders are not compared.
    pub encoder: &'a str,
    /// The vector, of length 1.
    pub values: &'a [f32],
}

/// Words or a question, with its embedding where an encoder is loaded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query<'a> {
    /// As typed.
    pub text: &'a str,
    /// Its embedding.
    pub vector: Option<QueryVector<'a>>,
}

impl<'a> Query<'a> {
    /// A query by words alone.
    #[must_use]
    pub const fn words(text: &'a str) -> Self {
        Self { text, vector: None }
    }

    /// A query by words and by meaning.
    #[must_use]
    pub const fn with_vector(text: &'a str, encoder: &'a str, values: &'a [f32]) -> Self {
        Self { text, vector: Some(QueryVector { encoder, values }) }
    }
}

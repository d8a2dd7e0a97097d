//! What a person may write into the search field.

/// A form of the query language, by an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryForm {
    /// An example of it.
    pub written: &'static str,
    /// What the example finds.
    pub finds: &'static str,
}

const fn form(written: &'static str, finds: &'static str) -> QueryForm {
    QueryForm { written, finds }
}

/// The forms, the most useful first. `conclave_knowledge::index::query` reads them, and a test there reads each of these.
pub const QUERY_FORMS: [QueryForm; 14] = [
    form("\"two years\"", "these words beside each other"),
    form("pump AND filter", "both"),
    form("pump OR motor", "one of the two, or both"),
    form("pump NOT filter", "the first without the second; also pump -filter"),
    form("pump AND (oil OR water)", "brackets group"),
    form("+warranty", "this word must occur"),
    form("cylind*", "words that begin so"),
    form("guarante~", "words that are spelled nearly so"),
    form("type:pdf", "PDF files; also word, mail, table, code, rust"),
    form("tag:taxes", "documents with this tag; tag:\"to read\" with a space"),
    form("folder:letters", "in this folder or archive"),
    form("title:birds", "in the document's title; name: looks at the file's name"),
    form("before:2024", "dated or added before that year"),
    form("after:2024-03-15", "on that day or later; date:2024-01..2024-06 for a time between"),
];

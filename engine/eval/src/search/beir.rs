//! Collections in the form of BEIR (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, `qrels.tsv`.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::data::read_jsonl;

/// A document.
#[derive(Deserialize)]
pub struct Document {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// Its title, often empty.
    #[serde(default)]
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A query.
#[derive(Deserialize)]
pub struct QueryItem {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: String,
    /// What is asked.
    pub text: String,
}

/// Judged documents of a query, by id; 0 is not relevant.
pub type Judged = HashMap<String, i64>;

/// A collection.
pub struct Collection {
    /// All documents.
    pub documents: Vec<Document>,
    /// The queries that have judgements, in the order of the file.
    pub queries: Vec<QueryItem>,
    /// Judgements, by query id.
    pub relevant: HashMap<String, Judged>,
}

impl Collection {
    /// Reads a folder. `limit` bounds the queries; every document counts.
    ///
    /// # Errors
    /// Names the file, and the line where one does not parse.
    pub fn read(folder: &Path, limit: Option<usize>) -> Result<Self> {
        let documents = read_jsonl(&folder.join("corpus.jsonl"), None)?;
        let relevant = read_judgements(&folder.join("qrels.tsv"))?;
        let mut queries: Vec<QueryItem> = read_jsonl(&folder.join("queries.jsonl"), None)?;
        // Collections hold the queries of all splits; the judgements are those of one.
        queries.retain(|query| relevant.contains_key(&query.id));
        queries.truncate(limit.unwrap_or(usize::MAX));
        Ok(Self { documents, queries, relevant })
    }
}

fn read_judgements(path: &Path) -> Result<HashMap<String, Judged>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut relevant: HashMap<String, Judged> = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let place = format!("{} line {}", path.display(), index + 1);
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [query, document, score] = fields[..] else {
            if line.trim().is_empty() {
                continue;
            }
            bail!("{place}: expected query-id, corpus-id and score, separated by tabs");
        };
        match score.parse() {
            Ok(score) => {
                relevant.entry(query.to_owned()).or_default().insert(document.to_owned(), score);
            }
            // BEIR's files begin with the names of the columns.
            Err(_) if index == 0 => {}
            Err(error) => return Err(error).with_context(|| format!("{place}: score {score:?}")),
        }
    }
    Ok(relevant)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn judgements(name: &str, text: &str) -> Result<HashMap<String, Judged>> {
        let path = std::env::temp_dir().join(format!("conclave-{}-{name}.tsv", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let read = read_judgements(&path);
        std::fs::remove_file(&path).unwrap();
        read
    }

    #[test]
    fn judgements_are_read_with_or_without_a_header() {
        let read = judgements("header", "query-id\tcorpus-id\tscore\nq\td\t2\n\nq\te\t0\n").unwrap();
        assert_eq!(read["q"], Judged::from([("d".to_owned(), 2), ("e".to_owned(), 0)]));
        assert_eq!(judgements("plain", "q\td\t1\n").unwrap()["q"].len(), 1);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = judgements("bad", "query-id\tcorpus-id\tscore\nq\td\tone\n").unwrap_err();
        assert!(format!("{error:#}").contains("line 2"), "{error:#}");
        let error = judgements("short", "q\td\n").unwrap_err();
        assert!(format!("{error:#}").contains("line 1"), "{error:#}");
    }
}

//! The whole vault as one file, and back.
//!
//! | file | what it does |
//! |---|---|
//! | `tar` | records as an archive |
//! | `save` | from storage into a file that waits for the page to save it |
//! | `restore` | from such a file into storage |
//!
//! The file is an archive under a passphrase ([`conclave_vault::age`]). Its first entry says of which format it is; then come
//! documents, each with its text and its file where that is kept, then threads, each with its turns, and at last the index with its manifest. So whatever a
//! killed program has brought back is whole, and the rest can be brought back after it.

mod restore;
mod save;
mod tar;

use std::collections::BTreeMap;

use conclave_ports::{Store, Table};
use serde::{Deserialize, Serialize};

use super::error::ServiceError;

/// Name of the first entry.
const ABOUT: &str = "conclave-backup.json";

/// Format of the archive: which records there are, in which order. Format 1 had no files of documents.
const FORMAT: u32 = 2;

/// Tables of documents; the listing is last, and with it there is the document.
const DOCUMENTS: [Table; 4] = [Table::Originals, Table::Texts, Table::Structures, Table::Documents];

/// Tables of threads; the listing is last.
const THREADS: [Table; 4] = [Table::Turns, Table::Runs, Table::Tokens, Table::Threads];

/// Records of [`Table::Meta`] that belong to the vault and not to the device; the library's manifest is last.
const META: [&str; 2] = ["settings", conclave_knowledge::MANIFEST_KEY];

/// What the first entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    format: u32,
    made_ms: u64,
    documents: u32,
    threads: u32,
}

/// The document or thread that a key belongs to.
fn owner(key: &str) -> &str {
    key.split_once('/').map_or(key, |(owner, _)| owner)
}

/// Keys of tables, by whom they belong to, in the tables' order. Whoever has none in the last table, its listing, is not there.
async fn by_owner(store: &dyn Store, tables: &[Table]) -> Result<BTreeMap<String, Vec<(Table, String)>>, ServiceError> {
    let mut all: BTreeMap<String, Vec<(Table, String)>> = BTreeMap::new();
    for table in tables {
        for key in store.list(*table, "").await? {
            all.entry(owner(&key).to_owned()).or_default().push((*table, key));
        }
    }
    all.retain(|_, keys| keys.last().map(|(table, _)| table) == tables.last());
    Ok(all)
}

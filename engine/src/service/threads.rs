//! Threads and their turns in storage.

use std::rc::Rc;

use conclave_ports::{Lock, Store, Table, Write};
use conclave_protocol::{Outcome, Problem, ProblemCode, ThreadId, ThreadInfo, Turn, TurnId};

use super::error::ServiceError;
use super::records;
use crate::council::Manifest;

/// Name of the lock under which threads are written.
const LOCK: &str = "threads";

/// Longest title in characters: what the list of threads shows of a question.
const TITLE_MAX_CHARS: usize = 80;

/// Threads in storage.
pub(super) struct Threads {
    store: Rc<dyn Store>,
    lock: Rc<dyn Lock>,
}

impl Threads {
    pub(super) fn new(store: Rc<dyn Store>, lock: Rc<dyn Lock>) -> Self {
        Self { store, lock }
    }

    /// All threads, last changed first, and how many records could not be read.
    pub(super) async fn list(&self) -> Result<(Vec<ThreadInfo>, usize), ServiceError> {
        let records = self.store.scan(Table::Threads, "").await?;
        let total = records.len();
        let mut threads: Vec<ThreadInfo> =
            records.iter().filter_map(|record| records::scanned("thread", record).ok()).collect();
        let unreadable = total - threads.len();
        threads.sort_by(|a, b| b.changed_ms.cmp(&a.changed_ms).then_with(|| a.id.cmp(&b.id)));
        Ok((threads, unreadable))
    }

    /// A thread with its turns, oldest first. A turn that cannot be read stands in its place as a failed one.
    pub(super) async fn read(&self, id: &ThreadId) -> Result<(ThreadInfo, Vec<Turn>), ServiceError> {
        let info = self.info(id).await?.ok_or(ServiceError::NotFound("the thread"))?;
        Ok((info, self.turns(id).await?))
    }

    async fn info(&self, id: &ThreadId) -> Result<Option<ThreadInfo>, ServiceError> {
        records::read(&*self.store, Table::Threads, check(id)?.as_str(), "thread").await
    }

    /// The turns of a thread, oldest first; none where it does not exist.
    pub(super) async fn turns(&self, id: &ThreadId) -> Result<Vec<Turn>, ServiceError> {
        let records = self.store.scan(Table::Turns, &format!("{}/", check(id)?)).await?;
        Ok(records
            .iter()
            .map(|record| records::scanned("turn", record).unwrap_or_else(|error| lost(id, &record.0, error)))
            .collect())
    }

    /// Stores a turn that begins, and its thread, which is made where it does not exist.
    pub(super) async fn begin(&self, turn: &Turn) -> Result<ThreadInfo, ServiceError> {
        let _guard = self.lock.acquire(LOCK).await?;
        let mut info = self.info(&turn.thread).await?.unwrap_or_else(|| ThreadInfo {
            id: turn.thread.clone(),
            title: title(&turn.question),
            changed_ms: 0,
            turns: 0,
        });
        info.turns += 1;
        info.changed_ms = turn.asked_ms;
        self.store.commit(vec![put_thread(&info)?, put_turn(turn)?]).await?;
        Ok(info)
    }

    /// Stores a turn that ended, with the manifest of its run. A thread that was deleted meanwhile stays deleted.
    pub(super) async fn end(&self, turn: &Turn, manifest: Option<&Manifest>, now_ms: u64) -> Result<(), ServiceError> {
        let _guard = self.lock.acquire(LOCK).await?;
        let mut info = self.info(&turn.thread).await?.ok_or(ServiceError::NotFound("the thread"))?;
        info.changed_ms = now_ms;
        let mut batch = vec![put_thread(&info)?, put_turn(turn)?];
        if let Some(manifest) = manifest {
            let key = format!("{}/{}", turn.thread, manifest.id);
            batch.push(Write::put(Table::Runs, key, records::encode("run", manifest)?));
        }
        self.store.commit(batch).await?;
        Ok(())
    }

    /// Gives a thread another title.
    pub(super) async fn rename(&self, id: &ThreadId, new_title: &str) -> Result<(), ServiceError> {
        let new_title = title(new_title);
        if new_title.is_empty() {
            let what = "A thread needs a title.";
            return Err(Problem::new(ProblemCode::BadRequest, what, "Write at least one character.").into());
        }
        let _guard = self.lock.acquire(LOCK).await?;
        let mut info = self.info(id).await?.ok_or(ServiceError::NotFound("the thread"))?;
        info.title = new_title;
        self.store.commit(vec![put_thread(&info)?]).await?;
        Ok(())
    }

    /// Deletes a thread with its turns, its manifests and what its tokens stand for. One that does not exist is no error.
    pub(super) async fn delete(&self, id: &ThreadId) -> Result<(), ServiceError> {
        let _guard = self.lock.acquire(LOCK).await?;
        let key = check(id)?.as_str();
        let mut batch = vec![Write::delete(Table::Threads, key), Write::delete(Table::Tokens, key)];
        for table in [Table::Turns, Table::Runs] {
            let keys = self.store.list(table, &format!("{id}/")).await?;
            batch.extend(keys.into_iter().map(|key| Write::delete(table, key)));
        }
        self.store.commit(batch).await?;
        Ok(())
    }
}

/// The id, where it can stand in a key: [`ThreadId::from_random`]'s 32 hexadecimal digits.
fn check(id: &ThreadId) -> Result<&ThreadId, ServiceError> {
    if id.as_str().len() == 32 && id.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(id)
    } else {
        Err(Problem::new(ProblemCode::BadRequest, "That is not the name of a thread.", "Start a new thread.").into())
    }
}

/// Thirteen digits hold Unix milliseconds until the year 2286, so keys order by time.
fn turn_key(turn: &Turn) -> String {
    format!("{}/{:013}/{}", turn.thread, turn.asked_ms, turn.id)
}

fn put_turn(turn: &Turn) -> Result<Write, ServiceError> {
    Ok(Write::put(Table::Turns, turn_key(turn), records::encode("turn", turn)?))
}

fn put_thread(info: &ThreadInfo) -> Result<Write, ServiceError> {
    Ok(Write::put(Table::Threads, info.id.as_str(), records::encode("thread", info)?))
}

fn title(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= TITLE_MAX_CHARS {
        return line;
    }
    let mut short: String = line.chars().take(TITLE_MAX_CHARS - 1).collect();
    short.push('…');
    short
}

/// What stands for a turn that cannot be read: its key still says when it was asked.
fn lost(thread: &ThreadId, key: &str, error: ServiceError) -> Turn {
    let mut parts = key.split('/').skip(1);
    let asked_ms = parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    Turn {
        id: TurnId(parts.next().unwrap_or_default().to_owned()),
        thread: thread.clone(),
        question: String::new(),
        asked_ms,
        passages: Vec::new(),
        outcome: Outcome::Failed(error.into()),
        reports: Vec::new(),
        took_ms: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(title("  What\n is   this? "), "What is this?");
        let long = title(&"ä".repeat(200));
        assert_eq!((long.chars().count(), long.ends_with('…')), (80, true));
    }

    #[test]
    fn ids_that_could_reach_other_keys_are_refused() {
        for id in ["", "a/b", "../../x", "0123456789abcdef0123456789abcde/", "0123"] {
            assert!(check(&ThreadId(id.into())).is_err(), "{id}");
        }
        assert!(check(&ThreadId::from_random([7; 16])).is_ok());
    }
}

//! From storage into a file.

use conclave_knowledge::is_of_register;
use conclave_ports::{Blobs, Cancel, Entropy, StoreError, Table};
use conclave_protocol::{
    Backup, BackupProgress, FromWorker, PASSPHRASE_MIN_CHARS, Passphrase, Problem, ProblemCode, RequestId,
};
use conclave_vault::age::{self, Encrypter};

use super::{ABOUT, About, DOCUMENTS, FORMAT, META, THREADS, by_owner, tar};
use crate::service::error::ServiceError;
use crate::service::{Service, records};

/// Bytes of a part: what is in memory of the file at once.
const PART_BYTES: usize = 8 << 20;
/// Folder of the parts among the blobs.
const PARTS: &str = "parts";
/// Records between two words about how far it is.
const TOLD_EVERY: u64 = 50;

impl Service {
    /// Writes the vault into a file that waits, in parts, for the page to save it. What waits from an earlier time goes.
    pub(in crate::service) async fn back_up(
        &self,
        id: RequestId,
        passphrase: &Passphrase,
        cancel: &Cancel,
    ) -> Result<Backup, ServiceError> {
        if passphrase.0.chars().count() < PASSPHRASE_MIN_CHARS {
            let what = format!("A passphrase needs at least {PASSPHRASE_MIN_CHARS} characters.");
            return Err(
                Problem::new(ProblemCode::BadRequest, what, "Several words that belong to nobody do well.").into()
            );
        }
        let _turn = self.queue("backup", cancel).await?;
        self.forget_backup().await?;
        // Documents do not change while they are read; what arrives waits in its queue.
        let _library = self.requests.until(cancel, self.ports.lock.acquire(conclave_knowledge::LIBRARY_LOCK)).await??;
        let saved = self.save(id, passphrase, cancel).await;
        if saved.is_err() {
            self.forget_backup().await?;
        }
        saved
    }

    /// Removes what waits to be saved.
    pub(in crate::service) async fn forget_backup(&self) -> Result<(), ServiceError> {
        Ok(self.ports.exports.remove_folder(PARTS).await?)
    }

    async fn save(&self, id: RequestId, passphrase: &Passphrase, cancel: &Cancel) -> Result<Backup, ServiceError> {
        let store = &*self.ports.store;
        let documents = by_owner(store, &DOCUMENTS).await?;
        let threads = by_owner(store, &THREADS).await?;
        let count = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
        let (documents_count, threads_count) = (count(documents.len()), count(threads.len()));
        let mut keys: Vec<(Table, String)> = documents.into_values().chain(threads.into_values()).flatten().collect();
        let index = store.list(Table::Segments, "").await?.into_iter().filter(|key| !is_of_register(key));
        keys.extend(index.map(|key| (Table::Segments, key)));
        keys.extend(META.map(|key| (Table::Meta, key.to_owned())));

        let now_ms = self.ports.clock.unix_ms();
        let about = About { format: FORMAT, made_ms: now_ms, documents: documents_count, threads: threads_count };
        let mut file = File::begin(&*self.ports.exports, &passphrase.0, &*self.ports.entropy)?;
        let about = records::encode("backup", &about)?;
        let is_written = file.append(ABOUT, &about, now_ms);
        debug_assert!(is_written);
        let (mut left_out, of) = (0, keys.len() as u64);
        for (done, (table, key)) in (0..).zip(keys) {
            if done % TOLD_EVERY == 0 {
                self.tell(Some(id), FromWorker::BackingUp(BackupProgress { done, of }));
                self.ports.yields.yield_now().await;
            }
            cancel.check()?;
            let record = match store.get(table, &key).await {
                Ok(record) => record,
                Err(StoreError::Unreadable(_)) => {
                    left_out += 1;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            // A thread may go meanwhile.
            let Some(record) = record else { continue };
            if !file.append(&format!("{}/{key}", table.name()), &record, now_ms) {
                left_out += 1;
            }
            file.write_full().await?;
        }
        let (parts, size_bytes) = file.finish().await?;
        Ok(Backup { parts, size_bytes, documents: documents_count, threads: threads_count, left_out })
    }
}

/// A file on its way into its parts.
struct File<'a> {
    blobs: &'a dyn Blobs,
    encrypter: Encrypter,
    archive: Vec<u8>,
    encrypted: Vec<u8>,
    parts: Vec<String>,
    size_bytes: u64,
}

impl<'a> File<'a> {
    fn begin(blobs: &'a dyn Blobs, passphrase: &str, entropy: &dyn Entropy) -> Result<Self, ServiceError> {
        let (encrypter, encrypted) = age::begin(passphrase, entropy)?;
        Ok(Self { blobs, encrypter, archive: Vec::new(), encrypted, parts: Vec::new(), size_bytes: 0 })
    }

    /// Appends a record; `false` where the format has no room for it.
    fn append(&mut self, name: &str, content: &[u8], now_ms: u64) -> bool {
        let fits = tar::append(&mut self.archive, name, content, now_ms / 1_000);
        self.encrypt();
        fits
    }

    fn encrypt(&mut self) {
        self.encrypter.push(&self.archive, &mut self.encrypted);
        self.archive.clear();
    }

    /// Writes the parts that are full.
    async fn write_full(&mut self) -> Result<(), ServiceError> {
        while self.encrypted.len() >= PART_BYTES {
            let rest = self.encrypted.split_off(PART_BYTES);
            let part = std::mem::replace(&mut self.encrypted, rest);
            self.write(&part).await?;
        }
        Ok(())
    }

    async fn write(&mut self, part: &[u8]) -> Result<(), ServiceError> {
        let name = format!("{PARTS}/{:06}", self.parts.len());
        self.blobs.write(&name, part).await?;
        self.size_bytes += part.len() as u64;
        self.parts.push(name);
        Ok(())
    }

    async fn finish(mut self) -> Result<(Vec<String>, u64), ServiceError> {
        tar::finish(&mut self.archive);
        self.encrypt();
        self.write_full().await?;
        let Self { blobs, encrypter, mut encrypted, parts, size_bytes, .. } = self;
        encrypter.finish(&mut encrypted);
        let name = format!("{PARTS}/{:06}", parts.len());
        blobs.write(&name, &encrypted).await?;
        let size_bytes = size_bytes + encrypted.len() as u64;
        Ok((parts.into_iter().chain([name]).collect(), size_bytes))
    }
}

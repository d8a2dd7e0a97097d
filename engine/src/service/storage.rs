//! What the vault holds, and how much of the device it takes.

use conclave_ports::Table;
use conclave_protocol::StorageUse;

use super::Service;
use super::error::ServiceError;

impl Service {
    pub(super) async fn measure_storage(&self) -> Result<StorageUse, ServiceError> {
        let library = self.documents.library().await?;
        library.complete().await?;
        let sizes = library.sizes();
        let (originals, originals_bytes) = library.originals().await?;
        let threads = self.ports.store.list(Table::Threads, "").await?.len() as u64;
        let queue = self.queue_status();
        let device = self.ports.hardware.look().await;
        Ok(StorageUse {
            documents: sizes.documents,
            chars: sizes.chars,
            words_bytes: sizes.words_bytes,
            vectors_bytes: sizes.vectors_bytes,
            originals,
            originals_bytes,
            threads,
            waiting: queue.waiting,
            waiting_bytes: self.ingest.kept_bytes(),
            used_bytes: device.used_bytes,
            quota_bytes: device.quota_bytes,
            kept: device.kept,
        })
    }
}

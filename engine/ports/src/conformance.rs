//! One suite per port, run on every implementation: in memory here, IndexedDB, OPFS and Web Locks in Chromium.
//!
//! A suite says what broke as text instead of panicking, so that a browser test can report it.

mod folders;
mod keys;
mod pages;
mod reader;
mod store;

use std::cell::Cell;

use crate::{
    Blobs, Cancel, Clock, Digest, Entropy, Fetch, FetchError, Hardware, Helper, Lock, ModelUrl, OwnDigest, RangeError,
    RangeFetch, Station,
};

pub use folders::{Hand, folders};
pub use keys::{keys, keys_absent};
pub use pages::pages;
pub use reader::reader;
pub use store::{store, store_full};

/// What an implementation does wrong.
pub type Verdict = Result<(), String>;

fn ensure(holds: bool, rule: &str) -> Verdict {
    if holds { Ok(()) } else { Err(rule.to_owned()) }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// [`Blobs`]: round trip, replacement, removal, missing names. Uses names that begin with `conformance/`.
///
/// # Errors
/// The rule that is broken.
pub async fn blobs(blobs: &dyn Blobs) -> Verdict {
    let name = "conformance/part-000";
    let long: Vec<u8> = (0..100_000u32).map(|i| (i % 251) as u8).collect();
    blobs.remove(name).await.map_err(said)?;
    ensure(blobs.read(name).await == Ok(None), "a missing blob is None")?;
    blobs.write(name, &long).await.map_err(said)?;
    ensure(blobs.read(name).await == Ok(Some(long)), "a stored blob reads back")?;
    ensure(blobs.room().await.is_none_or(|room| room > 0), "there is room as long as writing works")?;
    blobs.write(name, b"short").await.map_err(said)?;
    ensure(blobs.read(name).await == Ok(Some(b"short".to_vec())), "a shorter blob replaces a longer one")?;
    blobs.remove(name).await.map_err(said)?;
    ensure(blobs.read(name).await == Ok(None), "a removed blob is gone")?;
    let (inside, beside) = ("conformance-folder/a/part", "conformance-folder-2/part");
    for name in [inside, "conformance-folder/part", beside] {
        blobs.write(name, b"part").await.map_err(said)?;
    }
    blobs.remove_folder("conformance-folder").await.map_err(said)?;
    ensure(blobs.read(inside).await == Ok(None), "a removed folder is gone with what is below it")?;
    ensure(blobs.read("conformance-folder/part").await == Ok(None), "a removed folder is gone with what is in it")?;
    ensure(blobs.read(beside).await == Ok(Some(b"part".to_vec())), "a folder of a longer name stays")?;
    blobs.remove_folder("conformance-folder").await.map_err(said)?;
    blobs.remove_folder("conformance-folder-2").await.map_err(said)
}

/// [`Clock`]: a plausible year, time that does not go back, and sleep that lasts.
///
/// # Errors
/// The rule that is broken.
pub async fn clock(clock: &dyn Clock) -> Verdict {
    // 2020-01-01 in Unix milliseconds: this code is younger.
    ensure(clock.unix_ms() > 1_577_836_800_000, "wall time is after 2020")?;
    let first = clock.monotonic_ms();
    ensure(clock.monotonic_ms() >= first, "monotonic time does not go back")?;
    let before = clock.monotonic_ms();
    clock.sleep(20).await;
    // Browsers round both the timer and the clock, by a millisecond at most.
    ensure(clock.monotonic_ms() - before >= 19.0, "sleep does not end before its time")
}

/// [`Digest`]: the standard's own examples, and an object as large as a model's part.
///
/// # Errors
/// The rule that is broken.
pub async fn digest(digest: &dyn Digest) -> Verdict {
    // FIPS 180-4's examples (NIST, "Examples with intermediate values"), and a million times the letter a.
    let cases: [(&[u8], [u8; 4]); 3] = [
        (b"", [0xe3, 0xb0, 0xc4, 0x42]),
        (b"abc", [0xba, 0x78, 0x16, 0xbf]),
        (&[b'a'; 1_000_000], [0xcd, 0xc7, 0x6e, 0x5c]),
    ];
    for (bytes, expected) in cases {
        ensure(digest.sha256(bytes).await.starts_with(&expected), "the digest is SHA-256")?;
    }
    let large: Vec<u8> = (0..16u32 << 20).map(|at| (at % 251) as u8).collect();
    let own = OwnDigest.sha256(&large).await;
    ensure(digest.sha256(&large).await == own, "a large object has the digest that the program computes")
}

/// [`Entropy`]: fills any length, and two draws differ.
///
/// # Errors
/// The rule that is broken.
pub fn entropy(entropy: &dyn Entropy) -> Verdict {
    let (mut first, mut second) = ([0u8; 33], [0u8; 33]);
    entropy.fill(&mut []).map_err(said)?;
    entropy.fill(&mut first).map_err(said)?;
    entropy.fill(&mut second).map_err(said)?;
    ensure(first != second, "two draws differ")?;
    // The chance that a fair source leaves the last byte of all 64 draws at zero is 2^-512.
    let mut last = 0;
    for _ in 0..64 {
        entropy.fill(&mut first).map_err(said)?;
        last |= first[32];
    }
    ensure(last != 0, "every byte is filled")
}

/// [`Fetch`]: the body of `path` is `body`; limits, missing files and cancelling are errors.
///
/// # Errors
/// The rule that is broken.
pub async fn fetch(fetch: &dyn Fetch, path: &str, body: &[u8]) -> Verdict {
    let cancel = Cancel::new();
    let seen = Cell::new(0);
    let progress = |bytes: usize| seen.set(bytes);
    let got = fetch.get(path, body.len(), &cancel, &progress).await.map_err(said)?;
    ensure(got == body, "the body arrives unchanged")?;
    ensure(seen.get() == body.len(), "progress ends at the whole length")?;
    let short = fetch.get(path, body.len() - 1, &cancel, &progress).await;
    ensure(matches!(short, Err(FetchError::TooLong { .. })), "a body over the limit is refused")?;
    let missing = fetch.get("/conformance-no-such-file.bin", 1_000_000, &cancel, &progress).await;
    ensure(matches!(missing, Err(FetchError::Status { status: 404, .. })), "a missing file is a status")?;
    cancel.cancel();
    let cancelled = fetch.get(path, body.len(), &cancel, &progress).await;
    ensure(cancelled == Err(FetchError::Cancelled), "a cancelled download says so")
}

/// [`RangeFetch`]: the file at `url` is `body`, `missing` is none. Parts anywhere in it, ends that are clamped, the same size
/// and tag in each answer.
///
/// # Errors
/// The rule that is broken.
pub async fn range_fetch(fetch: &dyn RangeFetch, url: &ModelUrl, body: &[u8], missing: &ModelUrl) -> Verdict {
    let cancel = Cancel::new();
    let seen = Cell::new(0);
    let progress = |bytes: u64| seen.set(bytes);
    let length = body.len() as u64;
    ensure(length >= 3, "the file has three bytes at least")?;
    let whole = fetch.get_range(url, 0..length, &cancel, &progress).await.map_err(said)?;
    ensure(whole.bytes == body, "the whole file arrives unchanged")?;
    ensure(whole.total_bytes.is_none_or(|total| total == length), "the size of the file is told right")?;
    ensure(seen.get() == length, "progress ends at the whole length")?;
    let middle = fetch.get_range(url, 1..length - 1, &cancel, &progress).await.map_err(said)?;
    ensure(Some(&*middle.bytes) == body.get(1..body.len() - 1), "a part from the middle is that part")?;
    let same = (&middle.total_bytes, &middle.etag) == (&whole.total_bytes, &whole.etag);
    ensure(same, "every answer tells the same size and tag")?;
    if whole.total_bytes.is_some() {
        let end = fetch.get_range(url, length - 1..length + 100, &cancel, &progress).await.map_err(said)?;
        ensure(Some(&*end.bytes) == body.get(body.len() - 1..), "a part past the end is what there is of it")?;
    }
    let behind = fetch.get_range(url, length + 1..length + 2, &cancel, &progress).await;
    ensure(behind == Err(RangeError::Status { status: 416 }), "a part behind the end is a status")?;
    let none = fetch.get_range(missing, 0..1, &cancel, &progress).await;
    ensure(none == Err(RangeError::Status { status: 404 }), "a missing file is a status")?;
    cancel.cancel();
    let cancelled = fetch.get_range(url, 0..length, &cancel, &progress).await;
    ensure(cancelled == Err(RangeError::Cancelled), "a cancelled download says so")
}

/// [`Hardware`]: what is told is plausible, and told again.
///
/// # Errors
/// The rule that is broken.
pub async fn hardware(hardware: &dyn Hardware) -> Verdict {
    let device = hardware.look().await;
    ensure(device.cores.is_none_or(|cores| (1..=4_096).contains(&cores)), "a device has threads")?;
    ensure(device.memory_gb.is_none_or(|gigabytes| gigabytes > 0.0), "a device has memory")?;
    let (used, quota) = (device.used_bytes.unwrap_or(0), device.quota_bytes.unwrap_or(u64::MAX));
    ensure(used <= quota, "no more is stored than there is room")?;
    ensure(
        device.gpu.as_ref().is_none_or(|gpu| gpu.binding_bytes <= gpu.buffer_bytes),
        "a binding is part of a buffer",
    )?;
    let again = hardware.look().await;
    ensure((again.cores, again.gpu) == (device.cores, device.gpu), "a device does not change")
}

/// What the thread of a helper runs for [`helper`]: it turns the first bytes around, as many as the first one says, until
/// the first one is 0; then it ends.
pub fn station(station: &dyn Station) {
    while station.next() {
        let mut first = [0];
        station.read(0, &mut first);
        let [length] = first;
        if length == 0 {
            return;
        }
        let mut bytes = vec![0; usize::from(length)];
        station.read(0, &mut bytes);
        bytes.reverse();
        station.write(0, &bytes);
        // A counter of one byte: a task claims two of them.
        station.write(256, &[station.claim() as u8, station.claim() as u8]);
        station.finish(u32::from(length % 32));
        station.done();
    }
}

/// [`Helper`], with at least 300 bytes and [`station`] at its end: tasks one after the other, at once and after a rest, both
/// ends see what the other wrote, nobody gets a number twice, and one that ended is lost.
///
/// # Errors
/// The rule that is broken.
pub async fn helper(helper: &dyn Helper, clock: &dyn Clock) -> Verdict {
    ensure(helper.size() >= 300, "a helper has as many bytes as were asked for")?;
    helper.write(helper.size() - 1, &[7, 8, 9]);
    let mut outside = [1; 3];
    helper.read(helper.size() - 1, &mut outside);
    ensure(outside == [7, 1, 1], "what does not fit is left out")?;
    for round in 0..200u8 {
        if round % 50 == 49 {
            // Both ends have gone to sleep by now.
            clock.sleep(20).await;
        }
        let mut bytes: Vec<u8> = (0..=round).collect();
        bytes[0] = round + 1;
        helper.write(0, &bytes);
        helper.start();
        ensure(helper.wait(), "a task is done")?;
        let mut turned = vec![0; bytes.len()];
        helper.read(0, &mut turned);
        bytes.reverse();
        ensure(turned == bytes, "both ends see what the other wrote")?;
        let mut claimed = [0; 2];
        helper.read(256, &mut claimed);
        ensure(claimed == [0, 1] && helper.claim() == 2, "numbers start from 0 and are given once")?;
        ensure(
            helper.finished() == 1 << ((u32::from(round) + 1) % 32),
            "what is finished is seen, of this task alone",
        )?;
        ensure(helper.is_free(), "a helper without a task is free")?;
    }
    helper.write(0, &[0]);
    helper.start();
    ensure(!helper.wait() && !helper.is_free(), "a helper that ended is lost")
}

/// [`Lock`]: one holder at a time, names are separate, dropping releases. A lock that is never given hangs: the caller
/// has the limit of time, for how long a browser takes to hand a lock on is no rule.
///
/// # Errors
/// The rule that is broken.
pub async fn lock(lock: &dyn Lock) -> Verdict {
    let first = lock.acquire("conformance/a").await.map_err(said)?;
    let mut second = lock.acquire("conformance/a");
    // Requests are answered in order: when this one is, the second could have been.
    let _other = lock.acquire("conformance/b").await.map_err(said)?;
    ensure(poll_once(&mut second).await.is_none(), "a held lock is not given twice")?;
    drop(first);
    second.await.map(drop).map_err(said)
}

async fn poll_once<T>(future: &mut crate::LocalFuture<'_, T>) -> Option<T> {
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use conclave_protocol::imported::{Imported, Kind, Outcome, Report};
    use conclave_protocol::{Problem, ProblemCode};

    use super::*;
    use crate::{
        FixedHardware, KEY_BYTES, Keys, ManualClock, MemoryBlobs, MemoryFetch, MemoryKeys, MemoryLock,
        MemoryRangeFetch, MemoryReader, MemoryStore, SeededEntropy, Sensitive, StoreError, SystemClock, ThreadHelper,
    };

    /// Text as it stands; nothing is refused.
    fn read_text(name: &str, bytes: &[u8], take: &mut dyn FnMut(Imported)) -> Report {
        let report = |outcome, documents| Report { outcome, documents, parts: Vec::new(), parts_omitted: 0 };
        if bytes.is_empty() {
            let problem = Problem::new(ProblemCode::EmptyFile, "It is empty.", "Take another one.");
            return report(Outcome::Refused(problem), 0);
        }
        take(Imported {
            name: name.to_owned(),
            path: None,
            title: name.to_owned(),
            kind: Kind::Plain,
            language: None,
            text: String::from_utf8_lossy(bytes).into_owned(),
            outline: Vec::new(),
            anchors: Vec::new(),
            date_ms: None,
            partial: None,
            notes: Vec::new(),
            size_bytes: bytes.len() as u64,
            sha256: [0; 32],
        });
        report(Outcome::Ok, 1)
    }

    #[test]
    fn a_reader_that_breaks_on_a_file_says_so() {
        let broken = MemoryReader::new(read_text);
        broken.break_on("a.txt");
        let verdict = pollster::block_on(reader(&broken));
        assert!(verdict.is_err_and(|rule| rule.contains("read unchanged")));
    }

    #[test]
    fn the_in_memory_implementations_conform() {
        pollster::block_on(async {
            store(&MemoryStore::default()).await.unwrap();
            store_full(&MemoryStore::with_limit(100), 101).await.unwrap();
            blobs(&MemoryBlobs::default()).await.unwrap();
            let server = MemoryFetch::default();
            server.serve("/body.bin", *b"body");
            fetch(&server, "/body.bin", b"body").await.unwrap();
            lock(&MemoryLock::default()).await.unwrap();
            let device = MemoryKeys::new();
            keys(&device, &device.clone()).await.unwrap();
            let wrapped = device.wrap(&Sensitive::new([1; KEY_BYTES]), b"a").await.unwrap();
            device.lose();
            keys_absent(&device, &wrapped, b"a").await.unwrap();
            keys_absent(&MemoryKeys::new(), &wrapped, b"a").await.unwrap();
            digest(&OwnDigest).await.unwrap();
            reader(&MemoryReader::new(read_text)).await.unwrap();
            hardware(&FixedHardware::default()).await.unwrap();
            helper(&ThreadHelper::start(300, station).unwrap(), &SystemClock::new()).await.unwrap();
            clock(&SystemClock::new()).await.unwrap();
            clock(&ManualClock::at(1_700_000_000_000)).await.unwrap();
            let host = MemoryRangeFetch::default();
            let url = |file: &str| {
                ModelUrl::parse(&format!("https://huggingface.co/owner/repo/resolve/main/{file}.gguf")).unwrap()
            };
            host.serve(url("model"), b"body".to_vec(), "\"1\"");
            range_fetch(&host, &url("model"), b"body", &url("none")).await.unwrap();
            host.is_silent.set(true);
            range_fetch(&host, &url("model"), b"body", &url("none")).await.unwrap();
        });
        entropy(&SeededEntropy::new(1)).unwrap();
    }

    #[test]
    fn a_full_blob_store_keeps_the_old_object() {
        pollster::block_on(async {
            let blobs = MemoryBlobs::with_limit(4);
            blobs.write("a", b"old").await.unwrap();
            assert_eq!(blobs.write("a", b"longer").await, Err(StoreError::Full));
            assert_eq!(blobs.read("a").await, Ok(Some(b"old".to_vec())));
        });
    }
}

//! The suite of [`Reader`].

use std::any::Any;
use std::ops::Range;
use std::pin::Pin;
use std::task::Poll;

use conclave_protocol::imported::{Imported, Outcome, Report};
use conclave_protocol::{Problem, ProblemCode};

use super::{Verdict, ensure, poll_once, said};
use crate::{FileBytes, LocalFuture, ReadError, ReadLimits, Reader};

/// A file that is gone.
pub(super) struct Gone;

impl FileBytes for Gone {
    fn size_bytes(&self) -> u64 {
        10
    }

    fn read_range(&self, _: Range<u64>) -> LocalFuture<'_, Result<Vec<u8>, Problem>> {
        Box::pin(std::future::ready(Err(Problem::new(ProblemCode::NotFound, "It is gone.", "Pick it again."))))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

type Reading = (Vec<Imported>, Result<Report, ReadError>);

async fn read(reader: &dyn Reader, text: &str, limits: ReadLimits) -> Reading {
    let mut documents = Vec::new();
    let bytes = text.as_bytes().to_vec();
    let report = reader.read("a.txt", &bytes, limits, &mut |document| documents.push(document)).await;
    (documents, report)
}

fn is_read(reading: &Reading, text: &str) -> bool {
    let (documents, report) = reading;
    let whole = report.as_ref().is_ok_and(|report| report.outcome == Outcome::Ok && report.documents == 1);
    whole && documents.len() == 1 && documents.iter().all(|document| document.text.contains(text))
}

/// [`Reader`] of text files: what is read arrives unchanged, an empty file is refused, and after each way in which reading can end
/// (a limit of time or memory, a file that is gone, a reading that nobody waits for any more) the next file is read.
///
/// # Errors
/// The rule that is broken.
pub async fn reader(reader: &dyn Reader) -> Verdict {
    let limits = ReadLimits::for_size(1_000);
    let text = "Grüße von einer Zeile \u{1f600}.";
    let reads = async |rule: &str| ensure(is_read(&read(reader, text, limits).await, text), rule);
    reads("a text file is read unchanged").await?;
    let (documents, report) = read(reader, "", limits).await;
    let refused =
        matches!(report.map_err(said)?.outcome, Outcome::Refused(problem) if problem.code == ProblemCode::EmptyFile);
    ensure(refused && documents.is_empty(), "an empty file is refused and gives no document")?;
    reads("a file after a refused one is read").await?;

    let (_, report) = read(reader, text, ReadLimits { time_ms: 0, ..limits }).await;
    ensure(report == Err(ReadError::TimedOut { limit_ms: 0 }), "reading that takes too long is ended")?;
    reads("a file after one that took too long is read").await?;
    let (documents, report) = read(reader, text, ReadLimits { memory_bytes: 0, ..limits }).await;
    ensure(report.is_ok() && documents.len() == 1, "a file that left the program with too much memory was read")?;
    reads("a file after one that took much memory is read").await?;

    let report = reader.read("a.txt", &Gone, limits, &mut |_| {}).await;
    ensure(matches!(report, Err(ReadError::File(_))), "a file that is gone is said to be")?;
    reads("a file after one that was gone is read").await?;

    let mut left = Box::pin(read(reader, text, limits)) as LocalFuture<'_, _>;
    let _ = poll_once(&mut left).await;
    drop(left);
    reads("a file after one that nobody waited for is read").await?;

    let (one, other) = both(read(reader, "The first.", limits), read(reader, "The second.", limits)).await;
    ensure(is_read(&one, "The first.") && is_read(&other, "The second."), "who comes meanwhile waits")
}

/// Both values, of futures that run side by side.
async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other): (Pin<Box<_>>, Pin<Box<_>>) = (Box::pin(one), Box::pin(other));
    let (mut first, mut second) = (None, None);
    std::future::poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(value) = one.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = other.as_mut().poll(context)
        {
            second = Some(value);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}

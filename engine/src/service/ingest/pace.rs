//! How fast files are read, as measured.

use std::collections::VecDeque;

/// How far a speed looks back. Files differ, so a speed of a few seconds jumps; one of the whole run would not follow.
const WINDOW_MS: f64 = 60_000.0;
/// The shortest stretch that says anything.
const SHORTEST_MS: f64 = 500.0;
/// Most samples kept: one for each quarter of a second of the window.
const SAMPLES_MAX: usize = 240;

/// What had been read at a moment of a run.
#[derive(Debug, Clone, Copy, Default)]
struct Sample {
    at_ms: f64,
    files: u64,
    bytes: u64,
}

/// Speed of a run. Time in which nothing runs does not count.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    samples: VecDeque<Sample>,
}

impl Pace {
    /// A run begins, or goes on after it stood still.
    pub fn start(&mut self, now_ms: f64) {
        let (files, bytes) = self.samples.back().map_or((0, 0), |last| (last.files, last.bytes));
        self.samples.clear();
        self.samples.push_back(Sample { at_ms: now_ms, files, bytes });
    }

    /// Files of so many bytes were read.
    pub fn see(&mut self, files: u64, bytes: u64, now_ms: f64) {
        let Some(last) = self.samples.back().copied() else { return };
        let next = Sample { at_ms: now_ms, files: last.files + files, bytes: last.bytes + bytes };
        let first_of_slot = self
            .samples
            .iter()
            .rev()
            .nth(1)
            .is_none_or(|before| last.at_ms - before.at_ms >= WINDOW_MS / SAMPLES_MAX as f64);
        if self.samples.len() > 1 && !first_of_slot {
            self.samples.pop_back();
        }
        self.samples.push_back(next);
        while self.samples.len() > SAMPLES_MAX || self.samples.front().is_some_and(|old| now_ms - old.at_ms > WINDOW_MS)
        {
            self.samples.pop_front();
        }
    }

    /// Files and bytes in a second.
    pub fn speed(&self) -> Option<(f64, f64)> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let took_ms = last.at_ms - first.at_ms;
        if took_ms < SHORTEST_MS || last.files == first.files {
            return None;
        }
        let each_second = |amount: u64| amount as f64 * 1_000.0 / took_ms;
        Some((each_second(last.files - first.files), each_second(last.bytes - first.bytes)))
    }

    /// Seconds for so many files of so many bytes: small files cost by their number, large ones by their bytes.
    pub fn seconds_for(&self, files: u64, bytes: u64) -> Option<u64> {
        let (files_per_second, bytes_per_second) = self.speed()?;
        let by_files = files as f64 / files_per_second;
        let by_bytes = if bytes_per_second > 0.0 { bytes as f64 / bytes_per_second } else { 0.0 };
        // A float-to-integer cast saturates.
        Some(by_files.max(by_bytes).ceil() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_the_measured_speed_and_pauses_do_not_count() {
        let mut pace = Pace::default();
        pace.start(0.0);
        pace.see(10, 20_000, 100.0);
        assert_eq!(pace.speed(), None, "too early to tell");
        pace.see(90, 180_000, 1_000.0);
        assert_eq!(pace.speed(), Some((100.0, 200_000.0)));
        assert_eq!(pace.seconds_for(1_000, 2_000_000), Some(10));
        assert_eq!(pace.seconds_for(1, 2_000_000), Some(10), "one large file takes as long as its bytes");
        pace.start(1_000_000.0);
        assert_eq!(pace.speed(), None);
        pace.see(50, 100_000, 1_001_000.0);
        assert_eq!(pace.speed(), Some((50.0, 100_000.0)));
    }

    #[test]
    fn it_looks_back_a_minute_and_keeps_few_samples() {
        let mut pace = Pace::default();
        pace.start(0.0);
        for second in 1..=120 {
            pace.see(1, 1, f64::from(second) * 1_000.0);
        }
        for step in 1..=100_000 {
            pace.see(1, 1, 120_000.0 + f64::from(step) * 0.6);
        }
        assert!(pace.samples.len() <= SAMPLES_MAX);
        let (files, _) = pace.speed().unwrap();
        assert!((1_600.0..1_700.0).contains(&files), "the slow two minutes before are forgotten: {files}");
    }
}

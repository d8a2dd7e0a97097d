//! The one line of figures.

use std::time::Instant;

use serde_json::{Map, Value};

/// Collects figures while a suite runs.
pub struct Report {
    suite: &'static str,
    start: Instant,
    figures: Map<String, Value>,
}

impl Report {
    /// Starts the clock.
    #[must_use]
    pub fn start(suite: &'static str) -> Self {
        Self { suite, start: Instant::now(), figures: Map::new() }
    }

    /// Adds a figure.
    pub fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// Prints the line that ends stdout.
    #[allow(clippy::print_stdout, reason = "the contract: the figures are the last line of stdout")]
    pub fn print(mut self, items: usize) {
        self.figures.insert("suite".to_owned(), self.suite.into());
        self.figures.insert("items".to_owned(), items.into());
        self.figures.insert("seconds".to_owned(), round(self.start.elapsed().as_secs_f64()).into());
        self.figures.insert("version".to_owned(), env!("CARGO_PKG_VERSION").into());
        println!("{}", Value::Object(self.figures));
    }
}

/// Says on stderr how far a suite is.
#[allow(clippy::print_stderr, reason = "the contract: progress goes to stderr")]
pub fn progress(suite: &str, done: usize, total: usize) {
    if done == total || done.is_multiple_of(25) {
        eprintln!("{suite}: {done} of {total}");
    }
}

/// Four decimals: enough to compare, short enough to read.
#[must_use]
pub fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// The `share` quantile (nearest rank) of some milliseconds.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a rank")]
pub fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_unstable_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    round(values[rank.clamp(1, values.len()) - 1])
}

/// The process's largest resident set in MB, where the system tells (Linux).
#[must_use]
pub fn peak_rss_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024 / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_nearest_rank() {
        let values = vec![4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantile(values.clone(), 0.5), 2.0);
        assert_eq!(quantile(values, 0.95), 4.0);
        assert_eq!(quantile(Vec::new(), 0.5), 0.0);
    }
}

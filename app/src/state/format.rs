//! Numbers in words.

/// A size: `512 bytes`, `34 KB`, `98.2 MB`. Decimal units, as browsers and systems show downloads.
#[must_use]
pub fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let value = count as f64;
    match count {
        1 => "1 byte".into(),
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{:.0} KB", value / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value / 1e6),
        _ => format!("{:.2} GB", value / 1e9),
    }
}

/// A number in groups of three: `131,072`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut words = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

/// The size of a model: `135 million weights`, `1.2 billion weights`.
#[must_use]
pub fn weights(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let value = count as f64;
    match count {
        0..1_000_000 => format!("{count} weights"),
        1_000_000..1_000_000_000 => format!("{:.0} million weights", value / 1e6),
        _ => format!("{:.1} billion weights", value / 1e9),
    }
}

/// How many a second: `33`, `4.2`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    let tenths = format!("{per_second:.1}");
    if per_second < 9.95 { tenths.trim_end_matches(".0").to_owned() } else { format!("{per_second:.0}") }
}

/// A wall time: `85 ms`, `2.4 s`, `1 min 5 s`.
#[must_use]
pub fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// Time left, as coarse as the estimate is.
#[must_use]
pub fn time_left(seconds: u64) -> String {
    match seconds {
        0..2 => "a moment left".into(),
        2..90 => format!("{seconds} s left"),
        _ => format!("{} min left", seconds.div_ceil(60)),
    }
}

/// How long ago, for lists.
#[must_use]
pub fn ago(then_ms: u64, now_ms: u64) -> String {
    let minutes = now_ms.saturating_sub(then_ms) / 60_000;
    match minutes {
        0 => "now".into(),
        1..60 => format!("{minutes} min"),
        60..1_440 => format!("{} h", minutes / 60),
        1_440..2_880 => "yesterday".into(),
        2_880..43_200 => format!("{} days", minutes / 1_440),
        _ => format!("{} months", (minutes / 43_200).max(1)),
    }
}

/// The beginning of a passage on one line, without the heading that it begins with: that stands beside it already.
#[must_use]
pub fn excerpt(text: &str, heading: &str, most: usize) -> String {
    let body = text.split_once('\n').filter(|(first, rest)| {
        // Markdown keeps its marks in the canonical text.
        !rest.trim().is_empty() && first.trim_start_matches('#').trim() == heading
    });
    shorten(body.map_or(text, |(_, rest)| rest), most)
}

/// The first line of a text, cut at a word to at most `most` characters.
#[must_use]
pub fn shorten(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    let whole_words = cut.rfind(' ').filter(|at| *at > most / 2).map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", whole_words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_read_well() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(34_400), "34 KB");
        assert_eq!(bytes(98_150_000), "98.2 MB");
        assert_eq!(bytes(2_500_000_000), "2.50 GB");
        assert_eq!(
            (count(0), count(682), count(2_048), count(1_131_072)),
            ("0".into(), "682".into(), "2,048".into(), "1,131,072".into())
        );
        assert_eq!(duration(85), "85 ms");
        assert_eq!(duration(2_450), "2.4 s");
        assert_eq!(duration(65_000), "1 min 5 s");
        assert_eq!(time_left(0), "a moment left");
        assert_eq!(time_left(12), "12 s left");
        assert_eq!(time_left(100), "2 min left");
    }

    #[test]
    fn times_in_lists_are_coarse_and_never_negative() {
        assert_eq!(ago(10, 0), "now");
        assert_eq!(ago(0, 5 * 60_000), "5 min");
        assert_eq!(ago(0, 26 * 3_600_000), "yesterday");
        assert_eq!(ago(0, 70 * 86_400_000), "2 months");
    }

    #[test]
    fn an_excerpt_begins_after_its_heading() {
        assert_eq!(excerpt("## Warranty\n\nTwo years.\nKeep it.", "Warranty", 40), "Two years. Keep it.");
        assert_eq!(excerpt("Warranty\nTwo years.", "Warranty", 40), "Two years.");
        assert_eq!(excerpt("Two years.\nKeep it.", "Warranty", 40), "Two years. Keep it.");
        assert_eq!(excerpt("## Warranty\n", "Warranty", 40), "## Warranty");
    }

    #[test]
    fn long_titles_end_at_a_word() {
        assert_eq!(shorten("How long is the\nwarranty?", 40), "How long is the warranty?");
        assert_eq!(shorten("How long is the warranty of the pump", 20), "How long is the…");
        assert_eq!(shorten("ääääääääää", 4), "ääää…");
    }
}

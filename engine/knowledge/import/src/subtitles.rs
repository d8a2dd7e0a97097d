//! Subtitles: SubRip (SRT) and WebVTT (W3C). Cues become running text, so that a sentence that three of them show is one.

use conclave_protocol::imported::{Anchor, Kind, Place};

use crate::body::Body;

/// A pause that ends a paragraph, in milliseconds: speakers take breath in less.
const PAUSE_MS: u64 = 3_000;

/// A paragraph this long ends with its sentence, in bytes.
const LONG_BYTES: usize = 600;

/// Whether these are subtitles: a WebVTT header, or a first cue as SubRip writes it.
pub(crate) fn is_subtitles(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("WEBVTT") {
        return true;
    }
    let mut lines = text.lines();
    let number =
        lines.next().is_some_and(|line| !line.is_empty() && line.trim().bytes().all(|byte| byte.is_ascii_digit()));
    number && lines.next().and_then(times).is_some()
}

pub(crate) fn read(source: &str) -> Body {
    let mut text = String::with_capacity(source.len() / 2);
    let mut anchors = Vec::new();
    let mut end_ms = 0;
    let mut paragraph = 0;
    let mut last = String::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((start_ms, cue_end_ms)) = times(line) else { continue };
        let mut cue = String::new();
        // A cue ends with an empty line; the next one's times end it where that is missing.
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty() && times(line).is_none()) {
            let is_number = line.trim().bytes().all(|byte| byte.is_ascii_digit());
            if is_number && lines.peek().is_some_and(|next| times(next).is_some()) {
                continue;
            }
            let words = shown(line);
            if !words.is_empty() {
                if !cue.is_empty() {
                    cue.push(' ');
                }
                cue.push_str(&words);
            }
        }
        // Rolling captions repeat what they showed before.
        if cue.is_empty() || cue == last {
            continue;
        }
        let sentence_ends = text.ends_with(['.', '!', '?', '…', '。', '"', '♪']);
        let pause = start_ms.saturating_sub(end_ms) >= PAUSE_MS;
        let long = text.len() - paragraph >= LONG_BYTES;
        let speaker = cue.starts_with(['-', '–']) || has_speaker(&cue);
        if !text.is_empty() {
            if pause || speaker || (long && sentence_ends) {
                text.push_str("\n\n");
                paragraph = text.len();
            } else {
                text.push(' ');
            }
        }
        anchors.push(Anchor { at: text.len(), place: Place::Cue(start_ms) });
        text.push_str(&cue);
        end_ms = cue_end_ms;
        last = cue;
    }
    Body { anchors, ..Body::new(Kind::Subtitles, text) }
}

/// Begin and end of a cue in milliseconds: `00:01:02,500 --> 00:01:05,000`, with a full stop and without hours in WebVTT.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, end) = line.split_once("-->")?;
    Some((time(start.trim())?, time(end.split_whitespace().next()?)?))
}

fn time(text: &str) -> Option<u64> {
    let (clock, fraction) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let mut seconds = 0u64;
    let mut parts = 0;
    for part in clock.split(':') {
        parts += 1;
        if parts > 3 || part.is_empty() || part.len() > 4 {
            return None;
        }
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    let milliseconds: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    (parts >= 2).then_some(seconds * 1000 + milliseconds)
}

/// The words of a line without marks of style; a WebVTT voice becomes a speaker's name.
fn shown(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.trim();
    while let Some(at) = rest.find(['<', '{', '&']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let close = match tail.as_bytes()[0] {
            b'<' => tail.find('>'),
            // SubStation codes: {\an8}.
            b'{' => tail.starts_with("{\\").then(|| tail.find('}')).flatten(),
            _ => None,
        };
        if let Some(close) = close {
            if let Some(name) = tail[..close].strip_prefix("<v").map(str::trim).filter(|name| !name.is_empty()) {
                let name = name.split_once(' ').filter(|_| name.starts_with('.')).map_or(name, |(_, name)| name);
                out.push_str(name);
                out.push_str(": ");
            }
            rest = &tail[close + 1..];
        } else if let Some((sign, length)) = entity(tail) {
            out.push(sign);
            rest = &tail[length..];
        } else {
            let first = tail.chars().next().map_or(1, char::len_utf8);
            out.push_str(&tail[..first]);
            rest = &tail[first..];
        }
    }
    out.push_str(rest);
    let clean: String = out.chars().filter(|c| !c.is_control()).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn entity(text: &str) -> Option<(char, usize)> {
    let known =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&nbsp;", ' '), ("&lrm;", '\u{200e}'), ("&rlm;", '\u{200f}')];
    known.into_iter().find(|(name, _)| text.starts_with(name)).map(|(name, sign)| (sign, name.len()))
}

/// Whether a cue begins with who speaks: a name in capitals or of a voice, and a colon.
fn has_speaker(cue: &str) -> bool {
    cue.split_once(": ").is_some_and(|(name, _)| {
        name.chars().count() <= 30 && name.starts_with(char::is_uppercase) && !name.contains(['.', ',', '?', '!'])
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::testing::{places, read as import};

    #[test]
    fn cues_become_sentences_with_their_times() {
        let source = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>The tide</i>\r\nrises in\r\n\r\n2\r\n00:00:02,600 --> 00:00:04,000 X1:1\r\n{\\an8}the morning.\r\n\r\n\
            3\r\n00:01:00,000 --> 00:01:01,000\r\n- Who said that?\r\n\r\n4\r\n01:02:03,040 --> 01:02:04,000\r\n7\r\n";
        let imported = import("film.srt", source.as_bytes());
        assert_eq!(imported.text, "The tide rises in the morning.\n\n- Who said that?\n\n7");
        let cues: Vec<Place> = places(&imported).iter().map(|(place, _)| *place).collect();
        assert_eq!(cues, [Place::Cue(1_000), Place::Cue(2_600), Place::Cue(60_000), Place::Cue(3_723_040)]);
        assert_eq!(imported.kind, Kind::Subtitles);
    }

    #[test]
    fn web_subtitles_have_voices_notes_and_repeats() {
        let source = "WEBVTT - talk\n\nNOTE nothing\nto read\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v Ann Lee>Hello &amp; welcome\n\n\
            00:02.000 --> 00:03.000\n<v Ann Lee>Hello &amp; welcome\n\n00:03.000 --> 00:04.000\n<v.loud Bo>Thanks <00:03.500><c>Ann</c>\n";
        assert_eq!(import("talk.vtt", source.as_bytes()).text, "Ann Lee: Hello & welcome\n\nBo: Thanks Ann");
    }

    #[test]
    fn what_only_looks_like_cues_stays_text() {
        for text in ["1\n2\n3", "a --> b", "12\nwords --> more"] {
            assert_eq!(import("a.txt", text.as_bytes()).kind, Kind::Plain);
        }
    }
}

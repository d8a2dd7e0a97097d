//! Markdown: the source is the canonical text, so that offsets are exact; headings are found in it.
//!
//! Headings as in CommonMark 0.31: ATX (`## …`) and setext (underlined), not inside fenced code or front matter.

use conclave_text::{Fence, Line, lines, without_markup};

use super::plain::normalise;
use crate::body::{Body, MAX_HEADINGS};
use conclave_protocol::imported::{Heading, Kind};

/// Most lines of front matter; beyond, the first `---` was a thematic break.
const MAX_FRONT_MATTER_LINES: usize = 200;

pub(crate) fn read(text: String, notes: &mut Vec<String>) -> Body {
    let text = normalise(text, notes);
    let (body_start, front_title) = front_matter(&text);
    let outline = outline(&text, body_start);
    let highest = outline.iter().min_by_key(|heading| (heading.level, heading.span.start));
    let title = front_title.or_else(|| highest.and_then(|heading| heading.span.of(&text)).map(without_markup));
    Body { outline, title, ..Body::new(Kind::Markdown, text) }
}

/// Where the text begins after YAML front matter, and the title in it.
fn front_matter(text: &str) -> (usize, Option<String>) {
    let mut all = lines(text);
    if all.next().is_none_or(|line| line.text.trim_end() != "---") {
        return (0, None);
    }
    let mut title = None;
    for line in all.take(MAX_FRONT_MATTER_LINES) {
        if matches!(line.text.trim_end(), "---" | "...") {
            return (line.end_with_break.min(text.len()), title);
        }
        if let Some(value) = line.text.strip_prefix("title:") {
            let value = value.trim().trim_matches(['"', '\'']);
            title = (!value.is_empty()).then(|| value.to_owned());
        }
    }
    (0, None)
}

fn outline(text: &str, from: usize) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut fence: Option<Fence> = None;
    // The paragraph line above, where it stands alone: what a setext underline would make a heading.
    let mut above: Option<Line<'_>> = None;
    let mut in_paragraph = false;
    for line in lines(text).filter(|line| line.start >= from) {
        if let Some(open) = &fence {
            if open.is_closed_by(line.text) {
                fence = None;
            }
            continue;
        }
        fence = Fence::opened_by(line.text);
        let found = if fence.is_some() { None } else { atx(line).or_else(|| setext(line, above)) };
        if let Some(heading) = found {
            if headings.len() < MAX_HEADINGS {
                headings.push(heading);
            }
            (above, in_paragraph) = (None, false);
        } else if fence.is_some() || line.is_blank() || is_other_block(line.text) {
            (above, in_paragraph) = (None, false);
        } else {
            above = (!in_paragraph).then_some(line);
            in_paragraph = true;
        }
    }
    headings
}

/// At most three spaces: four make indented code.
fn unindented(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(' ');
    (text.len() - rest.len() <= 3 && !rest.starts_with('\t')).then_some(rest)
}

/// Lists, quotations, tables and indented code: no paragraph that an underline could end.
fn is_other_block(text: &str) -> bool {
    unindented(text).is_none_or(|rest| rest.starts_with(['>', '|']) || conclave_text::list_marker(rest).is_some())
}

fn atx(line: Line<'_>) -> Option<Heading> {
    let rest = unindented(line.text)?;
    let content = rest.trim_start_matches('#');
    let level = u8::try_from(rest.len() - content.len()).ok().filter(|level| (1..=6).contains(level))?;
    if !(content.is_empty() || content.starts_with([' ', '\t'])) {
        return None;
    }
    let words = content.trim();
    // A closing run of `#` belongs to the markup where a space stands before it.
    let closed = words.trim_end_matches('#');
    let words = if closed.is_empty() || closed.ends_with([' ', '\t']) { closed.trim_end() } else { words };
    (!words.is_empty()).then(|| Heading { span: line.span_of(words), level })
}

fn setext(line: Line<'_>, above: Option<Line<'_>>) -> Option<Heading> {
    let mark = unindented(line.text)?.trim_end();
    let level = match mark.as_bytes().first()? {
        b'=' if mark.bytes().all(|byte| byte == b'=') => 1,
        b'-' if mark.bytes().all(|byte| byte == b'-') => 2,
        _ => return None,
    };
    above.map(|words| Heading { span: words.trimmed_span(), level })
}

//! Where definitions begin in source code.
//!
//! Read by lines, not parsed: a definition is a line that begins with a keyword which defines something in one of the usual
//! languages (or, in the C family, a line at the margin that has a parameter list and opens a body), together with the
//! comments, attributes and decorators directly above. A definition lasts until a line of content stands at its
//! indentation or left of it. That holds for code that people or formatters indent, whatever the language; where it does
//! not hold, code is cut at empty lines.

use conclave_text::lines;

/// A definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Definition {
    /// First byte, with what stands above and belongs to it; indentation included.
    pub start: usize,
    /// Its own line, without indentation: first byte, and behind the last one.
    pub line: (usize, usize),
    /// Where its body ends.
    pub end: usize,
    /// Columns of white space before it.
    pub indent: usize,
}

/// Words that may stand before the one that defines.
const MODIFIERS: &[&str] = &[
    "abstract",
    "async",
    "auto",
    "const",
    "constexpr",
    "data",
    "declare",
    "default",
    "export",
    "extern",
    "final",
    "inline",
    "internal",
    "local",
    "open",
    "override",
    "partial",
    "private",
    "protected",
    "pub",
    "public",
    "readonly",
    "sealed",
    "static",
    "suspend",
    "unsafe",
    "virtual",
];

/// Words that define something that has a body.
const DEFINING: &[&str] = &[
    "actor",
    "class",
    "def",
    "defmodule",
    "defn",
    "defp",
    "enum",
    "extension",
    "fn",
    "func",
    "function",
    "fun",
    "impl",
    "instance",
    "interface",
    "macro_rules",
    "mod",
    "module",
    "namespace",
    "object",
    "package",
    "proc",
    "procedure",
    "protocol",
    "record",
    "service",
    "struct",
    "sub",
    "subroutine",
    "table",
    "trait",
    "typedef",
    "union",
    "view",
];

/// Longest first line that is kept as a heading, in characters.
const MAX_SIGNATURE_CHARS: usize = 100;

/// Columns of a tab.
const TAB: usize = 4;

/// The definitions of `text`, ordered by their start.
pub(super) fn definitions(text: &str) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    // Definitions that are not closed yet, as indices into `found`; each is indented more than the one before.
    let mut open: Vec<usize> = Vec::new();
    let mut attached: Option<usize> = None;
    let mut end_of_content = 0;
    for line in lines(text) {
        if line.is_blank() {
            attached = None;
            continue;
        }
        let content = line.trimmed();
        let indent = indent(line.text);
        let is_definition = defines(content, indent);
        let is_attached = belongs_below(content);
        // A closing bracket or `end` belongs to what it closes; so does the label of a C++ class.
        if !closes(content) {
            while open.last().is_some_and(|index| found.get(*index).is_some_and(|above| indent <= above.indent)) {
                if let Some(closed) = open.pop().and_then(|index| found.get_mut(index)) {
                    closed.end = end_of_content;
                }
            }
        }
        if is_definition {
            let span = line.trimmed_span();
            let start = attached.take().unwrap_or(line.start);
            open.push(found.len());
            found.push(Definition { start, line: (span.start, span.end), end: text.len(), indent });
        } else if is_attached {
            attached.get_or_insert(line.start);
        } else {
            attached = None;
        }
        end_of_content = line.start + line.text.trim_end().len();
    }
    found
}

/// The first line of the innermost definition that began before `place` and holds it; empty where there is none.
pub(super) fn enclosing(text: &str, definitions: &[Definition], place: usize) -> String {
    let before = definitions.partition_point(|definition| definition.start < place);
    let around = definitions.get(..before).unwrap_or_default().iter().rev().find(|definition| place < definition.end);
    let line = around.and_then(|definition| text.get(definition.line.0..definition.line.1)).unwrap_or("");
    line.trim_end_matches(['{', ':', ' ', '\t']).chars().take(MAX_SIGNATURE_CHARS).collect()
}

fn indent(line: &str) -> usize {
    line.chars()
        .map_while(|c| match c {
            ' ' => Some(1),
            '\t' => Some(TAB),
            _ => None,
        })
        .sum()
}

/// Whether a line, without its indentation, begins a definition.
fn defines(content: &str, indent: usize) -> bool {
    let mut words = content.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let is_keyword = |word: &&str| DEFINING.contains(&word.to_ascii_lowercase().as_str());
    // "CREATE OR REPLACE FUNCTION", "pub(crate) async fn".
    let modifiers = ["create", "or", "replace", "crate", "super"];
    let is_modifier = |word: &&str| {
        let word = word.to_ascii_lowercase();
        MODIFIERS.contains(&word.as_str()) || modifiers.contains(&word.as_str())
    };
    if content.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && words.find(|word| !is_modifier(word)).is_some_and(|word| is_keyword(&word))
    {
        return !content.ends_with(';');
    }
    // `int main(void) {`, `static void f(int a)`: at the margin, a name before a parenthesis, a body, and no assignment.
    let opens = content.ends_with('{') || content.ends_with(')');
    let has_parameters = content.find('(').is_some_and(|at| content[..at].contains([' ', '*', '\t']));
    indent == 0
        && opens
        && has_parameters
        && content.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !content.contains([';', '='])
        && !["if", "for", "while", "switch", "return", "else", "do", "match", "with", "try", "except", "elif"]
            .iter()
            .any(|word| {
                content.starts_with(word)
                    && !content[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            })
}

/// Whether a line is a comment, an attribute or a decorator: it belongs to the definition directly below.
fn belongs_below(content: &str) -> bool {
    ["//", "/*", "*", "#", "@", "--", "\"\"\"", "'''", ";;", "%", "template"]
        .iter()
        .any(|mark| content.starts_with(mark))
}

/// Whether a line only closes what stands above.
fn closes(content: &str) -> bool {
    content.starts_with(['}', ')', ']'])
        || ["end", "fi", "done", "esac", "public:", "private:", "protected:"].contains(&content.trim_end_matches(';'))
        || content.starts_with("else")
}

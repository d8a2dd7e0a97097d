//! How examples are written: values stand between braces; `⟦` and `⟧` stand for braces of the text's own.

/// The text of an example, and where its values stand, in bytes.
pub fn parse(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut spans, mut open) = (String::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            '{' => open = text.len(),
            '}' => spans.push((open, text.len())),
            '⟦' => text.push('{'),
            '⟧' => text.push('}'),
            c => text.push(c),
        }
    }
    (text, spans)
}

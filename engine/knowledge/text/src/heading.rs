//! Headings for listings.

/// Longest heading in listings. The search for a link's end is quadratic in this.
const MAX_HEADING_BYTES: usize = 600;

/// A heading without emphasis, code marks and link targets, for listings.
#[must_use]
pub fn without_markup(text: &str) -> String {
    let mut rest = &text[..text.floor_char_boundary(MAX_HEADING_BYTES)];
    let mut out = String::with_capacity(rest.len());
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' | '`' | '\\' => {}
            '[' => {
                if let Some((label, target)) = rest.split_once("](")
                    && !label.contains('[')
                    && let Some((_, after)) = target.split_once(')')
                {
                    out.push_str(label);
                    rest = after;
                } else {
                    out.push(c);
                }
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

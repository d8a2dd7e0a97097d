//! What is looked at before a PDF is read: structures that would keep a reader busy for ever, or break it.

use std::collections::HashSet;

use pdf_oxide::PdfDocument;
use pdf_oxide::object::{Object, ObjectRef};

/// Deepest arrays and dictionaries in the file's own bytes. Real files nest below 30; the parser is recursive.
const MAX_DEPTH: usize = 300;

/// Most nodes of a page tree that are looked at.
const MAX_NODES: usize = 200_000;

/// Whether arrays and dictionaries nest too deep. Streams are passed over: their bytes mean something else.
pub(super) fn is_too_deep(bytes: &[u8]) -> bool {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        match rest[0] {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'<' if rest.get(1) == Some(&b'<') => {
                depth += 1;
                at += 1;
            }
            b'>' if rest.get(1) == Some(&b'>') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b's' if rest.starts_with(b"stream") => {
                // Without an end the rest of the file is the stream.
                let Some(length) = find(&rest[6..], b"endstream") else { return false };
                at += 6 + length + 8;
                depth = 0;
            }
            b'e' if rest.starts_with(b"endobj") => depth = 0,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
        at += 1;
    }
    false
}

/// A copy for the reader in which no object's header breaks it. It looks at the three bytes before `obj`, of the header as lossy
/// UTF-8, and panics where they begin inside a character: a byte that is no ASCII stands there two or three places before. Such
/// bytes become blanks; a header has none. Streams stay as they are, unless the file's table leads elsewhere than to objects:
/// the reader may then take anything for a header.
pub(super) fn softened(bytes: &[u8]) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    let mut at = 0;
    let is_sound = leads_to_objects(bytes);
    let mut stream = find(bytes, b"stream").filter(|_| is_sound);
    while let Some(found) = bytes.get(at..).and_then(|rest| find(rest, b"obj")) {
        let object = at + found;
        if let Some(start) = stream.filter(|start| *start < object) {
            // Without an end the rest of the file is the stream.
            let Some(length) = find(&bytes[start + 6..], b"endstream") else { break };
            at = start + 6 + length + 9;
            stream = find(bytes.get(at..).unwrap_or_default(), b"stream").map(|next| at + next);
            continue;
        }
        for before in [2, 3] {
            if let Some(byte) = object.checked_sub(before).and_then(|place| copy.get_mut(place))
                && !byte.is_ascii()
            {
                *byte = b' ';
            }
        }
        at = object + 3;
    }
    copy
}

/// Whether the places that a file names are those of a table and of objects (ISO 32000-1, 7.5.4 and 7.5.5): `startxref` that of a
/// table, and each entry of a table, `nnnnnnnnnn ggggg n`, that of an object. Tables inside streams are not looked at.
fn leads_to_objects(bytes: &[u8]) -> bool {
    const KEYWORD: &[u8] = b"startxref";
    const ENTRY: usize = 18;
    let is_entry = |entry: &[u8]| {
        entry.ends_with(b" n") && entry[10] == b' ' && entry[..10].iter().chain(&entry[11..16]).all(u8::is_ascii_digit)
    };
    let entries = bytes.windows(ENTRY).filter(|entry| is_entry(entry)).map(|entry| &entry[..10]);
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| find(rest, KEYWORD)) {
        at += found + KEYWORD.len();
        starts.push(trimmed(bytes, at));
    }
    let is_table = |at: usize| trimmed(bytes, at).starts_with(b"xref") || is_header(trimmed(bytes, at));
    // A file that is made to be shown before it is all there has a 0 in its first half.
    let is_start = |digits: &[u8]| number(digits).is_some_and(|at| at == 0 || is_table(at));
    entries.into_iter().all(|digits| number(digits).is_some_and(|at| is_header(trimmed(bytes, at))))
        && starts.into_iter().all(is_start)
}

/// The bytes from `at` on without the white space that they begin with.
fn trimmed(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default().trim_ascii_start()
}

/// The number that the bytes begin with.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()
}

/// Whether the bytes begin with `12 0 obj`.
fn is_header(bytes: &[u8]) -> bool {
    let after_number = |bytes: &[u8]| {
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0).then(|| digits + bytes[digits..].iter().take_while(|byte| byte.is_ascii_whitespace()).count())
    };
    let Some(first) = after_number(bytes) else { return false };
    let Some(second) = after_number(&bytes[first..]) else { return false };
    bytes[first + second..].starts_with(b"obj")
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Whether a branch of the page tree stands in more than one place, or under itself: counting its pages would never end.
/// A single page may stand twice, as careless programs have it.
pub(super) fn has_circle(document: &PdfDocument) -> bool {
    let Ok(catalog) = document.catalog() else { return false };
    let root = catalog.as_dict().and_then(|catalog| catalog.get("Pages")).and_then(Object::as_reference);
    let mut open: Vec<ObjectRef> = root.into_iter().collect();
    let mut seen = HashSet::new();
    let mut nodes = 0;
    while let Some(at) = open.pop() {
        nodes += 1;
        if nodes > MAX_NODES {
            return true;
        }
        let Ok(node) = document.load_object(at) else { continue };
        let Some(kids) = node.as_dict().and_then(|node| node.get("Kids")) else { continue };
        if !seen.insert((at.id, at.r#gen)) {
            return true;
        }
        // The list may be an object of its own.
        let Ok(kids) = document.resolve_object(kids) else { continue };
        open.extend(kids.as_array().into_iter().flatten().filter_map(Object::as_reference));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_break_the_reader_are_softened_and_streams_are_not() {
        let soft = |bytes: &[u8]| softened(bytes);
        assert_eq!(soft(b"2\xff0 obj"), b"2 0 obj");
        assert_eq!(soft(b"\xff0obj \xffobj"), b" 0obj \xffobj");
        let stream = b"1 0 obj stream\n\xff0 obj endstream \xe9a obj endobj";
        assert_eq!(soft(stream), b"1 0 obj stream\n\xff0 obj endstream  a obj endobj");
        for same in [b"stream \xff0 obj".as_slice(), b"obj", b"", b"\xff obj\xff"] {
            assert_eq!(softened(same).len(), same.len());
        }
        assert_eq!(soft(b"stream \xff0 obj"), b"stream \xff0 obj");
    }

    #[test]
    fn streams_are_softened_where_the_table_leads_elsewhere() {
        let file = |offset: usize, start: usize| {
            let objects = b"%PDF-1.4\n1 0 obj stream\n\xe9\x7fobj endstream endobj\n".to_vec();
            let table =
                format!("xref\n0 2\n0000000000 65535 f \n{offset:010} 00000 n \ntrailer <<>>\nstartxref\n{start}\n");
            [objects, table.into_bytes()].concat()
        };
        let sound = file(9, 47);
        assert!(leads_to_objects(&sound));
        assert_eq!(softened(&sound), sound);
        for askew in [file(12, 47), file(9, 45), file(99_999, 47)] {
            assert!(!leads_to_objects(&askew));
            assert!(!softened(&askew).contains(&0xe9));
        }
        assert!(leads_to_objects(b"no tables") && !leads_to_objects(b"startxref"));
    }

    #[test]
    fn nesting_counts_outside_streams() {
        let deep = [b"<< /A ".repeat(400), b">>".repeat(400)].concat();
        assert!(is_too_deep(&deep));
        assert!(is_too_deep(&b"[".repeat(400)));
        let stream = [b"1 0 obj << >> stream\n".to_vec(), b"[".repeat(400), b"\nendstream endobj".to_vec()].concat();
        assert!(!is_too_deep(&stream));
        assert!(!is_too_deep(&b"1 0 obj [[ endobj ".repeat(400)));
    }
}

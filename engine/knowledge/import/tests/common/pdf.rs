//! PDF files for tests, written object by object so that they can also be wrong.

/// A file of these objects, numbered from 1; the first is the catalog. `trailer` goes into the trailer dictionary.
pub fn file(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    out.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    out
}

/// A stream object.
pub fn stream(dictionary: &str, content: &str) -> String {
    format!("<< {dictionary} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// The instructions that show lines of text, each at its place and size.
pub fn lines(lines: &[(u32, u32, u32, &str)]) -> String {
    let show = |(x, y, size, text): &(u32, u32, u32, &str)| {
        let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        format!("BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n")
    };
    lines.iter().map(show).collect()
}

/// A document whose pages have these instructions. Object 1 is the catalog, 2 the page tree, 3 the font; then a page and its
/// content each; then `more`, whose first number is returned by [`after`].
pub fn document(pages: &[String], catalog: &str, trailer: &str, more: &[String]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 4 + 2 * index)).collect();
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for (index, page) in pages.iter().enumerate() {
        let content = 5 + 2 * index;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {content} 0 R >>"
        ));
        objects.push(stream("", page));
    }
    objects.extend_from_slice(more);
    file(&objects, trailer)
}

/// The number of the first further object behind so many pages.
pub fn after(pages: usize) -> usize {
    4 + 2 * pages
}

//! What a page must not contain under the strict Content-Security-Policy, and what it must not miss.

use anyhow::{Context, Result, bail};

use super::site::Files;

/// Largest file that static hosting takes.
const FILE_MAX_BYTES: usize = 25 << 20;

/// Largest size of the redactor's program with its list of names, compressed as it is sent.
const REDACTOR_MAX_BYTES: usize = 600_000;

/// Size of a file as gzip sends it (RFC 1952).
fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, bytes)?;
    Ok(encoder.finish()?.len())
}

/// Stops a build that the browser would refuse or that refers to files which are not there.
pub fn check(files: &Files) -> Result<()> {
    for (name, bytes) in files {
        if bytes.len() > FILE_MAX_BYTES {
            bail!("{name} has {} bytes, and static hosting takes {FILE_MAX_BYTES}; make it smaller", bytes.len());
        }
    }
    let is_redactor =
        |name: &str| name.starts_with("redact_bg") && name.ends_with(".wasm") || name.ends_with(".gazetteer");
    let redactor: Vec<usize> = files
        .iter()
        .filter(|(name, _)| is_redactor(name))
        .map(|(_, bytes)| compressed(bytes))
        .collect::<Result<_>>()?;
    let size: usize = redactor.iter().sum();
    if size > REDACTOR_MAX_BYTES {
        bail!(
            "the redactor with its names has {size} bytes instead of at most {REDACTOR_MAX_BYTES}, compressed; is \
             something of the engine linked into it?"
        );
    }
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
        if let Some(inline) = inline_code(html) {
            bail!("{name} has {inline}, which the Content-Security-Policy blocks; move it into a file");
        }
        for path in local_paths(html) {
            if !files.contains_key(path) {
                bail!("{name} refers to /{path}, which is not in the site; is the name right in app/index.html?");
            }
        }
    }
    Ok(())
}

/// The first inline script or style of a page.
fn inline_code(html: &str) -> Option<String> {
    let html = without_comments(html);
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        let mut words = tag.split_ascii_whitespace();
        let element = words.next().unwrap_or_default().to_ascii_lowercase();
        let attributes: Vec<String> = words.map(|word| word.to_ascii_lowercase()).collect();
        let has = |start: &str| attributes.iter().any(|attribute| attribute.starts_with(start));
        if element == "style" || (element == "script" && !has("src=")) || has("style=") {
            return Some(format!("an inline <{element}> or style"));
        }
        let is_handler = |attribute: &String| attribute.starts_with("on") && attribute.contains('=');
        if attributes.iter().any(is_handler) {
            return Some(format!("an inline event handler on <{element}>"));
        }
    }
    None
}

fn without_comments(html: &str) -> String {
    let mut pieces = html.split("<!--");
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        kept.push_str(piece.split_once("-->").map_or("", |(_, after)| after));
    }
    kept
}

/// Absolute paths in attributes, without the leading slash; `/` itself is the page.
fn local_paths(html: &str) -> impl Iterator<Item = &str> {
    let starts = html.match_indices("=\"/").map(|(at, found)| at + found.len());
    let paths = starts.filter_map(|start| html.get(start..)?.split(['"', '?', '#']).next());
    paths.filter(|path| !path.is_empty() && !path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(html: &str) -> Files {
        Files::from([("index.html".into(), html.as_bytes().to_vec()), ("boot.js".into(), Vec::new())])
    }

    #[test]
    fn inline_code_is_refused() {
        for html in [
            "<script>x()</script>",
            "<script type=\"module\">x()</script>",
            "<STYLE>a{}</STYLE>",
            "<p style=\"color:red\">",
            "<p\n  onclick=\"x()\">",
        ] {
            assert!(check(&site(html)).is_err(), "{html}");
        }
        let html =
            "<!-- <script>in a comment</script> --><script type=\"module\" src=\"/boot.js\"></script><a href=\"/\">";
        assert!(check(&site(html)).is_ok());
    }

    #[test]
    fn a_redactor_that_grew_is_refused() {
        // Bytes that do not compress.
        let mut state = 1u32;
        let mut noise = |len: usize| -> Vec<u8> {
            let byte = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            };
            (0..len).map(byte).collect()
        };
        let mut files = site("");
        files.insert("redact_bg-0.wasm".into(), noise(REDACTOR_MAX_BYTES / 2));
        assert!(check(&files).is_ok());
        files.insert("names-0.gazetteer".into(), noise(REDACTOR_MAX_BYTES / 2));
        assert!(check(&files).is_err());
    }

    #[test]
    fn a_reference_to_a_missing_file_is_refused() {
        let error = check(&site("<meta content=\"/engine.js\">")).map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.contains("/engine.js")));
        assert!(
            check(&site("<a href=\"https://x.example/y\"><a href=\"//x.example\"><a href=\"/boot.js?v#h\">")).is_ok()
        );
    }
}

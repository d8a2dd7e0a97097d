//! Names files by their content and rewrites the references, so that they can be cached for ever.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::site::Files;
use crate::fingerprint::sha256;

/// Digits of the hash in a name: 64 bits, so that a name never stands for two contents. The edge knows such names.
const HASH_DIGITS: usize = 16;

/// Files that are found by their own name, whatever refers to them.
const FIXED_NAMES: [&str; 1] = ["sw.js"];

/// Where wasm-bindgen puts JavaScript of dependencies; what no program imports any more stays behind there.
const SNIPPETS: &str = "snippets/";

/// Renames scripts, styles, fonts and wasm to `name-<hash>.ext` and rewrites what refers to them.
///
/// References are whole paths between quotes or parentheses: absolute, or relative to the referring file.
pub fn name_by_content(mut files: Files) -> Result<Files> {
    let assets: BTreeSet<String> = files.keys().filter(|name| is_asset(name)).cloned().collect();
    let mut references = BTreeMap::new();
    for (name, bytes) in files.iter().filter(|(name, _)| is_text(name)) {
        let text = std::str::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
        let found = assets.iter().filter(|asset| !find(text, name, asset).is_empty()).cloned().collect();
        references.insert(name.clone(), found);
    }
    drop_unused_snippets(&mut files, &references);

    let mut new_names: BTreeMap<String, String> = BTreeMap::new();
    for name in in_order(&references, &files)? {
        let Some(mut bytes) = files.remove(&name) else { continue };
        for asset in references.get(&name).into_iter().flatten() {
            if let Some(new_name) = new_names.get(asset) {
                bytes = rewrite(&String::from_utf8(bytes)?, &name, asset, new_name).into_bytes();
            }
        }
        let new_name = if is_asset(&name) { hashed(&name, &bytes) } else { name.clone() };
        files.insert(new_name.clone(), bytes);
        new_names.insert(name, new_name);
    }
    Ok(files)
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn is_asset(name: &str) -> bool {
    matches!(extension(name), "js" | "css" | "gazetteer" | "wasm" | "woff2") && !FIXED_NAMES.contains(&name)
}

fn is_text(name: &str) -> bool {
    matches!(extension(name), "js" | "css" | "html" | "webmanifest")
}

fn hashed(name: &str, bytes: &[u8]) -> String {
    let hash = sha256(bytes);
    let hash = hash.get(..HASH_DIGITS).unwrap_or(&hash);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{stem}-{hash}.{extension}")
}

fn drop_unused_snippets(files: &mut Files, references: &BTreeMap<String, BTreeSet<String>>) {
    let mut used = BTreeSet::new();
    let mut open: Vec<&String> = files.keys().filter(|name| !name.starts_with(SNIPPETS)).collect();
    while let Some(name) = open.pop() {
        if used.insert(name.clone()) {
            open.extend(references.get(name).into_iter().flatten());
        }
    }
    files.retain(|name, _| used.contains(name));
}

/// All files, each after those it refers to.
fn in_order(references: &BTreeMap<String, BTreeSet<String>>, files: &Files) -> Result<Vec<String>> {
    let mut done: Vec<String> = Vec::new();
    let mut waiting: Vec<&String> = files.keys().collect();
    while !waiting.is_empty() {
        let is_ready = |name: &&String| references.get(*name).into_iter().flatten().all(|asset| done.contains(asset));
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.iter().partition(|name| is_ready(name));
        if ready.is_empty() {
            bail!("these files refer to each other in a circle and cannot be named by content: {rest:?}");
        }
        done.extend(ready.into_iter().cloned());
        waiting = rest;
    }
    Ok(done)
}

/// Places in `text` (of the file `from`) where the path of `asset` stands, as ranges of bytes of its file name.
fn find(text: &str, from: &str, asset: &str) -> Vec<(usize, usize)> {
    let folder = from.rfind('/').map_or("", |end| from.get(..=end).unwrap_or_default());
    // The path from the root, and the path from the referring file's own folder; the same where that is the root.
    let mut spellings = BTreeSet::from([asset]);
    spellings.extend(asset.strip_prefix(folder));
    let file_name_length = asset.len() - asset.rfind('/').map_or(0, |end| end + 1);
    let mut places = BTreeSet::new();
    for spelling in spellings {
        for (start, _) in text.match_indices(spelling) {
            let end = start + spelling.len();
            let before = text.get(..start).unwrap_or_default();
            let after = text.get(end..).unwrap_or_default();
            if starts_a_path(before) && after.starts_with(['"', '\'', '`', ')', '?', '#', '>', ' ']) {
                places.insert((end - file_name_length, end));
            }
        }
    }
    places.into_iter().collect()
}

/// Whether a path starts right after `before`: after a delimiter and any number of `/`, `./` and `../`.
fn starts_a_path(before: &str) -> bool {
    let steps = before.trim_end_matches(['.', '/']);
    let delimited = steps.ends_with(['"', '\'', '`', '(', '=']);
    let step = before.get(steps.len()..).unwrap_or_default();
    delimited && (step.is_empty() || step.ends_with('/'))
}

fn rewrite(text: &str, from: &str, asset: &str, new_name: &str) -> String {
    let new_file_name = new_name.rsplit('/').next().unwrap_or(new_name);
    let mut rewritten = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, end) in find(text, from, asset) {
        rewritten.push_str(text.get(copied..start).unwrap_or_default());
        rewritten.push_str(new_file_name);
        copied = end;
    }
    rewritten.push_str(text.get(copied..).unwrap_or_default());
    rewritten
}

#[cfg(test)]
mod tests {
    // A failed expectation is the test's failure.
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn site() -> Files {
        files(&[
            ("index.html", r#"<meta content="/engine_loader.js"><link href="/a.css"><script src="/boot.js"></script>"#),
            ("engine_loader.js", "import init from './engine.js';await init();"),
            (
                "engine.js",
                "import { x } from './snippets/gloo-1/inline0.js'; new URL('engine_bg.wasm', import.meta.url)",
            ),
            ("engine_bg.wasm", "\0asm"),
            ("snippets/gloo-1/inline0.js", "import './util/more.js';"),
            ("snippets/gloo-1/util/more.js", "1"),
            ("snippets/old-2/inline0.js", "2"),
            ("a.css", "@font-face { src: url(/fonts/x.woff2) }"),
            ("fonts/x.woff2", "font"),
            ("boot.js", "start()"),
            ("sw.js", "worker"),
            ("icon.svg", "<svg/>"),
        ])
    }

    fn named(files: &Files, stem: &str, extension: &str) -> String {
        let is_it = |name: &&String| {
            name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension)).is_some_and(|hash| {
                hash.len() == 17 && hash.starts_with('-') && hash[1..].bytes().all(|b| b.is_ascii_hexdigit())
            })
        };
        files.keys().find(is_it).unwrap_or_else(|| panic!("{stem}: {:?}", files.keys())).clone()
    }

    fn text(files: &Files, name: &str) -> String {
        String::from_utf8(files[name].clone()).unwrap()
    }

    #[test]
    fn references_follow_the_names_through_all_layers() {
        let named_site = name_by_content(site()).unwrap();
        let loader = named(&named_site, "engine_loader", ".js");
        let engine = named(&named_site, "engine", ".js");
        let wasm = named(&named_site, "engine_bg", ".wasm");
        let snippet = named(&named_site, "snippets/gloo-1/inline0", ".js");
        let more = named(&named_site, "snippets/gloo-1/util/more", ".js");
        let font = named(&named_site, "fonts/x", ".woff2");
        let style = named(&named_site, "a", ".css");
        let boot = named(&named_site, "boot", ".js");
        assert_eq!(
            text(&named_site, "index.html"),
            format!(r#"<meta content="/{loader}"><link href="/{style}"><script src="/{boot}"></script>"#)
        );
        assert_eq!(text(&named_site, &loader), format!("import init from './{engine}';await init();"));
        assert!(text(&named_site, &engine).contains(&format!("'./{snippet}'")));
        assert!(text(&named_site, &engine).contains(&format!("'{wasm}'")));
        assert_eq!(text(&named_site, &snippet), format!("import './util/{}';", more.rsplit('/').next().unwrap()));
        assert_eq!(text(&named_site, &style), format!("@font-face {{ src: url(/{font}) }}"));
        assert!(named_site.contains_key("sw.js") && named_site.contains_key("icon.svg"));
        assert!(!named_site.keys().any(|name| name.contains("old-2")), "an unused snippet stays behind");
    }

    #[test]
    fn a_change_deep_down_changes_every_name_above() {
        let before = name_by_content(site()).unwrap();
        let mut changed = site();
        changed.insert("engine_bg.wasm".into(), b"\0asm2".to_vec());
        let after = name_by_content(changed).unwrap();
        for (stem, extension) in [("engine_bg", ".wasm"), ("engine", ".js"), ("engine_loader", ".js")] {
            assert_ne!(named(&before, stem, extension), named(&after, stem, extension));
        }
        assert_eq!(named(&before, "a", ".css"), named(&after, "a", ".css"));
    }

    #[test]
    fn only_whole_paths_are_references() {
        for not_one in ["'my-engine.js'", "engine.js", "'engine.js.map'", "'/other/engine.js'", "'xengine.js'"] {
            assert!(find(not_one, "index.html", "engine.js").is_empty(), "{not_one}");
        }
        for one in ["'engine.js'", "\"/engine.js\"", "(../../engine.js)", "`./engine.js?x`", "src=/engine.js>"] {
            assert_eq!(find(one, "index.html", "engine.js").len(), 1, "{one}");
        }
    }

    #[test]
    fn a_circle_is_named() {
        let circle = files(&[("a.js", "import './b.js'"), ("b.js", "import './a.js'")]);
        let error = name_by_content(circle).unwrap_err().to_string();
        assert!(error.contains("a.js") && error.contains("b.js"), "{error}");
    }
}

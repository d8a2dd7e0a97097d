//! How a file is read: by what it holds first, by its name second.

use conclave_protocol::imported::Kind;

const HTML: &[&str] = &["html", "htm", "xhtml", "xht"];
const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mkd", "mdx", "rmd", "qmd"];
/// Languages and data formats in which a line is a unit. Templates that begin like HTML are code too.
const CODE: &[&str] = &[
    "asm",
    "astro",
    "awk",
    "bash",
    "bat",
    "c",
    "cc",
    "cfg",
    "cjs",
    "clj",
    "cmake",
    "conf",
    "cpp",
    "cs",
    "css",
    "csv",
    "cxx",
    "d",
    "dart",
    "diff",
    "dockerfile",
    "ejs",
    "el",
    "elm",
    "erb",
    "erl",
    "ex",
    "exs",
    "f90",
    "fs",
    "go",
    "gradle",
    "graphql",
    "groovy",
    "h",
    "handlebars",
    "hbs",
    "hh",
    "hpp",
    "hs",
    "ini",
    "java",
    "jinja",
    "jinja2",
    "jl",
    "js",
    "json",
    "json5",
    "jsonl",
    "jsx",
    "kt",
    "kts",
    "less",
    "lisp",
    "log",
    "lua",
    "m",
    "mjs",
    "ml",
    "mli",
    "mustache",
    "nim",
    "nix",
    "patch",
    "php",
    "pl",
    "properties",
    "proto",
    "ps1",
    "py",
    "pyi",
    "r",
    "rb",
    "rs",
    "sass",
    "scala",
    "scm",
    "scss",
    "sh",
    "sol",
    "sql",
    "svelte",
    "swift",
    "tcl",
    "tf",
    "toml",
    "ts",
    "tsv",
    "tsx",
    "twig",
    "v",
    "vb",
    "vhd",
    "vim",
    "vue",
    "xml",
    "yaml",
    "yml",
    "zig",
    "zsh",
];
/// Files known by their whole name.
const CODE_NAMES: &[&str] =
    &["dockerfile", "makefile", "rakefile", "gemfile", "jenkinsfile", "cmakelists.txt", "justfile"];

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether an HTML declaration of the encoding should be looked for in these bytes.
pub(super) fn may_be_html(name: &str, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PROBE_BYTES)];
    HTML.contains(&extension(name).as_str()) || begins_like_html(&String::from_utf8_lossy(head))
}

/// How far the beginning of a page is looked for: comments and a licence text may stand before it.
const PROBE_BYTES: usize = 4096;

/// The kind of a decoded file. Says in `notes` where content and name disagree.
pub(super) fn detect(name: &str, text: &str, notes: &mut Vec<String>) -> Kind {
    let extension = extension(name);
    if CODE.contains(&extension.as_str()) || CODE_NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        return Kind::Code;
    }
    let named_html = HTML.contains(&extension.as_str());
    let is_html = begins_like_html(head(text)) || (named_html && has_tag(text));
    if is_html {
        if !named_html && !extension.is_empty() {
            notes.push(format!("Named .{extension}, but it is a web page; it was read as one."));
        }
        return Kind::Html;
    }
    if named_html {
        notes.push(format!("Named .{extension}, but it has no HTML tags; it was read as plain text."));
    }
    if MARKDOWN.contains(&extension.as_str()) { Kind::Markdown } else { Kind::Plain }
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(PROBE_BYTES)]
}

/// Whether the text begins as a whole page does: `<!doctype html`, `<html`, `<head` or `<body`, after white space,
/// comments and an XML declaration. Tags alone do not count: Markdown may begin with a picture or a centred line.
fn begins_like_html(text: &str) -> bool {
    let mut rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    loop {
        let skipped = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->")
        } else if let Some(declaration) = rest.strip_prefix("<?xml") {
            declaration.split_once("?>")
        } else {
            break;
        };
        let Some((_, after)) = skipped else {
            return false;
        };
        rest = after.trim_start();
    }
    let start: String = rest.chars().take(16).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head>", "<head ", "<body>", "<body "].iter().any(|tag| start.starts_with(tag))
}

/// Whether any `<` is followed by what begins a tag, a closing tag, a comment or a declaration.
fn has_tag(text: &str) -> bool {
    text.as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || b"/!?".contains(&pair[1])))
}

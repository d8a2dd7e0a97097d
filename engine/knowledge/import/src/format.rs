//! Which reader a file gets: by what it holds first, by its name second.

use crate::binary;
use crate::chat::{self, Export};
use crate::mail::{self, Mail};
use crate::subtitles;

/// What the first bytes say.
pub(crate) enum Format {
    /// A ZIP archive, or a document format that is one.
    Zip,
    /// A PDF.
    #[cfg(feature = "pdf")]
    Pdf,
    /// A format that cannot be read.
    Unsupported(binary::Format),
    /// E-mail.
    Mail(Mail),
    /// Rich text.
    Rtf,
    /// A document behind a password.
    Locked,
    /// Text of some kind.
    Text,
}

/// What the text and the name say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Html,
    Markdown,
    /// Source code, in this language where it is known.
    Code(Option<&'static str>),
    /// Data in which a line is a unit.
    Data,
    Json,
    Table,
    Chat(Export),
    Subtitles,
    Plain,
}

/// The format of a file by its bytes.
pub(crate) fn of_bytes(name: &str, bytes: &[u8]) -> Format {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Format::Zip;
    }
    #[cfg(feature = "pdf")]
    if crate::pdf::is_pdf(bytes) {
        return Format::Pdf;
    }
    if crate::rtf::is_rtf(bytes) {
        return Format::Rtf;
    }
    let extension = extension(name);
    // Source code and tables may begin like a message; a message that was saved as text is one.
    let may_be_mail =
        !(is_code(name, &extension) || DATA.contains(&extension.as_str()) || MARKDOWN.contains(&extension.as_str()));
    if may_be_mail && let Some(mail) = mail::detect(bytes, MAIL.contains(&extension.as_str())) {
        return Format::Mail(mail);
    }
    match binary::format(bytes) {
        Some(binary::Found::Unsupported(format)) => Format::Unsupported(format),
        Some(binary::Found::Locked) => Format::Locked,
        None => Format::Text,
    }
}

const MAIL: &[&str] = &["eml", "mbox", "mbx", "mht", "mhtml", "emlx"];
const TABLES: &[&str] = &["csv", "tsv", "tab"];
const JSON: &[&str] = &["json", "jsonl", "ndjson", "geojson", "ipynb"];
const HTML: &[&str] = &["html", "htm", "xhtml", "xht"];
const SUBTITLES: &[&str] = &["srt", "vtt"];
const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mkd", "mdx", "rmd", "qmd"];
/// Data formats in which a line is a unit.
const DATA: &[&str] =
    &["cfg", "conf", "diff", "ini", "json5", "log", "patch", "po", "properties", "toml", "xml", "yaml", "yml"];
/// Languages by extension, ordered. Templates that begin like HTML are code too.
#[rustfmt::skip]
const LANGUAGES: &[(&str, &str)] = &[
    ("asm", "asm"), ("astro", "astro"), ("awk", "awk"), ("bash", "shell"), ("bat", "batch"), ("c", "c"),
    ("cc", "cpp"), ("cjs", "javascript"), ("clj", "clojure"), ("cljs", "clojure"), ("cmake", "cmake"), ("cpp", "cpp"),
    ("cs", "csharp"), ("css", "css"), ("cts", "typescript"), ("cxx", "cpp"), ("d", "d"), ("dart", "dart"),
    ("dockerfile", "dockerfile"), ("ejs", "html"), ("el", "lisp"), ("elm", "elm"), ("erb", "ruby"), ("erl", "erlang"),
    ("ex", "elixir"), ("exs", "elixir"), ("f", "fortran"), ("f90", "fortran"), ("f95", "fortran"), ("fs", "fsharp"),
    ("fsx", "fsharp"), ("go", "go"), ("gql", "graphql"), ("gradle", "groovy"), ("graphql", "graphql"),
    ("groovy", "groovy"), ("h", "c"), ("handlebars", "html"), ("hbs", "html"), ("hh", "cpp"), ("hpp", "cpp"),
    ("hs", "haskell"), ("hxx", "cpp"), ("java", "java"), ("jinja", "html"), ("jinja2", "html"), ("jl", "julia"),
    ("js", "javascript"), ("jsx", "javascript"), ("kt", "kotlin"), ("kts", "kotlin"), ("less", "css"),
    ("lisp", "lisp"), ("lua", "lua"), ("m", "objectivec"), ("mjs", "javascript"), ("ml", "ocaml"), ("mli", "ocaml"),
    ("mm", "objectivec"), ("mts", "typescript"), ("mustache", "html"), ("nim", "nim"), ("nix", "nix"),
    ("pas", "pascal"), ("php", "php"), ("pl", "perl"), ("pm", "perl"), ("proto", "protobuf"), ("ps1", "powershell"),
    ("psm1", "powershell"), ("py", "python"), ("pyi", "python"), ("pyx", "python"), ("r", "r"), ("rake", "ruby"),
    ("rb", "ruby"), ("rs", "rust"), ("s", "asm"), ("sass", "css"), ("scala", "scala"), ("scm", "lisp"),
    ("scss", "css"), ("sh", "shell"), ("sol", "solidity"), ("sql", "sql"), ("st", "smalltalk"), ("sv", "verilog"),
    ("svelte", "html"), ("swift", "swift"), ("tcl", "tcl"), ("tf", "hcl"), ("ts", "typescript"),
    ("tsx", "typescript"), ("twig", "html"), ("v", "verilog"), ("vb", "basic"), ("vhd", "vhdl"), ("vhdl", "vhdl"),
    ("vim", "vim"), ("vue", "html"), ("wat", "wasm"), ("wgsl", "wgsl"), ("zig", "zig"), ("zsh", "shell"),
];
/// Languages of files known by their whole name.
const NAMES: &[(&str, &str)] = &[
    ("dockerfile", "dockerfile"),
    ("containerfile", "dockerfile"),
    ("makefile", "make"),
    ("gnumakefile", "make"),
    ("rakefile", "ruby"),
    ("gemfile", "ruby"),
    ("jenkinsfile", "groovy"),
    ("cmakelists.txt", "cmake"),
    ("justfile", "make"),
];
/// Languages by the interpreter that a first line names.
const INTERPRETERS: &[(&str, &str)] = &[
    ("python", "python"),
    ("bash", "shell"),
    ("zsh", "shell"),
    ("sh", "shell"),
    ("dash", "shell"),
    ("ksh", "shell"),
    ("node", "javascript"),
    ("deno", "typescript"),
    ("perl", "perl"),
    ("ruby", "ruby"),
    ("php", "php"),
    ("lua", "lua"),
    ("Rscript", "r"),
    ("awk", "awk"),
    ("tclsh", "tcl"),
];

/// The language of a source file by its name.
fn language(name: &str, extension: &str) -> Option<&'static str> {
    let whole = name.to_ascii_lowercase();
    let by_name = NAMES.iter().find(|(name, _)| *name == whole).map(|(_, language)| *language);
    by_name.or_else(|| {
        let at = LANGUAGES.binary_search_by_key(&extension, |(extension, _)| extension).ok()?;
        LANGUAGES.get(at).map(|(_, language)| *language)
    })
}

fn is_code(name: &str, extension: &str) -> bool {
    language(name, extension).is_some()
}

/// The language of a script by its first line, `#!/usr/bin/env python3` say.
fn interpreter(text: &str) -> Option<&'static str> {
    let line = text.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let program = words.find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    INTERPRETERS.iter().find(|(name, _)| *name == program).map(|(_, language)| *language)
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether an HTML declaration of the encoding should be looked for in these bytes.
pub(crate) fn may_be_html(name: &str, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PROBE_BYTES)];
    HTML.contains(&extension(name).as_str()) || begins_like_html(&String::from_utf8_lossy(head))
}

/// How far the beginning of a page is looked for: comments and a licence text may stand before it.
const PROBE_BYTES: usize = 4096;

/// The format of a decoded file. Says in `notes` where content and name disagree.
pub(crate) fn of_text(name: &str, text: &str, notes: &mut Vec<String>) -> TextFormat {
    let extension = extension(name);
    if let Some(language) = language(name, &extension) {
        return TextFormat::Code(Some(language));
    }
    if JSON.contains(&extension.as_str()) {
        return chat::detect(text).map_or(TextFormat::Json, TextFormat::Chat);
    }
    if TABLES.contains(&extension.as_str()) {
        return TextFormat::Table;
    }
    if DATA.contains(&extension.as_str()) {
        return TextFormat::Data;
    }
    if SUBTITLES.contains(&extension.as_str()) || subtitles::is_subtitles(text) {
        return TextFormat::Subtitles;
    }
    let named_html = HTML.contains(&extension.as_str());
    let is_html = begins_like_html(head(text)) || (named_html && has_tag(text));
    if is_html {
        if !named_html && !extension.is_empty() {
            notes.push(format!("Named .{extension}, but it is a web page; it was read as one."));
        }
        return TextFormat::Html;
    }
    if named_html {
        notes.push(format!("Named .{extension}, but it has no HTML tags; it was read as plain text."));
    }
    if MARKDOWN.contains(&extension.as_str()) {
        return TextFormat::Markdown;
    }
    interpreter(text).map_or(TextFormat::Plain, |language| TextFormat::Code(Some(language)))
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

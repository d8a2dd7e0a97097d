//! Which requests are answered, and with which headers.
//!
//! Sources: Content Security Policy Level 3, Fetch (CORP), HTML (COOP, COEP), RFC 9111 (caching), RFC 8246 (`immutable`).

/// What to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Say that the edge works.
    Health,
    /// Serve a file of the site.
    Asset,
    /// Refuse: the edge only reads.
    MethodNotAllowed,
}

/// Methods that are answered; the value of the header `Allow`.
pub const ALLOWED_METHODS: &str = "GET, HEAD";

/// Body of an answer with status 405.
pub const METHOD_NOT_ALLOWED_TEXT: &str = "Only GET and HEAD are answered here.\n";

/// Body of an answer with status 404.
pub const NOT_FOUND_TEXT: &str = "There is nothing at this address. Conclave is at the address / of this site.\n";

/// What a page may do: load its own code, run wasm, talk to its own origin. Nothing inline, nothing foreign, no forms, no
/// frames. Pictures may stand in the text as `data:`.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
     worker-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

/// What the engine's worker may do beside: start helpers, and fetch model files that a person asks for. The hosts are those of
/// `conclave_protocol::download::MODEL_SOURCES`; a redirect to any other is stopped.
const ENGINE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     connect-src 'self' https://huggingface.co https://*.hf.co; worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// How the name of the script begins that the engine's worker is started from; its policy is the worker's.
const ENGINE_SCRIPT: &str = "engine_loader-";

/// What a worker may do: a worker does not inherit the page's policy, and without one of its own it may fetch anything. It
/// imports modules, runs wasm and reads from its own origin, and starts no further workers.
const SCRIPT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
     worker-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What a worker may do that reads files or draws pages of them: import its own module. The program comes to it compiled; it
/// fetches nothing, not even from its own origin.
const READER_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'; \
     worker-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// How the names of the scripts begin that readers of files and drawers of pages are started from.
const READER_SCRIPTS: [&str; 2] = ["import_loader-", "view_loader-"];

/// Everything else, should it be opened as a document: nothing.
const OTHER_POLICY: &str = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Features of the browser that nothing here uses. Microphone, camera (pairing by QR) and the rest are added when they are.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), geolocation=(), \
     gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()";

/// A year in seconds: the longest that RFC 2616 meant sensible, and what browsers take for "for ever".
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Ask each time whether the file is still the same; an unchanged one costs a 304.
const ASK_AGAIN: &str = "no-cache";

/// Answers about the present moment.
const NEVER_KEPT: &str = "no-store";

/// Hexadecimal digits of a content hash in a name, as the build writes them.
const NAME_HASH_DIGITS: usize = 16;

/// Where to take the answer from.
pub fn route(method: &str, path: &str) -> Route {
    match (method, path) {
        ("GET" | "HEAD", "/healthz") => Route::Health,
        ("GET" | "HEAD", _) => Route::Asset,
        _ => Route::MethodNotAllowed,
    }
}

/// Body of the answer to `/healthz`.
pub fn health_text() -> String {
    format!("ok {}\n", env!("CARGO_PKG_VERSION"))
}

/// The headers of an answer with this status to a request for this path, as (name, value).
///
/// Every answer gets all of them; an answer without content of the site (an error, the health text) is plain text that
/// nobody keeps.
pub fn headers(path: &str, status: u16) -> [(&'static str, &'static str); 9] {
    let kind = if is_content(status) && path != "/healthz" { Kind::of(path) } else { Kind::Text };
    let cache = match kind {
        Kind::Text => NEVER_KEPT,
        _ if is_named_by_content(path) => FOR_EVER,
        _ => ASK_AGAIN,
    };
    [
        ("cache-control", cache),
        ("content-security-policy", kind.policy()),
        ("content-type", kind.content_type()),
        // Both isolate the page from other origins; in return it gets precise memory figures and shared memory.
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", PERMISSIONS),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ]
}

/// Whether an answer of this status stands for a file: whole, or unchanged since the last time.
fn is_content(status: u16) -> bool {
    matches!(status, 200 | 206 | 304)
}

/// Whether the last segment's name ends with `-` and the digits of its content's hash, before the extension if there is one.
fn is_named_by_content(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let is_hash = |hash: &str| {
        hash.len() == NAME_HASH_DIGITS && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    stem.rsplit_once('-').is_some_and(|(_, hash)| is_hash(hash))
}

/// What a file is, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Script,
    /// The script that the engine's worker is started from.
    Engine,
    /// The script that a reader of files is started from.
    Reader,
    Wasm,
    Style,
    Json,
    WebManifest,
    Svg,
    Png,
    Font,
    Text,
    /// Parts of models, and whatever else has no name that tells.
    Bytes,
}

impl Kind {
    fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let begins = |script| path.strip_prefix('/').is_some_and(|path| path.starts_with(script));
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            // The address of a folder gives its index page.
            None if name.is_empty() => Self::Page,
            Some("html") => Self::Page,
            Some("js") if begins(ENGINE_SCRIPT) => Self::Engine,
            Some("js") if READER_SCRIPTS.into_iter().any(begins) => Self::Reader,
            Some("js" | "mjs") => Self::Script,
            Some("wasm") => Self::Wasm,
            Some("css") => Self::Style,
            Some("json") => Self::Json,
            Some("webmanifest") => Self::WebManifest,
            Some("svg") => Self::Svg,
            Some("png") => Self::Png,
            Some("woff2") => Self::Font,
            Some("txt") => Self::Text,
            _ => Self::Bytes,
        }
    }

    fn policy(self) -> &'static str {
        match self {
            Self::Page => PAGE_POLICY,
            Self::Script => SCRIPT_POLICY,
            Self::Engine => ENGINE_POLICY,
            Self::Reader => READER_POLICY,
            _ => OTHER_POLICY,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Script | Self::Engine | Self::Reader => "text/javascript; charset=utf-8",
            Self::Wasm => "application/wasm",
            Self::Style => "text/css; charset=utf-8",
            Self::Json => "application/json",
            Self::WebManifest => "application/manifest+json",
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Font => "font/woff2",
            Self::Text => "text/plain; charset=utf-8",
            Self::Bytes => "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests;

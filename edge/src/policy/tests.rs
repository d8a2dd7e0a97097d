//! The policy, request by request.

// A failed expectation is the test's failure.
#![allow(clippy::panic)]

use super::*;

const PART: &str = "/models/all-minilm-l6-v2/part-000-0123456789abcdef";

fn header(path: &str, status: u16, name: &str) -> &'static str {
    let found = headers(path, status).into_iter().find(|(header, _)| *header == name);
    found.unwrap_or_else(|| panic!("{path} has no {name}")).1
}

/// The sources of a directive; `None` where the policy does not name it.
fn directive(policy: &'static str, name: &str) -> Option<&'static str> {
    policy.split(';').find_map(|directive| directive.trim().strip_prefix(name)?.strip_prefix(' '))
}

#[test]
fn only_reading_is_answered() {
    assert_eq!(route("GET", "/"), Route::Asset);
    assert_eq!(route("HEAD", "/index.html"), Route::Asset);
    assert_eq!(route("GET", "/healthz"), Route::Health);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", ""] {
        assert_eq!(route(method, "/"), Route::MethodNotAllowed, "{method}");
        assert_eq!(route(method, "/healthz"), Route::MethodNotAllowed, "{method}");
    }
}

#[test]
fn nothing_but_the_own_origin_stands_in_any_policy() {
    for path in
        ["/", "/engine-0123456789abcdef.js", "/redact_loader-0123456789abcdef.js", PART, "/icon.svg", "/healthz"]
    {
        let policy = header(path, 200, "content-security-policy");
        assert_eq!(directive(policy, "default-src"), Some("'none'"), "{path}");
        assert_eq!(directive(policy, "form-action"), Some("'none'"), "{path}");
        assert_eq!(directive(policy, "frame-ancestors"), Some("'none'"), "{path}");
        assert_eq!(directive(policy, "base-uri"), Some("'none'"), "{path}");
        assert_eq!(directive(policy, "connect-src").unwrap_or("'self'"), "'self'", "{path}");
        for loose in ["unsafe-inline", "'unsafe-eval'", "http", "*", "blob:"] {
            assert!(!policy.contains(loose), "{path}: {policy}");
        }
    }
}

#[test]
fn the_engines_worker_alone_may_fetch_models_from_their_hosts() {
    let policy = |path| header(path, 200, "content-security-policy");
    let engine = policy("/engine_loader-0123456789abcdef.js");
    let sources = ["'self'"].into_iter().chain(conclave_protocol::download::MODEL_SOURCES).collect::<Vec<_>>();
    assert_eq!(directive(engine, "connect-src"), Some(sources.join(" ").as_str()));
    let is_own = |part: &&str| part.contains("connect-src") || part.contains("worker-src");
    let others = |policy: &str| policy.split(';').filter(|part| !is_own(part)).collect::<Vec<_>>().join(";");
    assert_eq!(others(engine), others(policy("/engine-0123456789abcdef.js")), "it is a worker like any other else");
    for path in ["/x/engine_loader-0123456789abcdef.js", "/engine_loader.js", "/engine_loader-0123456789abcdef.wasm"] {
        assert!(!policy(path).contains("https:"), "{path}");
    }
}

#[test]
fn workers_that_are_given_files_fetch_nothing() {
    let policy = |path| header(path, 200, "content-security-policy");
    for path in ["/import_loader-0123456789abcdef.js", "/view_loader-0123456789abcdef.js"] {
        let reader = policy(path);
        assert_eq!(directive(reader, "connect-src"), Some("'none'"), "{path}");
        assert_eq!(directive(reader, "worker-src"), Some("'none'"), "{path}");
        assert_eq!(directive(reader, "default-src"), Some("'none'"), "{path}");
    }
    assert_eq!(directive(policy("/x/import_loader-0123456789abcdef.js"), "connect-src"), Some("'self'"));
}

#[test]
fn pages_and_workers_run_wasm_and_other_files_run_nothing() {
    let script_sources = |path| directive(header(path, 200, "content-security-policy"), "script-src");
    assert_eq!(script_sources("/"), Some("'self' 'wasm-unsafe-eval'"));
    assert_eq!(script_sources("/engine_loader-0123456789abcdef.js"), Some("'self' 'wasm-unsafe-eval'"));
    assert_eq!(script_sources("/icon.svg"), None);
    assert_eq!(directive(header("/", 200, "content-security-policy"), "worker-src"), Some("'self'"));
    let workers = |path| directive(header(path, 200, "content-security-policy"), "worker-src");
    assert_eq!(workers("/engine_loader-0123456789abcdef.js"), Some("'self'"), "helpers");
    assert_eq!(workers("/helper_loader-0123456789abcdef.js"), Some("'none'"));
    assert_eq!(workers("/x.js"), Some("'none'"));
}

#[test]
fn every_answer_is_isolated_and_never_sniffed() {
    for (path, status) in [("/", 200), ("/x.js", 200), (PART, 200), ("/nothing", 404), ("/", 405), ("/", 304)] {
        assert_eq!(header(path, status, "cross-origin-opener-policy"), "same-origin");
        assert_eq!(header(path, status, "cross-origin-embedder-policy"), "require-corp");
        assert_eq!(header(path, status, "cross-origin-resource-policy"), "same-origin");
        assert_eq!(header(path, status, "x-content-type-options"), "nosniff");
        assert_eq!(header(path, status, "referrer-policy"), "no-referrer");
    }
}

#[test]
fn types_follow_from_names() {
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/engine-0123456789abcdef.js", "text/javascript; charset=utf-8"),
        ("/engine_bg-0123456789abcdef.wasm", "application/wasm"),
        ("/tokens-0123456789abcdef.css", "text/css; charset=utf-8"),
        ("/models/all-minilm-l6-v2/manifest.json", "application/json"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icon.svg", "image/svg+xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        (PART, "application/octet-stream"),
    ] {
        assert_eq!(header(path, 200, "content-type"), content_type, "{path}");
    }
    assert_eq!(header("/engine.js", 404, "content-type"), "text/plain; charset=utf-8");
}

#[test]
fn only_what_is_named_by_its_content_is_kept_for_ever() {
    for path in [PART, "/a-0123456789abcdef.js", "/fonts/text-0123456789abcdef.woff2"] {
        assert_eq!(header(path, 200, "cache-control"), FOR_EVER, "{path}");
        assert_eq!(header(path, 304, "cache-control"), FOR_EVER, "{path}");
        assert_eq!(header(path, 404, "cache-control"), NEVER_KEPT, "an error is not kept: {path}");
    }
    for path in [
        "/",
        "/index.html",
        "/sw.js",
        "/models/x/manifest.json",
        "/a-0123456789abcde.js",
        "/a-0123456789ABCDEF.js",
        "/a-0123456789abcdef0.js",
        "/-0123456789abcdef/index.html",
    ] {
        assert_eq!(header(path, 200, "cache-control"), ASK_AGAIN, "{path}");
    }
    assert_eq!(header("/healthz", 200, "cache-control"), NEVER_KEPT);
}

#[test]
fn health_names_the_version() {
    assert_eq!(health_text(), format!("ok {}\n", env!("CARGO_PKG_VERSION")));
}

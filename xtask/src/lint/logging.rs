//! Nothing that ships logs, but through the journal, which redacts (`engine/privacy/src/journal`).

use super::Source;

/// Folders whose files become programs of the site, its extension or its edge.
const SHIPPED: [&str; 5] = ["app/", "edge/", "engine/", "public/", "worker/"];

/// What stays on the machine of who develops.
const NATIVE: [&str; 1] = ["engine/eval/"];

/// Places in a shipped crate that run on such a machine too.
const NOT_IN_PROGRAMS: [&str; 5] = ["/tests/", "/tests.rs", "/benches/", "/examples/", "/build/"];

/// Names that lead to a console, in every language. Whole words, or beginnings of them: `console_log`, `println`.
const CONSOLE: [&str; 1] = ["console"];
const OF_RUST: [&str; 6] = ["dbg!", "eprint", "print!", "println", "log::", "logging::"];

/// Crates that bring a log of their own.
const CRATES: [&str; 6] = ["console", "env_logger", "gloo-console", "log", "tracing", "wasm-logger"];

/// Lines that would log.
pub fn check(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| ships(&source.path)) {
        for (number, line) in source.text.lines().enumerate() {
            if let Some(name) = logs(&source.path, line) {
                let (path, line) = (&source.path, number + 1);
                breaches.push(format!("{path}:{line} names {name}; only the journal logs, and it redacts"));
            }
        }
    }
    breaches
}

fn ships(path: &str) -> bool {
    SHIPPED.iter().any(|folder| path.starts_with(folder))
        && !NATIVE.iter().any(|folder| path.starts_with(folder))
        && !NOT_IN_PROGRAMS.iter().any(|place| path.contains(place))
}

/// The name by which a line of this file logs.
fn logs(path: &str, line: &str) -> Option<&'static str> {
    let code = line.trim_start();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let find = |names: &[&'static str]| names.iter().copied().find(|name| has_word(code, name));
    match extension {
        // What a comment says is said to nobody.
        "rs" | "js" | "mjs" if code.starts_with("//") => None,
        "rs" => find(&CONSOLE).or_else(|| find(&OF_RUST)),
        "js" | "mjs" | "html" => find(&CONSOLE),
        "toml" => {
            let named = code.split(['=', '.', ' ']).next().unwrap_or_default().trim_matches('"');
            let is_named = |name: &&str| {
                named == *name || named.starts_with(&format!("{name}_")) || code == format!("\"{name}\",")
            };
            CRATES.into_iter().find(|name| is_named(name))
        }
        _ => None,
    }
}

/// Whether the line has a word that begins so.
fn has_word(line: &str, word: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(is_inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(path: &str, text: &str) -> usize {
        check(&[Source { path: path.into(), text: text.into() }]).len()
    }

    #[test]
    fn scripts_that_ship_have_no_console() {
        assert_eq!(breaches("app/boot.js", "start();\nconsole.error(error);\n"), 1);
        assert_eq!(breaches("worker/loader/choose.js", "const say = globalThis[\"console\"].log;"), 1);
        assert_eq!(breaches("public/extension/popup.mjs", "  console.log(1)"), 1);
        assert_eq!(breaches("app/index.html", "<body onload=\"console.log(1)\">"), 1);
        assert_eq!(breaches("app/boot.js", "// The console stays empty.\nconst consoles = theConsole;"), 1);
        assert_eq!(breaches("app/boot.js", "// The console stays empty.\nlet aconsole;"), 0);
        assert_eq!(breaches("e2e/run.mjs", "console.log(1)"), 0, "what tests say is no matter");
    }

    #[test]
    fn programs_print_nothing_whatever_the_way() {
        for line in [
            "web_sys::console::log_1(&text);",
            "leptos::logging::warn!(\"{text}\");",
            "use leptos::logging::console_log;",
            "println!(\"{text}\");",
            "eprintln!(\"{text}\");",
            "print!(\"{text}\");",
            "eprint!(\"{text}\");",
            "dbg!(text);",
            "log::warn!(\"{text}\");",
        ] {
            for path in ["app/src/view/app.rs", "worker/src/scope.rs", "engine/src/lib.rs", "edge/src/lib.rs"] {
                assert_eq!(breaches(path, line), 1, "{line}");
            }
            for path in [
                "xtask/src/run.rs",
                "engine/eval/src/main.rs",
                "engine/privacy/tests/x.rs",
                "engine/privacy/examples/x/main.rs",
                "engine/privacy/build/main.rs",
            ] {
                assert_eq!(breaches(path, line), 0, "{path}");
            }
        }
        assert_eq!(breaches("engine/src/lib.rs", "/// As println! would.\nlet blueprint = catalog::read(blog::X);"), 0);
    }

    #[test]
    fn no_crate_that_logs_is_depended_on() {
        for line in
            ["console_error_panic_hook.workspace = true", "log = \"0.4\"", "tracing.workspace = true", "  \"console\","]
        {
            assert_eq!(breaches("app/Cargo.toml", line), 1, "{line}");
            assert_eq!(breaches("xtask/Cargo.toml", line), 0, "{line}");
        }
        assert_eq!(breaches("app/Cargo.toml", "leptos.workspace = true\ncatalog = \"1\"\n  \"Clipboard\","), 0);
    }
}

//! Addresses of model files: the only ones outside our own origin that anything is fetched from.

use conclave_protocol::download::{MODEL_HOST, MODEL_SOURCES};
use thiserror::Error;

/// Longest address, in bytes: repositories and files have names of at most 96 (Hugging Face).
const MAX_BYTES: usize = 512;

/// The https address of a GGUF file at a host that models are fetched from.
///
/// It names no port, no user and no query, so nothing of the person can be in it: only that this file is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModelUrl(String);

/// Why an address is none that a model is fetched from. The page asks for another one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelUrlError {
    /// It does not begin with `https://`.
    #[error("the address does not begin with https://")]
    Scheme,
    /// It is at another host.
    #[error("models are fetched from {MODEL_HOST} only, not from {host}")]
    Host {
        /// The host, cut to a printable length.
        host: String,
    },
    /// Its path is not that of a file ending in `.gguf`.
    #[error("the address does not lead to a .gguf file")]
    File,
}

impl ModelUrl {
    /// Reads an address as a person copies it. `/blob/` is the page about a file; the file itself is at `/resolve/`.
    ///
    /// # Errors
    /// [`ModelUrlError`] where it is another kind of address.
    pub fn parse(text: &str) -> Result<Self, ModelUrlError> {
        let rest = text.trim().strip_prefix("https://").ok_or(ModelUrlError::Scheme)?;
        let (host, path) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
        if host != MODEL_HOST {
            return Err(ModelUrlError::Host { host: host.chars().filter(|c| !c.is_control()).take(80).collect() });
        }
        // `?download=true` stands behind copied addresses, and makes no difference to the file.
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let mut segments: Vec<&str> = path.split('/').skip(1).collect();
        let names_a_file = segments.iter().all(|name| !name.starts_with('.') && name.bytes().all(is_plain))
            && segments.iter().all(|name| !name.is_empty())
            && segments.last().is_some_and(|file| file.len() > 5 && file.to_ascii_lowercase().ends_with(".gguf"));
        // owner/repository/resolve/revision/file, the file perhaps in a folder.
        let [_, _, verb @ ("blob" | "resolve"), _, _, ..] = segments.as_mut_slice() else {
            return Err(ModelUrlError::File);
        };
        *verb = "resolve";
        let url = format!("https://{host}/{}", segments.join("/"));
        if !names_a_file || url.len() > MAX_BYTES {
            return Err(ModelUrlError::File);
        }
        Ok(Self(url))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Name of the file.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

/// Whether an answer from this address may be used: the host may send a browser on, but only within its own network. The
/// Content-Security-Policy of the worker has the same list, and stops the request itself.
#[must_use]
pub fn is_model_source(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    MODEL_SOURCES.iter().filter_map(|source| source.strip_prefix("https://")).any(|allowed| {
        allowed.strip_prefix('*').map_or(host == allowed, |domain| {
            host.strip_suffix(domain).is_some_and(|name| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_a_person_copies_them() {
        let file = "https://huggingface.co/owner/Repo-GGUF/resolve/main/Model-Q4_K_M.gguf";
        for text in [
            file,
            "  https://huggingface.co/owner/Repo-GGUF/resolve/main/Model-Q4_K_M.gguf?download=true\n",
            "https://huggingface.co/owner/Repo-GGUF/blob/main/Model-Q4_K_M.gguf",
            "https://huggingface.co/owner/Repo-GGUF/blob/main/Model-Q4_K_M.gguf#licence",
        ] {
            assert_eq!(ModelUrl::parse(text).as_ref().map(ModelUrl::as_str), Ok(file), "{text}");
        }
        assert_eq!(ModelUrl::parse(file).unwrap().file_name(), "Model-Q4_K_M.gguf");
        assert!(ModelUrl::parse("https://huggingface.co/o/r/resolve/main/Q4/m.GGUF").is_ok(), "in a folder");
    }

    #[test]
    fn every_other_address_is_refused() {
        for (text, error) in [
            ("http://huggingface.co/o/r/resolve/main/m.gguf", ModelUrlError::Scheme),
            ("/models/m.gguf", ModelUrlError::Scheme),
            ("javascript:alert(1)//m.gguf", ModelUrlError::Scheme),
            ("https://huggingface.co/o/r/resolve/main/m.safetensors", ModelUrlError::File),
            ("https://huggingface.co/o/r", ModelUrlError::File),
            ("https://huggingface.co", ModelUrlError::File),
            ("https://huggingface.co/o/r/raw/main/m.gguf", ModelUrlError::File),
            ("https://huggingface.co/o/../resolve/main/m.gguf", ModelUrlError::File),
            ("https://huggingface.co/o/r/resolve/main/%2e%2e/m.gguf", ModelUrlError::File),
            ("https://huggingface.co/o//resolve/main/m.gguf", ModelUrlError::File),
            ("https://huggingface.co/o/r/resolve/main/my question.gguf", ModelUrlError::File),
            ("https://huggingface.co/o/r/resolve/main/.gguf", ModelUrlError::File),
        ] {
            assert_eq!(ModelUrl::parse(text), Err(error), "{text}");
        }
        for host in [
            "example.com",
            "huggingface.co.example.com",
            "huggingface.co:444",
            "me:secret@huggingface.co",
            "huggingface.co@example.com",
            "HUGGINGFACE.CO",
            "evil.huggingface.co",
        ] {
            let parsed = ModelUrl::parse(&format!("https://{host}/o/r/resolve/main/m.gguf"));
            assert_eq!(parsed, Err(ModelUrlError::Host { host: host.into() }));
        }
        let long = format!("https://huggingface.co/o/r/resolve/main/{}.gguf", "m".repeat(MAX_BYTES));
        assert_eq!(ModelUrl::parse(&long), Err(ModelUrlError::File));
    }

    #[test]
    fn an_answer_may_come_from_the_hosts_own_network_only() {
        for url in [
            "https://huggingface.co/api/x",
            "https://us.aws.cdn.hf.co/xet-bridge-us/1?sign=2",
            "https://cas-bridge.xethub.hf.co/x",
        ] {
            assert!(is_model_source(url), "{url}");
        }
        for url in [
            "https://hf.co.example.com/x",
            "https://example.com/.hf.co",
            "https://example.com?.hf.co",
            "https://example.com\\.hf.co/x",
            "https://evil@cdn.hf.co/x",
            "https://.hf.co/x",
            "http://cdn.hf.co/x",
            "",
        ] {
            assert!(!is_model_source(url), "{url}");
        }
    }
}

//! The packs of the models that ship, each pinned by its manifest's SHA-256.
//!
//! `cargo xtask models` makes packs with exactly these manifests, and the engine accepts no others. A manifest names the
//! SHA-256 of each part, so that the pin covers every byte of a model, whatever the server sends.

/// A pack together with the manifest that it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinnedPack<'a> {
    /// Name of the pack.
    pub name: &'a str,
    /// SHA-256 of the bytes of its `manifest.json`, 64 lower-case hexadecimal digits.
    pub manifest_sha256: &'a str,
}

/// The encoder, all-MiniLM-L6-v2.
pub const ENCODER: PinnedPack<'static> = PinnedPack {
    name: "all-minilm-l6-v2",
    manifest_sha256: "6e0a213c40305f0a23491ff32178a9ff2460ada8057417d9c5201fbbfcc66651",
};

/// The generator, SmolLM2-135M-Instruct.
pub const GENERATOR: PinnedPack<'static> = PinnedPack {
    name: "smollm2-135m-instruct-q4_1",
    manifest_sha256: "61bff2c0ecc4f7d265cbb95c13b071739df3b4e435cc84e6891b3078a6f6b1fc",
};

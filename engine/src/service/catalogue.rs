//! Models that are known beforehand: where their files are, under which licence, and what they need.
//!
//! Sizes and hashes are those that Hugging Face shows for the file at the named revision, which does not change. A file of
//! another size or hash is refused.

use conclave_protocol::CatalogueModel;

use super::placing::{CPU_MAX_BYTES, Place};

/// Tokens of context that the engine gives a model (`conclave_inference::DEFAULT_CONTEXT`), and most memory for them.
const CONTEXT_TOKENS: u64 = conclave_inference::DEFAULT_CONTEXT as u64;
const CACHE_MAX_BYTES: u64 = 512 << 20;
/// What a generator takes beside its weights and its context: the vocabulary, the activations of a block, the logits.
const WORKING_BYTES: u64 = 64_000_000;

/// How a file stores its weights: most of them in one type, the rest in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    /// `Q4_K`, the rest as `Q6_K`.
    Q4KM,
    /// `Q4_1`, the rest as `Q8_0`.
    Q41,
}

impl Stored {
    const fn name(self) -> &'static str {
        match self {
            Self::Q4KM => "Q4_K_M",
            Self::Q41 => "Q4_1",
        }
    }

    /// Bytes per weight of both types in the file.
    const fn bytes_in_file(self) -> [f64; 2] {
        match self {
            Self::Q4KM => [144.0 / 256.0, 210.0 / 256.0],
            Self::Q41 => [20.0 / 32.0, 34.0 / 32.0],
        }
    }

    /// The same in memory. `conclave_inference::kernels` has a scale (and a minimum) of 32 bits per group of 32 or, for
    /// `Q6_K`, of 16; `conclave_inference::gpu` has them in 16 bits, and 6 bits of a weight of `Q6_K` take 6.
    const fn bytes_in_memory(self, place: Place) -> [f64; 2] {
        match (self, place) {
            (Self::Q4KM, Place::Cpu) => [0.75, 1.25],
            (Self::Q4KM, Place::Gpu) => [0.625, 0.875],
            (Self::Q41, Place::Cpu) => [0.75, 1.125],
            (Self::Q41, Place::Gpu) => [0.625, 1.125],
        }
    }
}

/// A model of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// Repository, revision and file at Hugging Face; `None` for the model that ships.
    place: Option<(&'static str, &'static str, &'static str)>,
    name: &'static str,
    licence: &'static str,
    stored: Stored,
    /// Size of the file.
    size_bytes: u64,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    sha256: &'static str,
    weights: u64,
    layers: u64,
    kv_heads: u64,
    head_dim: u64,
    most_context_tokens: u32,
}

/// The catalogue, the smallest first.
const CATALOGUE: [Known; 11] = [
    Known {
        place: None,
        name: "SmolLM2 135M Instruct",
        licence: "Apache-2.0",
        stored: Stored::Q41,
        size_bytes: 98_362_432,
        sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        weights: 134_515_008,
        layers: 30,
        kv_heads: 3,
        head_dim: 64,
        most_context_tokens: 8_192,
    },
    Known {
        place: Some((
            "bartowski/SmolLM2-360M-Instruct-GGUF",
            "7be6f65f1db715fe5dc5a4634c0d459b4eed42ec",
            "SmolLM2-360M-Instruct-Q4_K_M.gguf",
        )),
        name: "SmolLM2 360M Instruct",
        licence: "Apache-2.0",
        stored: Stored::Q4KM,
        size_bytes: 270_590_880,
        sha256: "2fa3f013dcdd7b99f9b237717fa0b12d75bbb89984cc1274be1471a465bac9c2",
        weights: 361_821_120,
        layers: 32,
        kv_heads: 5,
        head_dim: 64,
        most_context_tokens: 8_192,
    },
    Known {
        place: Some(("unsloth/Qwen3-0.6B-GGUF", "50968a4468ef4233ed78cd7c3de230dd1d61a56b", "Qwen3-0.6B-Q4_K_M.gguf")),
        name: "Qwen3 0.6B",
        licence: "Apache-2.0",
        stored: Stored::Q4KM,
        size_bytes: 396_705_472,
        sha256: "ac2d97712095a558e31573f62f466a3f9d93990898b0ec79d7c974c1780d524a",
        weights: 596_049_920,
        layers: 28,
        kv_heads: 8,
        head_dim: 128,
        most_context_tokens: 40_960,
    },
    Known {
        place: Some((
            "bartowski/Llama-3.2-1B-Instruct-GGUF",
            "067b946cf014b7c697f3654f621d577a3e3afd1c",
            "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        )),
        name: "Llama 3.2 1B Instruct",
        licence: "Llama 3.2 Community License",
        stored: Stored::Q4KM,
        size_bytes: 807_694_464,
        sha256: "6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83",
        weights: 1_235_814_400,
        layers: 16,
        kv_heads: 8,
        head_dim: 64,
        most_context_tokens: 131_072,
    },
    Known {
        place: Some((
            "bartowski/SmolLM2-1.7B-Instruct-GGUF",
            "1f03464768bfcc0319fc50da8ff5fb20b6417ba2",
            "SmolLM2-1.7B-Instruct-Q4_K_M.gguf",
        )),
        name: "SmolLM2 1.7B Instruct",
        licence: "Apache-2.0",
        stored: Stored::Q4KM,
        size_bytes: 1_055_609_824,
        sha256: "77665ea4815999596525c636fbeb56ba8b080b46ae85efef4f0d986a139834d7",
        weights: 1_711_376_384,
        layers: 24,
        kv_heads: 32,
        head_dim: 64,
        most_context_tokens: 8_192,
    },
    Known {
        place: Some(("unsloth/Qwen3-1.7B-GGUF", "d7f544eead698dbd1f15126ef60b45a1e1933222", "Qwen3-1.7B-Q4_K_M.gguf")),
        name: "Qwen3 1.7B",
        licence: "Apache-2.0",
        stored: Stored::Q4KM,
        size_bytes: 1_107_409_472,
        sha256: "b139949c5bd74937ad8ed8c8cf3d9ffb1e99c866c823204dc42c0d91fa181897",
        weights: 1_720_574_976,
        layers: 28,
        kv_heads: 8,
        head_dim: 128,
        most_context_tokens: 40_960,
    },
    Known {
        place: Some((
            "bartowski/Llama-3.2-3B-Instruct-GGUF",
            "5ab33fa94d1d04e903623ae72c95d1696f09f9e8",
            "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
        )),
        name: "Llama 3.2 3B Instruct",
        licence: "Llama 3.2 Community License",
        stored: Stored::Q4KM,
        size_bytes: 2_019_377_696,
        sha256: "6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff",
        weights: 3_212_749_824,
        layers: 28,
        kv_heads: 8,
        head_dim: 128,
        most_context_tokens: 131_072,
    },
    Known {
        place: Some((
            "bartowski/Phi-3.5-mini-instruct-GGUF",
            "6d70da17e749a471ccb62ade694486011a75cda3",
            "Phi-3.5-mini-instruct-Q4_K_M.gguf",
        )),
        name: "Phi-3.5 mini Instruct",
        licence: "MIT",
        stored: Stored::Q4KM,
        size_bytes: 2_393_232_672,
        sha256: "e4165e3a71af97f1b4820da61079826d8752a2088e313af0c7d346796c38eff5",
        weights: 3_821_079_552,
        layers: 32,
        kv_heads: 32,
        head_dim: 96,
        most_context_tokens: 131_072,
    },
    Known {
        place: Some((
            "unsloth/Phi-4-mini-instruct-GGUF",
            "78eb92a46fc37e6b524df991ed9aca9bc6aa7b80",
            "Phi-4-mini-instruct-Q4_K_M.gguf",
        )),
        name: "Phi-4 mini Instruct",
        licence: "MIT",
        stored: Stored::Q4KM,
        size_bytes: 2_491_874_272,
        sha256: "88c00229914083cd112853aab84ed51b87bdf6b9ce42f532d8c85c7c63b1730a",
        weights: 3_836_021_760,
        layers: 32,
        kv_heads: 8,
        head_dim: 128,
        most_context_tokens: 131_072,
    },
    Known {
        place: Some((
            "bartowski/Mistral-7B-Instruct-v0.3-GGUF",
            "61fd4167fff3ab01ee1cfe0da183fa27a944db48",
            "Mistral-7B-Instruct-v0.3-Q4_K_M.gguf",
        )),
        name: "Mistral 7B Instruct v0.3",
        licence: "Apache-2.0",
        stored: Stored::Q4KM,
        size_bytes: 4_372_812_000,
        sha256: "1270d22c0fbb3d092fb725d4d96c457b7b687a5f5a715abe1e818da303e562b6",
        weights: 7_248_023_552,
        layers: 32,
        kv_heads: 8,
        head_dim: 128,
        most_context_tokens: 32_768,
    },
    Known {
        place: Some((
            "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
            "bf5b95e96dac0462e2a09145ec66cae9a3f12067",
            "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
        )),
        name: "Llama 3.1 8B Instruct",
        licence: "Llama 3.1 Community License",
        stored: Stored::Q4KM,
        size_bytes: 4_920_739_232,
        sha256: "7b064f5842bf9532c91456deda288a1b672397a54fa729aa665952863033557c",
        weights: 8_030_261_248,
        layers: 32,
        kv_heads: 8,
        head_dim: 128,
        most_context_tokens: 131_072,
    },
];

impl Known {
    /// Where its file is.
    fn address(&self) -> Option<String> {
        self.place.map(|(repository, revision, file)| {
            format!("https://{}/{repository}/resolve/{revision}/{file}", conclave_protocol::download::MODEL_HOST)
        })
    }

    /// What the page is told.
    fn told(&self) -> CatalogueModel {
        CatalogueModel {
            address: self.address(),
            name: self.name.to_owned(),
            licence: self.licence.to_owned(),
            stored_as: self.stored.name().to_owned(),
            size_bytes: self.size_bytes,
            memory_bytes: self.memory_bytes(if self.needs_gpu() { Place::Gpu } else { Place::Cpu }),
            context_tokens: u32::try_from(self.context_tokens()).unwrap_or(u32::MAX),
            most_context_tokens: self.most_context_tokens,
            needs_gpu: self.needs_gpu(),
        }
    }

    const fn needs_gpu(&self) -> bool {
        self.size_bytes > CPU_MAX_BYTES
    }

    /// Keys and values of a token in 32-bit floats. A graphics processor has them in 16 bits.
    const fn cache_bytes_per_token(&self) -> u64 {
        2 * size_of::<f32>() as u64 * self.layers * self.kv_heads * self.head_dim
    }

    fn context_tokens(&self) -> u64 {
        let most = CONTEXT_TOKENS.min(u64::from(self.most_context_tokens));
        most.min(CACHE_MAX_BYTES / self.cache_bytes_per_token())
    }

    /// The weights as they are held in a place, the context that the engine gives, and 64 MB. How many weights are stored
    /// in which of the two types follows from the size of the file.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "sizes below 2^53, rounded down"
    )]
    fn memory_bytes(&self, place: Place) -> u64 {
        let [small, large] = self.stored.bytes_in_file();
        let [small_held, large_held] = self.stored.bytes_in_memory(place);
        let weights = self.weights as f64;
        let of_large = ((self.size_bytes as f64 - weights * small) / (large - small)).clamp(0.0, weights);
        let held = (weights - of_large) * small_held + of_large * large_held;
        let cache = self.context_tokens() * self.cache_bytes_per_token();
        held as u64 + if place == Place::Gpu { cache / 2 } else { cache } + WORKING_BYTES
    }
}

/// What is expected at an address of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The model's name.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// Size of the file.
    pub size_bytes: u64,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// The catalogue as the page is told, the smallest model first.
pub fn told() -> Vec<CatalogueModel> {
    CATALOGUE.iter().map(Known::told).collect()
}

/// What the catalogue expects at an address.
pub fn pin(address: &str) -> Option<Pin> {
    let known = CATALOGUE.iter().find(|known| known.address().as_deref() == Some(address))?;
    Some(Pin {
        name: known.name.to_owned(),
        licence: known.licence.to_owned(),
        size_bytes: known.size_bytes,
        sha256: known.sha256.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use conclave_ports::ModelUrl;

    use super::*;
    use crate::service::own_models::FILE_MAX_BYTES;

    #[test]
    fn every_entry_can_be_fetched_and_checked() {
        for (known, model) in CATALOGUE.iter().zip(told()) {
            assert!(known.sha256.len() == 64 && known.sha256.bytes().all(|b| b"0123456789abcdef".contains(&b)));
            let Some(address) = model.address else { continue };
            let url = ModelUrl::parse(&address).unwrap();
            assert_eq!(url.as_str(), address, "an address is written as it is read");
            assert!(known.place.unwrap().1.len() == 40, "{address}: a revision that does not change");
            assert_eq!(pin(&address).unwrap().size_bytes, model.size_bytes);
        }
        assert_eq!(pin("https://huggingface.co/o/r/resolve/main/m.gguf"), None);
    }

    #[test]
    fn entries_are_sorted_and_none_stands_twice() {
        for two in told().windows(2) {
            assert!(two[0].size_bytes < two[1].size_bytes, "{} before {}", two[0].name, two[1].name);
            assert!(two[0].address != two[1].address && two[0].name != two[1].name);
        }
        assert_eq!(told()[0].address, None, "the one that ships is the smallest");
    }

    #[test]
    fn four_bits_a_weight_and_what_belongs_to_them_make_the_file() {
        for known in &CATALOGUE {
            let bits = known.size_bytes as f64 * 8.0 / known.weights as f64;
            assert!((4.5..6.1).contains(&bits), "{}: {bits} bits a weight", known.name);
        }
    }

    #[test]
    fn what_a_tab_cannot_hold_is_said_and_the_rest_fits_into_it() {
        for model in &CATALOGUE {
            // WebAssembly ends at 4 GB, and a file is never there as a whole.
            let bytes = model.memory_bytes(Place::Cpu);
            assert_eq!(model.needs_gpu(), bytes > 3_500_000_000, "{} takes {bytes}", model.name);
            assert!(model.size_bytes <= FILE_MAX_BYTES, "{}", model.name);
        }
        assert_eq!(told().iter().filter(|model| model.needs_gpu).count(), 4);
    }

    #[test]
    fn memory_and_context_follow_the_stated_rule() {
        let all = told();
        let find = |name: &str| all.iter().find(|model| model.name == name).unwrap();
        // 134.5 million weights: 31.9 million of them a byte and an eighth, the others three quarters; 94.4 MB of context.
        let ships = find("SmolLM2 135M Instruct");
        assert_eq!((ships.memory_bytes / 1_000_000, ships.context_tokens), (271, 2_048));
        let llama = find("Llama 3.2 1B Instruct");
        assert_eq!(llama.context_tokens, 2_048);
        assert!((1_300..1_500).contains(&(llama.memory_bytes / 1_000_000)), "{}", llama.memory_bytes);
        // 786,432 bytes of keys and values a token.
        assert_eq!(find("Phi-3.5 mini Instruct").context_tokens, 682);
        // On a graphics processor it takes little more than its file.
        let large = find("Llama 3.1 8B Instruct");
        assert!(
            large.needs_gpu && (5_700..5_800).contains(&(large.memory_bytes / 1_000_000)),
            "{}",
            large.memory_bytes
        );
    }
}

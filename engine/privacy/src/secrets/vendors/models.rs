//! Keys of model providers and the tools around them.

use super::{Key, key, led};
use crate::alphabet::Alphabet as A;
use crate::shape::Part::{Lit, OneOf, Opt, Run};

pub(super) static KEYS: &[Key] = &[
    key("openai", "sk-", &[Lit("sk-"), Run(A::ALNUM, 32, 64)]),
    key("openai", "sk-proj-", &[Lit("sk-proj-"), Run(A::BASE64URL, 20, 200)]),
    key("openai", "sk-svcacct-", &[Lit("sk-svcacct-"), Run(A::BASE64URL, 20, 200)]),
    key("openai", "sk-admin-", &[Lit("sk-admin-"), Run(A::BASE64URL, 20, 200)]),
    key("openai", "sk-none-", &[Lit("sk-None-"), Run(A::BASE64URL, 20, 200)]),
    // `sk-ant-api03-` and 93 characters, or `sk-ant-admin01-`; session keys and earlier ones have about as many.
    key("anthropic", "sk-ant-", &[Lit("sk-ant-"), Run(A::BASE64URL, 78, 200)]),
    key("openrouter", "sk-or-v1-", &[Lit("sk-or-v1-"), Run(A::HEX, 64, 64)]),
    key("langfuse", "sk-lf-", &[Lit("sk-lf-"), Run(A::HEX.and(A::DASH), 36, 36)]),
    key("hugging-face", "hf_", &[Lit("hf_"), Run(A::ALNUM, 30, 40)]),
    key("hugging-face", "api_org_", &[Lit("api_org_"), Run(A::ALNUM, 30, 40)]),
    key("groq", "gsk_", &[Lit("gsk_"), Run(A::ALNUM, 48, 60)]),
    key("perplexity", "pplx-", &[Lit("pplx-"), Run(A::ALNUM, 40, 64)]),
    key("xai", "xai-", &[Lit("xai-"), Run(A::WORD, 70, 90)]),
    key("replicate", "r8_", &[Lit("r8_"), Run(A::ALNUM, 37, 37)]),
    key("nvidia", "nvapi-", &[Lit("nvapi-"), Run(A::BASE64URL, 50, 80)]),
    key("cerebras", "csk-", &[Lit("csk-"), Run(A::LOWER_ALNUM, 40, 56)]),
    key("together", "tgp_v1_", &[Lit("tgp_v1_"), Run(A::BASE64URL, 40, 50)]),
    key("fireworks", "fw_", &[Lit("fw_"), Run(A::ALNUM, 22, 32)]),
    key("tavily", "tvly-", &[Lit("tvly-"), Run(A::BASE64URL, 20, 60)]),
    key("pinecone", "pcsk_", &[Lit("pcsk_"), Run(A::WORD, 50, 80)]),
    key(
        "langsmith",
        "lsv2_",
        &[Lit("lsv2_"), OneOf(&["pt_", "sk_"]), Run(A::HEX, 32, 32), Lit("_"), Run(A::HEX, 10, 10)],
    ),
    key("jina", "jina_", &[Lit("jina_"), Run(A::BASE64URL, 50, 64)]),
    key("voyage", "pa-", &[Lit("pa-"), Run(A::BASE64URL, 43, 43)]),
    key("elevenlabs", "sk_", &[Lit("sk_"), Run(A::HEX, 48, 48)]),
    key("weights-and-biases", "wandb_v1_", &[Lit("wandb_v1_"), Run(A::WORD, 60, 90)]),
    key("databricks", "dapi", &[Lit("dapi"), Run(A::HEX, 32, 32), Opt(&[Lit("-"), Run(A::DIGIT, 1, 1)])]),
    key("apify", "apify_api_", &[Lit("apify_api_"), Run(A::ALNUM, 36, 36)]),
    key("firecrawl", "fc-", &[Lit("fc-"), Run(A::HEX, 32, 32)]),
    key("langsmith", "ls__", &[Lit("ls__"), Run(A::HEX, 32, 32)]),
    key("openai", "sess-", &[Lit("sess-"), Run(A::ALNUM, 40, 48)]),
    key("e2b", "e2b_", &[Lit("e2b_"), Run(A::HEX, 40, 40)]),
    key("helicone", "sk-helicone-", &[Lit("sk-helicone-"), Run(A::LOWER_ALNUM.and(A::DASH), 28, 64)]),
    key("modal", "ak-", &[Lit("ak-"), Run(A::ALNUM, 22, 22)]),
    key("modal", "as-", &[Lit("as-"), Run(A::ALNUM, 22, 22)]),
    key("runpod", "rpa_", &[Lit("rpa_"), Run(A::ALNUM, 40, 48)]),
    key("mem0", "m0-", &[Lit("m0-"), Run(A::ALNUM, 40, 40)]),
    key("friendli", "flp_", &[Lit("flp_"), Run(A::ALNUM, 32, 64)]),
    led("deepl", (A::ANY_HEX.and(A::DASH), 36, 36), ":fx", &[Lit(":fx")]),
    key("comet", "opik_", &[Lit("opik_"), Run(A::ALNUM, 24, 64)]),
    key("llama-cloud", "llx-", &[Lit("llx-"), Run(A::ALNUM, 40, 64)]),
    key("deepseek", "sk-", &[Lit("sk-"), Run(A::HEX, 32, 32)]),
];

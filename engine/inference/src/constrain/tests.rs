use proptest::prelude::*;

use super::*;
use crate::Sampling;
use crate::format::Gguf;
use crate::sampling::Sampler;

fn vocabulary() -> Vocabulary {
    let file = include_bytes!("../../tests/fixtures/vocabulary-qwen2.gguf");
    Vocabulary::from_gguf(&Gguf::parse(file).unwrap()).unwrap()
}

/// Logits that no model should give, and some that it might.
fn any_logit() -> impl Strategy<Value = f32> {
    prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY), Just(f32::MAX), Just(0.0), -30f32..30.0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_logits_are_the_form_holds(
        logits in proptest::collection::vec(any_logit(), 504),
        temperature in prop::sample::select(vec![0.0f32, 0.1, 1.0, 50.0]),
        repetition_penalty in prop::sample::select(vec![1.0f32, 1e-30, 1e30]),
    ) {
        let vocabulary = vocabulary();
        prop_assert_eq!(vocabulary.count(), 504);
        let sampler = Sampler::new(Sampling { temperature, repetition_penalty, ..Sampling::GREEDY }).unwrap();
        let form = r"[a-f]{1,4}é?(, <think>){2}";
        let mut writing = Grammars::new(&vocabulary).unwrap().begin(&Constraint::Regex(form.to_owned())).unwrap();
        let mut tokens = Vec::new();
        while !writing.is_whole() {
            let token = writing.choose(&sampler, &logits, &tokens).unwrap();
            if vocabulary.is_end(token) {
                break;
            }
            prop_assert!(!vocabulary.is_special(token));
            tokens.push(token);
            tokens.extend(writing.take(token, 3).unwrap());
        }
        let text: Vec<u8> = tokens.iter().flat_map(|token| vocabulary.bytes_of(*token)).copied().collect();
        let text = String::from_utf8(text).unwrap();
        prop_assert!(regex::Regex::new(&format!("^{form}$")).unwrap().is_match(&text), "{:?}", text);
    }
}

#[test]
fn an_end_is_allowed_where_the_form_may_end_and_nowhere_else() {
    let vocabulary = vocabulary();
    let end = vocabulary.end();
    let mut logits = vec![0.0; vocabulary.count() as usize];
    logits[end as usize] = 100.0;
    let sampler = Sampler::new(Sampling::GREEDY).unwrap();
    let mut writing = Grammars::new(&vocabulary).unwrap().begin(&Constraint::Regex("a(b|cd)*".to_owned())).unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|text| vocabulary.encode(text).unwrap()[0]);
    assert_eq!(writing.choose(&sampler, &logits, &[]).unwrap(), a);
    assert!(writing.take(a, 9).unwrap().is_empty());
    assert_eq!(writing.choose(&sampler, &logits, &[a]).unwrap(), end);
    logits[b as usize] = 200.0;
    assert_eq!(writing.choose(&sampler, &logits, &[a]).unwrap(), b);
    writing.take(b, 9).unwrap();
    assert!(writing.take(c, 0).unwrap().is_empty() && !writing.is_whole());
    assert_ne!(writing.choose(&sampler, &logits, &[a, b, c]).unwrap(), end);
    assert!(writing.take(b, 9).is_err(), "it is not allowed");
}

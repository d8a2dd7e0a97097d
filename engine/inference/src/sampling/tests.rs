use serde::Deserialize;

use super::*;

const WARM: Sampling = Sampling { temperature: 1.0, ..Sampling::GREEDY };

fn sampler(rule: Sampling) -> Sampler {
    Sampler::new(rule).unwrap()
}

#[test]
fn greedy_takes_the_first_of_the_largest() {
    assert_eq!(greedy(&[0.0, f32::NAN, 3.0, 3.0, -1.0]), 2);
    assert_eq!(greedy(&[f32::NAN]), 0);
}

#[test]
fn a_small_nucleus_is_greedy() {
    let rule = Sampling { top_p: 0.1, ..WARM };
    assert_eq!(candidates([(0, 1.0), (1, 4.0), (2, 2.0)].into_iter(), &rule), [(1, 1.0)]);
}

#[test]
fn logits_that_are_no_distribution_still_give_a_token() {
    for logits in [[f32::NAN, f32::NAN], [f32::NEG_INFINITY, f32::NEG_INFINITY], [0.0, f32::INFINITY]] {
        assert!(sampler(WARM).choose(&logits, &[]) < 2, "{logits:?}");
    }
    assert_eq!(sampler(WARM).choose(&[f32::NAN, 1.0, f32::NEG_INFINITY], &[]), 1);
}

#[test]
fn a_penalty_falls_once_on_what_was_written_lately() {
    let sampler = sampler(Sampling { repetition_penalty: 2.0, ..Sampling::GREEDY });
    assert_eq!(sampler.choose(&[1.0, 1.9, -1.0], &[1, 1, 1]), 0);
    assert_eq!(sampler.choose(&[-1.5, -1.0, -3.0], &[1]), 0);
    let mut long_ago = vec![1];
    long_ago.extend([2; PENALTY_WINDOW]);
    assert_eq!(sampler.choose(&[1.0, 1.9, -1.0], &long_ago), 1);
}

#[test]
fn samples_follow_the_probabilities() {
    let sampler = sampler(Sampling { seed: 7, ..WARM });
    let logits = [0.0, 2.0f32.ln(), f32::NEG_INFINITY];
    let mut counts = [0; 3];
    for _ in 0..3_000 {
        counts[sampler.choose(&logits, &[]) as usize] += 1;
    }
    // Expected 1,000 and 2,000 with a standard deviation of 26.
    assert!((900..1_100).contains(&counts[0]), "{counts:?}");
    assert_eq!(counts[2], 0);
}

#[test]
fn the_same_seed_gives_the_same_choices() {
    let rule = Sampling { temperature: 0.8, top_p: 0.9, seed: 3, ..Sampling::GREEDY };
    let draw = || {
        let sampler = sampler(rule);
        (0..20).map(|_| sampler.choose(&[0.3, 0.1, 0.2, 0.25], &[])).collect::<Vec<_>>()
    };
    assert_eq!(draw(), draw());
}

#[test]
fn a_number_out_of_range_is_refused_by_name() {
    let cases = [
        ("temperature", Sampling { temperature: -0.1, ..WARM }),
        ("temperature", Sampling { temperature: f32::NAN, ..WARM }),
        ("repetition_penalty", Sampling { repetition_penalty: 0.0, ..WARM }),
        ("top_p", Sampling { top_p: 0.0, ..WARM }),
        ("min_p", Sampling { min_p: 1.5, ..WARM }),
    ];
    for (name, rule) in cases {
        let refused = Sampler::new(rule).err();
        assert!(matches!(refused, Some(InferenceError::Request { field, .. }) if field == name), "{name}: {refused:?}");
    }
}

/// A rule, and the probabilities that `transformers` gives under it: fixtures/sampling.py.
#[derive(Deserialize)]
struct Case {
    logits: Vec<f32>,
    written: Vec<u32>,
    rule: Sampling,
    kept: Vec<(u32, f32)>,
    log_probabilities: Vec<f32>,
}

#[test]
fn the_rules_keep_what_those_of_transformers_keep() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/fixtures/sampling.json")).unwrap();
    assert!(cases.len() >= 8);
    for Case { logits, written, rule, kept, log_probabilities } in cases {
        for (token, expected) in (0..).zip(log_probabilities) {
            assert!((log_probability(&logits, token) - expected).abs() < 1e-4, "{token}");
        }
        let ours = candidates((0..).zip(penalised_by(rule.repetition_penalty, &logits, &written)), &rule);
        let total: f32 = ours.iter().map(|(_, weight)| weight).sum();
        assert_eq!(
            ours.iter().map(|(token, _)| *token).collect::<Vec<_>>(),
            kept.iter().map(|(token, _)| *token).collect::<Vec<_>>(),
            "{rule:?}"
        );
        for ((_, weight), (token, probability)) in ours.iter().zip(kept) {
            assert!((weight / total - probability).abs() < 1e-5, "{rule:?}: {token}");
        }
    }
}

/// The largest logits of each 16, as a graphics processor gives them.
fn best_of(logits: &[f32]) -> Best {
    let mut best = Best { tokens: Vec::new(), bound: f32::NEG_INFINITY, log_total: 0.0 };
    let indexed: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
    for slice in indexed.chunks(16) {
        let mut slice = slice.to_vec();
        slice.sort_unstable_by(likeliest_first);
        slice.truncate(4);
        best.bound = best.bound.max(slice[slice.len() - 1].1);
        best.tokens.extend(slice);
    }
    best
}

proptest::proptest! {
    #[test]
    fn a_choice_from_the_largest_logits_is_the_choice_from_all(
        logits in proptest::collection::vec(-9.0f32..9.0, 128),
        written in proptest::collection::vec(0u32..128, 0..80),
        (repetition_penalty, temperature) in (0.8f32..1.5, 0.0f32..1.5),
        (top_k, top_p, min_p) in (0usize..20, 0.5f32..1.2, 0.0f32..0.4),
        seed: u64,
    ) {
        let rule = Sampling {
            repetition_penalty: if repetition_penalty < 0.9 { 1.0 } else { repetition_penalty },
            temperature: if temperature < 0.3 { 0.0 } else { temperature },
            top_k: NonZeroUsize::new(top_k),
            top_p: top_p.min(1.0),
            min_p,
            seed,
        };
        let [few, all] = [(); 2].map(|()| Sampler::new(rule).unwrap());
        if let Some(token) = few.choose_of(&best_of(&logits), &written) {
            proptest::prop_assert_eq!(token, all.choose(&logits, &written), "{:?}", rule);
        }
    }
}

#[test]
fn the_largest_logits_are_enough_for_what_people_set() {
    let logits: Vec<f32> = (0..128).map(|i| (i as f32 * 0.7).sin() * 8.0).collect();
    let usual = [
        Sampling::GREEDY,
        Sampling { repetition_penalty: 1.2, ..Sampling::GREEDY },
        Sampling { temperature: 0.7, top_k: NonZeroUsize::new(5), top_p: 0.9, ..Sampling::GREEDY },
        Sampling { temperature: 0.7, min_p: 0.3, ..Sampling::GREEDY },
    ];
    for rule in usual {
        assert!(Sampler::new(rule).unwrap().choose_of(&best_of(&logits), &[3, 4]).is_some(), "{rule:?}");
    }
    // These depend on every token.
    for rule in
        [Sampling { temperature: 0.7, ..Sampling::GREEDY }, Sampling { repetition_penalty: 0.5, ..Sampling::GREEDY }]
    {
        assert_eq!(Sampler::new(rule).unwrap().choose_of(&best_of(&logits), &[3, 4]), None, "{rule:?}");
    }
}

//! Greek letters as scientific text writes them: `TNF-α` is asked for as "TNF-alpha", `50 µg` as "50 ug".

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A letter's name in English.
fn name(letter: char) -> Option<&'static str> {
    Some(match letter {
        'α' | 'Α' => "alpha",
        'β' | 'Β' => "beta",
        'γ' | 'Γ' => "gamma",
        'δ' | 'Δ' => "delta",
        'ε' | 'Ε' => "epsilon",
        'ζ' | 'Ζ' => "zeta",
        'η' | 'Η' => "eta",
        'θ' | 'Θ' => "theta",
        'ι' | 'Ι' => "iota",
        'κ' | 'Κ' => "kappa",
        'λ' | 'Λ' => "lambda",
        'μ' | 'Μ' => "mu",
        'ν' | 'Ν' => "nu",
        'ξ' | 'Ξ' => "xi",
        'ο' | 'Ο' => "omicron",
        'π' | 'Π' => "pi",
        'ρ' | 'Ρ' => "rho",
        'σ' | 'ς' | 'Σ' => "sigma",
        'τ' | 'Τ' => "tau",
        'υ' | 'Υ' => "upsilon",
        'φ' | 'Φ' => "phi",
        'χ' | 'Χ' => "chi",
        'ψ' | 'Ψ' => "psi",
        'ω' | 'Ω' => "omega",
        _ => return None,
    })
}

/// A word with Greek letters for signs: one of them alone, or beside Latin letters and digits. Its parts, with each Greek letter as
/// its name; "micro" before a unit is the `u` that keyboards have. `None` for other words, those of the Greek language among
/// them.
pub(super) fn parts(word: &str) -> Option<Vec<String>> {
    if word.is_ascii() {
        return None;
    }
    let letters: Vec<char> = word.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let greek = letters.iter().filter(|c| name(**c).is_some()).count();
    let is_sign = greek == 1 || (greek > 0 && letters.iter().any(char::is_ascii_alphabetic));
    if !is_sign || letters.iter().any(|c| !c.is_ascii() && name(*c).is_none()) {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    let mut goes_on = false;
    for (at, c) in letters.iter().enumerate() {
        let before_unit = letters.get(at + 1).is_some_and(char::is_ascii_alphabetic);
        let after_letter = at > 0 && letters.get(at - 1).is_some_and(char::is_ascii_alphabetic);
        match name(*c) {
            Some("mu") if before_unit && !after_letter => {
                parts.push("u".to_owned());
                goes_on = true;
            }
            Some(name) => {
                parts.push(name.to_owned());
                goes_on = false;
            }
            None => match parts.last_mut().filter(|_| goes_on) {
                Some(part) => part.push(*c),
                None => {
                    parts.push(c.to_string());
                    goes_on = true;
                }
            },
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_get_their_names_and_greek_words_stay() {
        let of = |word: &str| parts(word).map(|parts| parts.join(" "));
        assert_eq!(of("α").as_deref(), Some("alpha"));
        assert_eq!(of("TNFα").as_deref(), Some("TNF alpha"));
        assert_eq!(of("α7nAChR").as_deref(), Some("alpha 7nAChR"));
        assert_eq!(of("κB").as_deref(), Some("kappa B"));
        // The micro sign and the letter mu, before a unit and alone.
        assert_eq!((of("\u{b5}g").as_deref(), of("\u{3bc}g").as_deref()), (Some("ug"), Some("ug")));
        assert_eq!(of("10\u{b5}g").as_deref(), Some("10 ug"));
        assert_eq!(of("μ").as_deref(), Some("mu"));
        assert_eq!((of("λόγος"), of("alpha"), of("café"), of("Москва")), (None, None, None, None));
    }
}

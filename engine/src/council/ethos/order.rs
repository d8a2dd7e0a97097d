//! Does a phrasing keep what belongs together? Words that all stand in the evidence can still be joined to a lie.

use crate::council::text::{content_stems, fold, is_function_word, stem, tokens};

/// Words that set one half of a sentence against the other.
const CONTRASTS: &[&str] = &["while", "whereas", "but", "although", "though", "unlike", "however"];

/// Least share of the draft's words, of those that the evidence holds, that follow the evidence's order: three in four,
/// which lets one phrase move and not two change places.
const IN_ORDER: f32 = 0.75;

/// Least number of words for an order to mean something.
const FEW: usize = 4;

/// What is wrong with how the draft joins the evidence's words, a plain sentence.
#[must_use]
pub fn mixed(text: &str, evidence: &str, question: &str) -> Option<String> {
    let said = words(text);
    let source = words(evidence);
    let held: Vec<&String> = said.iter().filter(|word| source.contains(word)).collect();
    if held.len() >= FEW && common(&held, &source) as f32 <= IN_ORDER * held.len() as f32 {
        return Some("The draft joins words of the cited text in another order.".into());
    }
    crosses(&said, evidence, question)
        .then(|| "The draft mixes two sides that the cited text sets against each other.".into())
}

/// Whether the draft's new words stand only on another side of a contrast than the one the question is about.
fn crosses(said: &[String], evidence: &str, question: &str) -> bool {
    let asked = content_stems(question);
    let sides = sides(evidence);
    let overlap = |side: &[String]| asked.iter().filter(|word| side.contains(word)).count();
    let Some(most) = sides.iter().map(|side| overlap(side)).max() else { return false };
    if sides.len() < 2 || sides.iter().filter(|side| overlap(side) == most).count() > 1 {
        return false;
    }
    let (about, others): (Vec<&Vec<String>>, Vec<&Vec<String>>) = sides.iter().partition(|side| overlap(side) == most);
    said.iter()
        .filter(|word| !asked.contains(word))
        .any(|word| !about.iter().any(|side| side.contains(word)) && others.iter().any(|side| side.contains(word)))
}

/// The evidence's content words, cut at every contrast.
fn sides(evidence: &str) -> Vec<Vec<String>> {
    let mut out = vec![Vec::new()];
    for token in tokens(evidence) {
        let folded = fold(token.text);
        if CONTRASTS.contains(&folded.as_str()) {
            out.push(Vec::new());
        } else if !is_function_word(&folded)
            && let Some(side) = out.last_mut()
        {
            side.push(stem(token.text));
        }
    }
    out.retain(|side: &Vec<String>| !side.is_empty());
    out
}

fn words(text: &str) -> Vec<String> {
    tokens(text).iter().filter(|token| !is_function_word(&fold(token.text))).map(|token| stem(token.text)).collect()
}

/// Length of the longest common subsequence. Both texts are a few sentences, so the quadratic table is small.
fn common(a: &[&String], b: &[String]) -> usize {
    let mut row = vec![0_usize; b.len() + 1];
    for left in a {
        let mut diagonal = 0;
        for (at, right) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if *left == right { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_sides_of_a_contrast_stay_apart() {
        let evidence = "Killer T cells recognize antigens coupled to Class I molecules, while helper T cells recognize \
                        antigens coupled to Class II molecules.";
        let question = "What do killer T cells recognize?";
        assert!(
            mixed("Killer T cells recognize antigens coupled to Class II molecules.", evidence, question).is_some()
        );
        let right = "Killer T cells recognize antigens coupled to Class I molecules.";
        assert_eq!(mixed(right, evidence, question), None);
    }

    #[test]
    fn words_that_change_places_are_noticed() {
        let evidence =
            "The crisis was called the first oil shock, followed by the 1979 crisis, termed the second oil shock.";
        let question = "When was the second oil shock?";
        assert!(mixed("The second oil shock of 1979 was the first oil shock.", evidence, question).is_some());
        assert_eq!(mixed("The 1979 crisis was termed the second oil shock.", evidence, question), None);
    }
}

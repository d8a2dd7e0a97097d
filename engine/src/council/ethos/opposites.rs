//! Words that contradict each other.

/// Pairs of stems that contradict each other (Porter2 stems).
const OPPOSITES: &[(&str, &str)] = &[
    ("increas", "decreas"),
    ("increas", "reduc"),
    ("rise", "fall"),
    ("first", "last"),
    ("north", "south"),
    ("east", "west"),
    ("northern", "southern"),
    ("eastern", "western"),
    ("before", "after"),
    ("win", "lose"),
    ("won", "lost"),
    ("best", "worst"),
    ("large", "small"),
    ("largest", "smallest"),
    ("high", "low"),
    ("highest", "lowest"),
    ("higher", "lower"),
    ("most", "least"),
    ("more", "less"),
    ("longest", "shortest"),
    ("oldest", "youngest"),
    ("accept", "reject"),
    ("allow", "forbid"),
    ("allow", "prohibit"),
    ("begin", "end"),
    ("start", "end"),
    ("open", "close"),
    ("success", "fail"),
    ("succeed", "fail"),
    ("strong", "weak"),
    ("minimum", "maximum"),
    ("male", "femal"),
    ("men", "women"),
    ("public", "privat"),
    ("support", "oppos"),
    ("same", "differ"),
    ("similar", "differ"),
    ("rich", "poor"),
    ("earli", "late"),
    ("arriv", "leav"),
    ("buy", "sell"),
    ("import", "export"),
    ("join", "leav"),
    ("gain", "lose"),
    ("gain", "lost"),
    ("true", "fals"),
    ("agre", "disagre"),
    ("easi", "difficult"),
    ("easi", "hard"),
    ("fast", "slow"),
    ("enter", "leav"),
];

/// Stems that contradict `word`, from the list and by prefix.
#[must_use]
pub fn opposites(word: &str) -> Vec<String> {
    let mut out: Vec<String> = OPPOSITES
        .iter()
        .filter_map(|(a, b)| {
            if *a == word {
                Some(*b)
            } else if *b == word {
                Some(*a)
            } else {
                None
            }
        })
        .map(str::to_owned)
        .collect();
    for prefix in ["un", "non", "in", "im", "dis", "ir"] {
        out.push(format!("{prefix}{word}"));
        // "unsolved" against "solved"; shorter rests are other words ("under", "into").
        if let Some(rest) = word.strip_prefix(prefix).filter(|rest| rest.len() >= 4) {
            out.push(rest.to_owned());
        }
    }
    out
}

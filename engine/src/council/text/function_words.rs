//! English function words: what carries grammar rather than content.

/// Sorted, for a binary search; a test keeps it so.
pub const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "along", "already", "also", "although", "always", "am",
    "among", "an", "and", "any", "anybody", "anyone", "anything", "are", "aren't", "around", "as", "at", "away", "be",
    "because", "become", "becomes", "been", "before", "being", "below", "besides", "between", "both", "but", "by",
    "came", "can", "can't", "cannot", "come", "could", "couldn't", "did", "didn't", "do", "does", "doesn't", "doing",
    "don't", "done", "down", "during", "each", "either", "else", "ever", "every", "everything", "for", "from", "further",
    "gave", "get", "gets", "give", "given", "gives", "go", "goes", "got", "had", "hadn't", "has", "hasn't", "have",
    "haven't", "having", "he", "her", "here", "hers", "herself", "him", "himself", "his", "how", "however", "i", "i'm",
    "if", "in", "instead", "into", "is", "isn't", "it", "it's", "its", "itself", "just", "kind", "let", "like", "made",
    "make", "makes", "many", "may", "me", "might", "mine", "more", "most", "much", "must", "mustn't", "my", "myself",
    "name", "named", "neither", "never", "no", "nobody", "none", "nor", "not", "nothing", "now", "of", "off", "often",
    "on", "once", "one", "only", "onto", "or", "other", "others", "our", "ours", "ourselves", "out", "over", "own",
    "per", "please", "put", "rather", "said", "same", "say", "says", "shall", "she", "should", "shouldn't", "since",
    "so", "some", "somebody", "someone", "something", "such", "take", "tell", "than", "that", "that's", "the", "their",
    "theirs", "them", "themselves", "then", "there", "therefore", "these", "they", "thing", "things", "this", "those",
    "though", "through", "thus", "to", "too", "took", "toward", "towards", "type", "under", "until", "up", "upon", "us",
    "use", "used", "using", "very", "via", "was", "wasn't", "we", "well", "were", "weren't", "what", "what's",
    "whatever", "when", "where", "whether", "which", "while", "who", "who's", "whom", "whose", "why", "will", "with",
    "within", "without", "won't", "would", "wouldn't", "yes", "yet", "you", "your", "yours", "yourself",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_no_double() {
        assert!(FUNCTION_WORDS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

//! What one character is to a detector.

use super::compat;

/// What stands in the shadow for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folded {
    /// The character itself.
    Same,
    /// Nothing: it cannot be seen, or it only decorates its neighbour.
    Nothing,
    /// Another character.
    One(char),
    /// Several.
    Several(&'static str),
}

/// Folds a character. Letters of other scripts that look like Latin ones are folded apart, because they need their
/// neighbours ([`lookalike`]).
pub(super) fn fold(c: char) -> Folded {
    match c {
        '\t' | '\n' | '\r' => Folded::Same,
        c if c.is_ascii_control() => Folded::Nothing,
        c if c.is_ascii() => Folded::Same,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Folded::One('\n'),
        // Spaces (UCD, `Zs`).
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Folded::One(' '),
        // Dashes and minus signs.
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' => Folded::One('-'),
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{2bc}' => Folded::One('\''),
        '\u{201c}' | '\u{201d}' | '\u{201f}' | '\u{2033}' => Folded::One('"'),
        '\u{2044}' | '\u{2215}' => Folded::One('/'),
        '\u{2236}' => Folded::One(':'),
        '\u{3002}' | '\u{ff61}' => Folded::One('.'),
        // C1 controls; soft hyphen, joiners, direction marks, fillers, variation selectors, tags (UCD,
        // `Default_Ignorable_Code_Point`); combining marks.
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        | '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' => Folded::Nothing,
        c => match compat::ascii_of(c) {
            Some(ascii) => Folded::One(char::from(ascii)),
            None => compat::ligature(c).map_or(Folded::Same, Folded::Several),
        },
    }
}

/// The Latin letter that a letter of another script is taken for (UTS #39, confusables; the single letters of Cyrillic,
/// Greek and Armenian whose usual glyphs are the same).
pub(super) const fn lookalike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ս' | 'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_nothing() {
        for c in ['\u{200b}', '\u{feff}', '\u{202e}', '\u{ad}', '\0', '\u{7f}', '\u{301}', '\u{fe0f}', '\u{e0041}'] {
            assert_eq!(fold(c), Folded::Nothing, "{:x}", u32::from(c));
        }
    }

    #[test]
    fn letters_of_other_languages_stay() {
        for c in ['é', 'ß', 'ж', '東', 'ا', '🔑', 'ñ'] {
            assert_eq!(fold(c), Folded::Same);
        }
    }

    #[test]
    fn signs_become_the_ones_that_detectors_know() {
        assert_eq!(fold('\u{a0}'), Folded::One(' '));
        assert_eq!(fold('\u{2011}'), Folded::One('-'));
        assert_eq!(fold('＠'), Folded::One('@'));
        assert_eq!(fold('ﬁ'), Folded::Several("fi"));
        assert_eq!(lookalike('а'), Some('a'));
        assert_eq!(lookalike('a'), None);
    }
}

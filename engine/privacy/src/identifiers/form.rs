//! The form of an identifier: which letters and digits, in which groups, and how well it has to stand by itself.
//!
//! A row's forms are one string, the forms separated by blanks. Each begins with its [`Standing`] (`!`, `|`, `$`, `?`) and goes
//! on with elements; a `=` right behind the standing asks for capital letters:
//!
//! | element | stands for |
//! |---|---|
//! | `#` `@` `*` | a digit, a letter, either; a number after it repeats it (`#3`), and two numbers are a range (`#1:6`, last element only) |
//! | `A`-`Z`, `'7` | that letter (in any case), that digit |
//! | `~` | a separator (blank, `-`, `.`) or none: the same one, or none, at every `~` of the form |
//! | `^` | the same, but not none |
//! | `_` | a blank |
//! | `-` `.` `/` `:` `+` `(` `[` | that separator |
//! | `)` `]` | at the end: closes the bracket |
//!
//! Forms are looked through when the crate is compiled, and become bit masks when the first text is read, so that a candidate
//! is compared in two operations.

use crate::bytes::{DIGIT, LOWER};

/// What has to hold around a value before it is taken. Each includes those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// `!`: form and check are enough anywhere.
    Always,
    /// `|`: the value is a whole line or a whole cell of a table.
    Cell,
    /// `$`: the value is the whole text.
    Text,
    /// `?`: a context word stands beside it.
    Announced,
}

/// Most letters and digits of a value.
pub(super) const LEN_MAX: usize = 40;
/// Most separators inside a value.
pub(super) const SEPARATORS_MAX: usize = 7;

/// Number of a class of stretches: with letters or of digits alone (2), with separators or without (1).
pub(super) type Class = usize;
/// Number of classes.
pub(super) const CLASSES: usize = 4;
/// Digits with nothing between them.
pub(super) const BARE_DIGITS: Class = 3;

/// A separator: before which letter or digit it stands, and which one it is.
pub(super) type Separator = (u8, u8);

/// A compiled form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Row of the table.
    pub(super) kind: u16,
    pub(super) standing: Standing,
    /// Fewest and most letters and digits.
    pub(super) min: u8,
    pub(super) max: u8,
    /// Places that hold a letter, and places that hold a digit; a place in neither holds either.
    letters: u64,
    digits: u64,
    separators: [Separator; SEPARATORS_MAX],
    separators_len: u8,
    /// Places before which a separator may stand.
    separated: u64,
    /// The bracket that closes the value, or 0.
    pub(super) tail: u8,
    /// The form, where it names letters or digits.
    literals: &'static [u8],
    /// Letters must be capitals in the text.
    capitals: bool,
}

/// A stretch of text as forms see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Letters in upper case, and digits.
    pub(super) bytes: [u8; LEN_MAX],
    pub(super) len: usize,
    /// Places of letters.
    pub(super) letters: u64,
    /// Whether one of the letters is a small one in the text.
    pub(super) has_small: bool,
    pub(super) separators: [Separator; SEPARATORS_MAX],
    pub(super) separators_len: usize,
    /// Places before which a separator stands.
    pub(super) separated: u64,
}

impl Shape {
    pub(super) const EMPTY: Self = Self {
        bytes: [0; LEN_MAX],
        len: 0,
        letters: 0,
        has_small: false,
        separators: [(0, 0); SEPARATORS_MAX],
        separators_len: 0,
        separated: 0,
    };

    /// Adds a letter or digit, whose class is known.
    #[inline]
    pub(super) fn push(&mut self, byte: u8, class: u8) -> bool {
        let Some(place) = self.bytes.get_mut(self.len) else { return false };
        *place = byte ^ (class & LOWER);
        self.letters |= u64::from(class != DIGIT) << self.len;
        self.has_small |= class == LOWER;
        self.len += 1;
        true
    }

    /// Adds a separator before the next letter or digit.
    pub(super) fn separate(&mut self, byte: u8) -> bool {
        if self.separators_len == SEPARATORS_MAX {
            return false;
        }
        #[allow(clippy::cast_possible_truncation, reason = "at most LEN_MAX")]
        let place = self.len as u8;
        self.separators[self.separators_len] = (place, byte);
        self.separators_len += 1;
        self.separated |= 1 << self.len;
        true
    }

    /// See [`Class`].
    pub(super) fn class(&self) -> Class {
        usize::from(self.letters == 0) * 2 + usize::from(self.separators_len == 0)
    }

    /// The letters and digits alone.
    pub(super) fn value(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Form {
    pub(super) const NONE: Self = Self {
        kind: 0,
        standing: Standing::Announced,
        min: 0,
        max: 0,
        letters: 0,
        digits: 0,
        separators: [(0, 0); SEPARATORS_MAX],
        separators_len: 0,
        separated: 0,
        tail: 0,
        literals: &[],
        capitals: false,
    };

    /// Whether a stretch of the right length has this form.
    pub(super) fn fits(&self, shape: &Shape) -> bool {
        let places = (1u64 << shape.len) - 1;
        shape.separated & !self.separated == 0
            && self.letters & places & !shape.letters == 0
            && self.digits & places & shape.letters == 0
            && !(self.capitals && shape.has_small)
            && self.separators_fit(shape)
            && (self.literals.is_empty() || self.literals_fit(shape))
    }

    fn separators_fit(&self, shape: &Shape) -> bool {
        let own = &self.separators[..usize::from(self.separators_len)];
        let theirs = &shape.separators[..shape.separators_len];
        // The separator that stands for every `~` and `^` of this value.
        let mut joint = None;
        let mut at = 0;
        for (place, separator) in own {
            let here = theirs.get(at).filter(|(theirs, _)| theirs == place).map(|(_, byte)| *byte);
            match (separator, here) {
                (b'~', None) if joint.is_none() => joint = Some(None),
                (b'~', None) if joint == Some(None) => {}
                (b'~' | b'^', Some(byte @ (b' ' | b'-' | b'.'))) if joint.is_none() => joint = Some(Some(byte)),
                (b'~' | b'^', Some(byte)) if joint == Some(Some(byte)) => {}
                (exact, Some(byte)) if *exact == byte => {}
                _ => return false,
            }
            at += usize::from(here.is_some());
        }
        at == theirs.len()
    }

    fn literals_fit(&self, shape: &Shape) -> bool {
        self.named().all(|(place, byte)| shape.bytes.get(place) == Some(&byte))
    }

    /// The letters and digits that the form names, and where in a value they stand.
    fn named(&self) -> impl Iterator<Item = (usize, u8)> {
        let literals = self.literals;
        let (mut at, mut place) = (0, 0);
        std::iter::from_fn(move || {
            while let Some(sign) = literals.get(at) {
                let byte = match sign {
                    b'#' | b'@' | b'*' => {
                        let (_, most, next) = count(literals, at + 1);
                        place += most;
                        at = next;
                        continue;
                    }
                    b'\'' => {
                        at += 1;
                        literals.get(at).copied()
                    }
                    letter @ b'A'..=b'Z' => Some(*letter),
                    _ => None,
                };
                at += 1;
                if let Some(byte) = byte {
                    place += 1;
                    return Some((place - 1, byte));
                }
            }
            None
        })
    }

    /// Whether rows of digits have this form, none of which is named, and nothing else has.
    #[cfg(test)]
    pub(super) fn is_of_bare_digits(&self) -> bool {
        self.literals.is_empty()
            && self.digits == (1 << self.max) - 1
            && self.may_be(usize::from(self.max), BARE_DIGITS)
    }

    /// Writes the letters and digits that the form names over those of a value.
    #[cfg(test)]
    pub(super) fn write_literals(&self, value: &mut [u8]) {
        self.named().for_each(|(place, byte)| value[place] = byte);
    }

    /// Whether stretches of a length and a class may have this form.
    pub(super) const fn may_be(&self, len: usize, class: Class) -> bool {
        let places = (1u64 << len) - 1;
        let letters = if class & 2 == 0 { self.digits & places != places } else { self.letters & places == 0 };
        let mut optional = true;
        let mut i = 0;
        while i < self.separators_len as usize {
            optional &= self.separators[i].1 == b'~';
            i += 1;
        }
        let separators = if class & 1 == 0 { self.separators_len > 0 } else { optional };
        self.min as usize <= len && len <= self.max as usize && letters && separators
    }

    /// Places before which separators stand in a value: where those that may be left out are there, or where they are not.
    pub(super) const fn separated(&self, joint: bool) -> u64 {
        let (mut places, mut i) = (0, 0);
        while i < self.separators_len as usize {
            let (place, byte) = self.separators[i];
            places |= ((joint || byte != b'~') as u64) << place;
            i += 1;
        }
        places
    }

    /// Whether a letter, or else a digit, may stand at a place.
    pub(super) const fn may_hold(&self, place: usize, letter: bool) -> bool {
        let others = if letter { self.digits } else { self.letters };
        others >> place & 1 == 0
    }

    /// Whether it asks for a letter, and for a digit, at one of these places.
    pub(super) const fn must_hold(&self, places: u64) -> (bool, bool) {
        (self.letters & places != 0, self.digits & places != 0)
    }

    /// Compiles one form, `forms[from..to]`.
    const fn compile(kind: u16, forms: &'static str, from: usize, to: usize) -> Self {
        let text = forms.as_bytes();
        let mut form = Self::NONE;
        form.kind = kind;
        form.standing = match text[from] {
            b'!' => Standing::Always,
            b'|' => Standing::Cell,
            b'$' => Standing::Text,
            _ => {
                assert!(text[from] == b'?', "a form begins with its standing");
                Standing::Announced
            }
        };
        let mut at = from + 1;
        let mut len = 0usize;
        let mut least = 0usize;
        let mut has_literals = false;
        while at < to {
            let byte = text[at];
            at += 1;
            match byte {
                b'#' | b'@' | b'*' => {
                    let (fewest, most, next) = count(text, at);
                    at = next;
                    let places = (((1u64 << most) - 1) << len) * if byte == b'*' { 0 } else { 1 };
                    if byte == b'#' {
                        form.digits |= places;
                    } else {
                        form.letters |= places;
                    }
                    least = len + fewest;
                    len += most;
                    assert!(fewest == most || at >= to, "a range is the last element");
                }
                b'\'' | b'A'..=b'Z' => {
                    if byte == b'\'' {
                        form.digits |= 1 << len;
                        at += 1;
                    } else {
                        form.letters |= 1 << len;
                    }
                    has_literals = true;
                    len += 1;
                    least = len;
                }
                b'=' => form.capitals = true,
                b')' | b']' => {
                    assert!(at >= to, "a closing bracket is the last element");
                    form.tail = byte;
                }
                _ => {
                    #[allow(clippy::cast_possible_truncation, reason = "at most LEN_MAX")]
                    let place = len as u8;
                    form.separators[form.separators_len as usize] = (place, if byte == b'_' { b' ' } else { byte });
                    form.separators_len += 1;
                    form.separated |= 1 << len;
                }
            }
        }
        assert!(len <= LEN_MAX);
        #[allow(clippy::cast_possible_truncation, reason = "at most LEN_MAX")]
        {
            form.min = least as u8;
            form.max = len as u8;
        }
        if has_literals {
            form.literals = text.split_at(to).0.split_at(from + 1).1;
        }
        form
    }
}

/// The repetition written at `at`: fewest, most, and where the next element begins.
const fn count(text: &[u8], mut at: usize) -> (usize, usize, usize) {
    let mut fewest = 0;
    let mut most = 0;
    let mut is_range = false;
    while at < text.len() {
        match text[at] {
            digit @ b'0'..=b'9' => most = most * 10 + (digit - b'0') as usize,
            b':' if !is_range && most > 0 && at + 1 < text.len() && text[at + 1].is_ascii_digit() => {
                fewest = most;
                most = 0;
                is_range = true;
            }
            _ => break,
        }
        at += 1;
    }
    if most == 0 {
        most = 1;
    }
    (if is_range { fewest } else { most }, most, at)
}

/// A row's forms.
pub(super) fn compile_all(kind: u16, forms: &'static str) -> impl Iterator<Item = Form> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let to = end_of_form(forms.as_bytes(), from)?;
        let form = Form::compile(kind, forms, from, to);
        from = to + 1;
        Some(form)
    })
}

/// Does not end well where a form is not understood.
pub(super) const fn check_all(forms: &'static str) {
    let mut from = 0;
    while let Some(to) = end_of_form(forms.as_bytes(), from) {
        Form::compile(0, forms, from, to);
        from = to + 1;
    }
}

/// Where the form ends that begins at `from`, if one does.
const fn end_of_form(forms: &[u8], from: usize) -> Option<usize> {
    if from >= forms.len() {
        return None;
    }
    let mut to = from;
    while to < forms.len() && forms[to] != b' ' {
        to += 1;
    }
    Some(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::class;

    fn shape(text: &str) -> (Shape, u8) {
        let mut shape = Shape::EMPTY;
        let mut tail = 0;
        for byte in text.bytes() {
            match byte {
                b')' | b']' => tail = byte,
                _ if byte.is_ascii_alphanumeric() => assert!(shape.push(byte, class(byte))),
                _ => assert!(shape.separate(byte)),
            }
        }
        (shape, tail)
    }

    fn fits(forms: &'static str, text: &str) -> bool {
        let form = Form::compile(0, forms, 0, forms.len());
        let (shape, tail) = shape(text);
        (usize::from(form.min)..=usize::from(form.max)).contains(&shape.len) && form.tail == tail && form.fits(&shape)
    }

    #[test]
    fn classes_and_repetitions() {
        assert!(fits("!@2#6@", "ab123456c"));
        assert!(!fits("!@2#6@", "ab1234567"));
        assert!(fits("!*3", "a1b"));
        assert!(fits("!HRB_#1:6", "hrb 7") && fits("!HRB_#1:6", "HRB 123456"));
        assert!(!fits("!HRB_#1:6", "HRB 1234567") && !fits("!HRB_#1:6", "HRA 1"));
        assert!(fits("!'7'5'6.#4.#4.#2", "756.1234.5678.97") && !fits("!'7'5'6.#4.#4.#2", "757.1234.5678.97"));
        assert!(fits("!@#6(*)", "A123456(7)") && !fits("!@#6(*)", "A123456(7"));
    }

    #[test]
    fn joint_separators_are_the_same_everywhere() {
        for good in ["123456789", "123 456 789", "123-456-789", "123.456.789"] {
            assert!(fits("!#3~#3~#3", good), "{good}");
        }
        for bad in ["123 456-789", "123456 789", "123 456789", "12 3456789", "123/456/789"] {
            assert!(!fits("!#3~#3~#3", bad), "{bad}");
        }
        assert!(fits("!#3^#3", "123-456") && !fits("!#3^#3", "123456"));
        assert!(fits("!#2.#3.#3/#4-#2", "12.345.678/0001-95"));
    }
}

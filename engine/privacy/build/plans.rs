//! From the metadata to the table.

use std::collections::BTreeSet;

use phonenumber::Type;
use phonenumber::metadata::{DATABASE, Metadata};

use crate::automaton::Automaton;
use crate::groupings::{self, Grouping};
use crate::pack;
use crate::pattern::{self, Pattern};
use crate::table::{self, TRUNK_MAX, Table};
use crate::unpack::unpack;

/// Labels of the automaton: a number, and a number of a mobile telephone.
const NUMBER: u8 = 1;
const MOBILE: u8 = 2;

/// The kinds of number that people and firms have. Emergency and short codes are no private values, and the numbers that
/// cannot be called from abroad are among the others.
const KINDS: [(Type, u8); 11] = [
    (Type::FixedLine, NUMBER),
    (Type::Mobile, NUMBER | MOBILE),
    (Type::TollFree, NUMBER),
    (Type::PremiumRate, NUMBER),
    (Type::SharedCost, NUMBER),
    (Type::PersonalNumber, NUMBER),
    (Type::Voip, NUMBER),
    (Type::Pager, NUMBER),
    (Type::Uan, NUMBER),
    (Type::Voicemail, NUMBER),
    (Type::StandardRate, NUMBER),
];

/// Country codes have one to three digits.
const CODE_MAX: u16 = 999;

struct Plan {
    /// ISO 3166-1 alpha-2; `ZZ` for codes that belong to no territory.
    region: String,
    code: u16,
    trunk: String,
    root: usize,
    /// Bit `n` is set where numbers of `n` digits exist.
    lengths: u32,
    groupings: Vec<Grouping>,
}

/// The table, packed.
///
/// # Errors
/// Metadata that are not understood, or too large for the table's types.
pub fn packed_table() -> Result<Vec<u8>, String> {
    let mut automaton = Automaton::default();
    let mut plans = Vec::new();
    for code in 1..=CODE_MAX {
        for metadata in DATABASE.by_code(&code).unwrap_or_default() {
            let mut plan = plan(metadata, &mut automaton)?;
            // Territories that share a code write their numbers as the first of them does, which alone names formats.
            if let (true, Some(main)) = (plan.groupings.is_empty(), plans.iter().find(|main: &&Plan| main.code == code))
            {
                plan.groupings.clone_from(&main.groupings);
            }
            plans.push(plan);
        }
    }
    if plans.is_empty() {
        return Err("the metadata name no territory".to_owned());
    }
    packed(&plans, &automaton)
}

fn plan(metadata: &Metadata, automaton: &mut Automaton) -> Result<Plan, String> {
    let mut patterns: Vec<(Pattern, u8)> = Vec::new();
    for (kind, label) in KINDS {
        if let Some(descriptor) = metadata.descriptors().get(kind) {
            patterns.push((pattern::parse(descriptor.national_number().as_str())?, label));
        }
    }
    let trunk = metadata.national_prefix().unwrap_or_default().to_owned();
    let mut groupings = Vec::new();
    for format in metadata.formats() {
        groupings.extend(groupings::of(format.pattern().as_str(), format.format(), format.national_prefix(), &trunk)?);
    }
    groupings.sort_unstable();
    groupings.dedup();
    let region = if metadata.id().len() == 2 { metadata.id() } else { "ZZ" };
    let root = automaton.add(&patterns);
    let lengths = automaton.lengths(root);
    Ok(Plan { region: region.to_owned(), code: metadata.country_code(), trunk, root, lengths, groupings })
}

/// Packs the plans and looks whether what is unpacked is the same.
fn packed(plans: &[Plan], automaton: &Automaton) -> Result<Vec<u8>, String> {
    let known = Vec::from_iter(BTreeSet::from_iter(plans.iter().flat_map(|plan| plan.groupings.iter().copied())));
    let rows = plans.iter().map(|plan| {
        let places = plan.groupings.iter().filter_map(|grouping| known.binary_search(grouping).ok());
        Ok(pack::Plan {
            region: plan
                .region
                .as_bytes()
                .try_into()
                .map_err(|_| format!("a region of other letters: {}", plan.region))?,
            code: plan.code,
            trunk: plan.trunk.clone().into_bytes(),
            root: plan.root,
            groupings: places.collect(),
        })
    });
    let packed = pack::pack(&known, &rows.collect::<Result<Vec<_>, String>>()?, automaton)?;
    if unpack(&packed) == table(known, plans, automaton)? {
        Ok(packed)
    } else {
        Err("what is unpacked is another table than was packed".to_owned())
    }
}

/// The table, made without packing.
fn table(known: Vec<Grouping>, plans: &[Plan], automaton: &Automaton) -> Result<Table, String> {
    // A state's number in the table is the place of its first edge; one without edges shares place 0, an edge of no digit.
    let mut first = vec![0; automaton.states.len()];
    let mut table = Table { edges: vec![1 << 15], known, ..Table::default() };
    for (id, state) in automaton.states.iter().enumerate() {
        if !state.edges.is_empty() {
            let place = table.edges.len();
            first[id] = u16::try_from(place).map_err(|_| format!("{place} edges are too many for the table"))?;
        }
        for (i, edge) in state.edges.iter().enumerate() {
            let (is_last, label) = (u32::from(i + 1 == state.edges.len()), automaton.states[edge.target].label);
            let target = u32::from(first[edge.target]);
            table.edges.push(target << 16 | is_last << 15 | u32::from(label) << 10 | u32::from(edge.digits));
        }
    }
    let mut before: Option<(&Plan, (u16, u16))> = None;
    for plan in plans {
        let groupings = match before {
            Some((before, groupings)) if before.groupings == plan.groupings => groupings,
            _ => {
                let from = table.groupings.len() as u16;
                table.groupings.extend(&plan.groupings);
                (from, table.groupings.len() as u16)
            }
        };
        before = Some((plan, groupings));
        let mut trunk = [0; TRUNK_MAX];
        let room = trunk
            .get_mut(..plan.trunk.len())
            .ok_or_else(|| format!("a trunk prefix of many digits: {}", plan.trunk))?;
        room.copy_from_slice(plan.trunk.as_bytes());
        let region = plan.region.as_bytes().try_into().map_err(|_| plan.region.clone())?;
        let (code, root, lengths) = (plan.code, first[plan.root], plan.lengths);
        table.plans.push(table::Plan { region, code, trunk, root, lengths, groupings });
    }
    Ok(table)
}

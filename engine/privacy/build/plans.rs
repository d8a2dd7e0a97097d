//! From the metadata to the source of the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use phonenumber::Type;
use phonenumber::metadata::{DATABASE, Metadata};

use crate::automaton::Automaton;
use crate::groupings::{self, Grouping};
use crate::pattern::{self, Pattern};

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

/// Most digits of a trunk prefix (Hungary's is 06).
const TRUNK_MAX: usize = 2;

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

/// The source of the table.
///
/// # Errors
/// Metadata that are not understood, or too large for the table's types.
pub fn source() -> Result<String, String> {
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
    write(&plans, &automaton)
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

fn write(plans: &[Plan], automaton: &Automaton) -> Result<String, String> {
    // A state's number in the table is the place of its first edge; one without edges shares place 0, an edge of no digit.
    let mut first = vec![0; automaton.states.len()];
    let mut edges: Vec<(u16, usize, bool)> = vec![(0, 0, true)];
    for (id, state) in automaton.states.iter().enumerate() {
        if !state.edges.is_empty() {
            first[id] = edges.len();
        }
        for (i, edge) in state.edges.iter().enumerate() {
            edges.push((edge.digits, edge.target, i + 1 == state.edges.len()));
        }
    }
    u16::try_from(edges.len()).map_err(|_| format!("{} edges are too many for the table", edges.len()))?;
    let mut text = format!("pub(super) static EDGES: [u32; {}] = [\n", edges.len());
    for (digits, target, is_last) in &edges {
        let label = automaton.states[*target].label;
        let word = first[*target] << 16 | usize::from(*is_last) << 15 | usize::from(label) << 10 | usize::from(*digits);
        let _ = write!(text, "{word:#x},");
    }
    let known: BTreeSet<Grouping> = plans.iter().flat_map(|plan| plan.groupings.iter().copied()).collect();
    let _ = write!(
        text,
        "\n];\npub(super) static KNOWN_GROUPINGS: [u32; {}] = {:?};\n",
        known.len(),
        Vec::from_iter(known)
    );
    let mut rows: BTreeMap<&[Grouping], usize> = BTreeMap::new();
    let mut pool: Vec<Grouping> = Vec::new();
    for plan in plans {
        rows.entry(&plan.groupings).or_insert_with(|| {
            pool.extend(&plan.groupings);
            pool.len() - plan.groupings.len()
        });
    }
    let _ = writeln!(text, "pub(super) static GROUPINGS: [u32; {}] = {pool:?};", pool.len());
    let _ = writeln!(text, "pub(super) static PLANS: [Plan; {}] = [", plans.len());
    for plan in plans {
        let mut trunk = [0; TRUNK_MAX];
        let room = trunk
            .get_mut(..plan.trunk.len())
            .ok_or_else(|| format!("a trunk prefix of many digits: {}", plan.trunk))?;
        room.copy_from_slice(plan.trunk.as_bytes());
        let start = rows[plan.groupings.as_slice()];
        let _ = writeln!(
            text,
            "Plan {{ region: *b{:?}, code: {}, trunk: {:?}, root: {}, lengths: {:#x}, groupings: ({start}, {}) }},",
            plan.region,
            plan.code,
            trunk,
            first[plan.root],
            plan.lengths,
            start + plan.groupings.len(),
        );
    }
    text.push_str("];\n");
    Ok(text)
}

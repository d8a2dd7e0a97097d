//! VAT numbers in any groups: `SI 5022 3054`, `EE 100 931 558`, `CY-10259033P`. The letters of the country say how many
//! digits follow and which of them check, so how somebody parts them does not matter.

use super::form::Shape;
use super::table;

/// Most letters and digits of one: Sweden's.
const LEN_MAX: usize = 14;

/// Whether a stretch begins like a VAT number with its country, in capitals.
pub(super) fn has_country(shape: &Shape) -> bool {
    let starts = shape.letters & 0b111 == 0b11 || shape.letters & 0b1111 == 0b111 && shape.separated & 0b100 != 0;
    shape.len <= LEN_MAX
        && shape.len > 1
        && starts
        && !shape.has_small
        && shape.separators[..shape.separators_len].iter().all(|(_, byte)| matches!(byte, b' ' | b'-' | b'.'))
        && table::has_vat_check(&shape.bytes)
}

/// The same without what parts it.
pub(super) fn joined(shape: &Shape) -> Option<Shape> {
    let is_parted = shape.separators_len > 0 && has_country(shape);
    is_parted.then_some(Shape { separators: Shape::EMPTY.separators, separators_len: 0, separated: 0, ..*shape })
}

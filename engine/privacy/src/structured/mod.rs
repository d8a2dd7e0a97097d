//! Texts that say by their structure what a value is: JSON, tables, headers of e-mails, exports of chats.
//!
//! Two things come of it: a field's name tells what stands in it, and a find never reaches over the structure, so that
//! what is left after values were replaced can still be read by a program.

mod fields;
mod json;
mod lines;
mod table;

use conclave_protocol::{Category, Span};

use crate::detector::{Finding, Strength};

/// A stretch that a structure sets apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cell {
    span: Span,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The name of a field. A value in it (an address as a key) is covered, a guess is not.
    Name,
    /// A value, and what its field says that it is.
    Value(Option<Category>),
}

/// Detector of what the name of a field says.
pub(crate) const FIELD: &str = "field";

/// Where the values of a text stand.
pub(crate) struct Layout {
    /// In order, without overlaps; empty where the text has no structure that is known.
    cells: Vec<Cell>,
    is_json: bool,
}

/// The numbers of a text that is JSON, in order: what stands for one of them needs quotes.
pub(crate) fn numbers(text: &str) -> Vec<Span> {
    let cells = json::cells(text).unwrap_or_default();
    cells.into_iter().filter(|cell| json::is_number(text, cell)).map(|cell| cell.span).collect()
}

impl Layout {
    /// Reads the structure of a text.
    pub(crate) fn of(text: &str) -> Self {
        let json = json::cells(text);
        let is_json = json.is_some();
        Self { cells: json.or_else(|| table::cells(text)).unwrap_or_default(), is_json }
    }

    /// Adds what fields, headers and speakers say.
    pub(crate) fn detect(&self, text: &str, found: &mut Vec<Finding>) {
        for cell in &self.cells {
            if let Role::Value(Some(category)) = cell.role
                && let Some(value) = cell.span.of(text)
                && fields::fits(category, value)
            {
                // Nothing but a credential tells more about a value than the name of its field.
                let span = trimmed(value, cell.span);
                found.push(Finding::new(span, category, Strength::Checksummed, FIELD).scored(0.98));
            }
        }
        lines::detect(text, found);
    }

    /// Cuts finds (ordered, without overlaps) where they reach over the structure.
    pub(crate) fn clip(&self, text: &str, found: Vec<Finding>) -> Vec<Finding> {
        if self.cells.is_empty() {
            return found;
        }
        let mut clipped = Vec::with_capacity(found.len());
        for finding in found {
            let first = self.cells.partition_point(|cell| cell.span.end <= finding.span.start);
            let touched = self.cells[first..].iter().take_while(|cell| cell.span.start < finding.span.end);
            let mut is_inside = false;
            for cell in touched {
                is_inside = true;
                // A number with a token inside would be no JSON.
                let span = if self.is_json && json::is_number(text, cell) {
                    cell.span
                } else {
                    Span::new(finding.span.start.max(cell.span.start), finding.span.end.min(cell.span.end))
                };
                let guessed_name = cell.role == Role::Name && finding.strength == Strength::Contextual;
                let says_something = span.of(text).is_some_and(|part| part.chars().any(char::is_alphanumeric));
                if !guessed_name && says_something {
                    clipped.push(Finding { span, ..finding.clone() });
                }
            }
            if !is_inside {
                clipped.push(finding);
            }
        }
        // Two finds in one number are the number.
        clipped.dedup_by(|next, before| next.span == before.span);
        clipped
    }
}

/// The span of a value without the white space around it.
fn trimmed(value: &str, span: Span) -> Span {
    let start = span.start + (value.len() - value.trim_start().len());
    Span::new(start, start + value.trim().len())
}

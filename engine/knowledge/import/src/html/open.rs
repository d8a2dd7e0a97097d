//! The open elements, as far as reading needs them.

use super::element::Role;

/// Most open elements followed. Real pages nest some 50 deep; browsers themselves stop at 512.
pub(super) const MAX_OPEN: usize = 512;

/// One open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// Hash of its name.
    pub name: u64,
    /// Its part.
    pub role: Role,
    /// Whether text inside is dropped because of this element.
    pub drops: bool,
}

/// A stack of open elements with a bound. Deeper ones are counted, not followed.
#[derive(Debug, Default)]
pub(super) struct OpenElements {
    stack: Vec<Open>,
    beyond: usize,
    dropping: usize,
    content: usize,
}

impl OpenElements {
    /// Whether text is dropped here.
    pub fn is_dropping(&self) -> bool {
        self.dropping > 0
    }

    /// Whether an `article` or `main` is open.
    pub fn in_content(&self) -> bool {
        self.content > 0
    }

    /// The innermost element.
    pub fn last(&self) -> Option<&Open> {
        self.stack.last()
    }

    /// The innermost element of one of these parts, not looking beyond `until`.
    pub fn is_open(&self, wanted: fn(Role) -> bool, until: fn(Role) -> bool) -> bool {
        self.stack.iter().rev().take_while(|open| !until(open.role)).any(|open| wanted(open.role))
    }

    pub fn push(&mut self, open: Open) {
        if self.stack.len() >= MAX_OPEN {
            self.beyond += 1;
            return;
        }
        self.dropping += usize::from(open.drops);
        self.content += usize::from(open.role == Role::Content);
        self.stack.push(open);
    }

    /// Removes and returns the innermost element.
    pub fn pop(&mut self) -> Option<Open> {
        let open = self.stack.pop()?;
        self.dropping -= usize::from(open.drops);
        self.content -= usize::from(open.role == Role::Content);
        Some(open)
    }

    /// How many elements an end tag of this name closes: the innermost of that name and all inside it; 0 where none is open.
    pub fn closed_by(&mut self, name: u64) -> usize {
        if self.beyond > 0 {
            self.beyond -= 1;
            return 0;
        }
        self.stack.iter().rev().position(|open| open.name == name).map_or(0, |inside| inside + 1)
    }
}

/// FNV-1a: short, and a collision between two element names only closes one early.
pub(super) fn name_hash(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

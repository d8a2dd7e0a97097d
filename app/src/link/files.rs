//! Files that a person gave, by ticket: held by reference until the engine has imported them.

use std::collections::HashMap;

use web_sys::{File, FileList};

use crate::state::Ticket;

/// The held files.
#[derive(Default)]
pub struct Files {
    held: HashMap<Ticket, File>,
    last: u32,
}

impl Files {
    /// Takes files in; returns their tickets, names and sizes in bytes.
    pub fn take(&mut self, list: &FileList) -> Vec<(Ticket, String, u64)> {
        (0..list.length())
            .filter_map(|at| list.get(at))
            .map(|file| {
                self.last += 1;
                let ticket = Ticket(self.last);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a size is a whole number below 2^53"
                )]
                let size_bytes = file.size() as u64;
                let name = file.name();
                self.held.insert(ticket, file);
                (ticket, name, size_bytes)
            })
            .collect()
    }

    /// The file of a ticket.
    pub fn get(&self, ticket: Ticket) -> Option<&File> {
        self.held.get(&ticket)
    }

    /// Lets a file go.
    pub fn forget(&mut self, ticket: Ticket) {
        self.held.remove(&ticket);
    }
}

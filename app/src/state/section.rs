//! Parts of the state that change together, so that a view re-reads only what concerns it.

/// One part of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// The worker's life and the network.
    Connection,
    /// The list of threads and which one is open.
    Threads,
    /// The turns of the open thread.
    Turns,
    /// The live question: its phase and passages.
    Live,
    /// The live question's drafts and reports.
    Trace,
    /// The documents.
    Documents,
    /// The imports.
    Imports,
    /// Folders that are watched.
    Folders,
    /// The models.
    Models,
    /// The open document.
    Reader,
    /// The search.
    Search,
    /// The library page.
    Shelf,
    /// The text being written, where something other than typing changed it.
    Composer,
    /// Private values in the text being written.
    Marks,
    /// The text on its way to another AI.
    PrivateCopy,
    /// Problems.
    Problems,
    /// Settings.
    Settings,
    /// What is known of the device, and what happened.
    Device,
    /// What is stored, and backups of it.
    Vault,
    /// Panels and dialogs.
    Layout,
    /// The sentence for screen readers.
    Announcement,
}

impl Section {
    /// All sections, in declaration order.
    pub const ALL: [Self; 21] = [
        Self::Connection,
        Self::Threads,
        Self::Turns,
        Self::Live,
        Self::Trace,
        Self::Documents,
        Self::Imports,
        Self::Folders,
        Self::Models,
        Self::Reader,
        Self::Search,
        Self::Shelf,
        Self::Composer,
        Self::Marks,
        Self::PrivateCopy,
        Self::Problems,
        Self::Settings,
        Self::Device,
        Self::Vault,
        Self::Layout,
        Self::Announcement,
    ];

    /// Its place in [`Section::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A set of sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sections(u32);

impl Sections {
    /// Adds a section.
    pub const fn insert(&mut self, section: Section) {
        self.0 |= 1 << section.index();
    }

    /// Whether the section is in the set.
    #[must_use]
    pub const fn contains(self, section: Section) -> bool {
        self.0 & (1 << section.index()) != 0
    }

    /// The members, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Section> {
        Section::ALL.into_iter().filter(move |section| self.contains(*section))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_stands_at_its_own_index() {
        for (index, section) in Section::ALL.into_iter().enumerate() {
            assert_eq!(section.index(), index);
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let mut set = Sections::default();
        set.insert(Section::Live);
        set.insert(Section::Announcement);
        set.insert(Section::Live);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Section::Live, Section::Announcement]);
    }
}

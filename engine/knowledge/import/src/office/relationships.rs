//! Which part of a package means which other (ECMA-376 part 2, section 9.3).

use crate::archive::Archive;
use crate::run::Run;
use crate::xml::{self, Node};

/// Most relationships of one part: a presentation of ten thousand slides has as many.
const MAX: usize = 100_000;

/// The relationships of one part, those to places outside the package left out.
pub(super) struct Relationships(Vec<Relationship>);

struct Relationship {
    id: String,
    /// The last word of its type.
    kind: String,
    /// Name of the part.
    target: String,
}

impl Relationships {
    /// The relationships of a part, or of the package where `part` is empty.
    pub fn read(run: &mut Run<'_>, archive: &Archive<'_>, part: &str) -> Self {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let at = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let mut all = Vec::new();
        if let Some(bytes) = run.unpack_named(archive, &at) {
            // What stands before a damaged place is as good as ever.
            let _ = xml::walk(&bytes, |node| {
                if let Node::Start(tag) = node
                    && tag.name == "Relationship"
                    && !tag.is("TargetMode", "External")
                    && all.len() < MAX
                    && let (Some(id), Some(kind), Some(target)) =
                        (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target"))
                {
                    let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
                    all.push(Relationship { id, kind, target: resolve(folder, &target) });
                }
            });
        }
        Self(all)
    }

    pub fn by_type(&self, kind: &str) -> Option<&str> {
        self.all_of_type(kind).next()
    }

    pub fn all_of_type(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |one| one.kind == kind).map(|one| one.target.as_str())
    }

    pub fn by_id(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|one| one.id == id).map(|one| one.target.as_str())
    }
}

/// The name of the part that a target means, seen from a folder.
pub(crate) fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

//! What a person gave: documents, model files, and models that come as several files.

use conclave_protocol::imported::is_document;
use conclave_protocol::{GivenFile, OfferedFile};

use super::effect::Ticket;

/// One thing to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The browser's files.
    pub ticket: Ticket,
    /// Name of the file or folder.
    pub name: String,
    /// Bytes of all files.
    pub size_bytes: u64,
    /// What it is, by its names.
    pub kind: GivenKind,
}

impl Given {
    /// Files of it that will be documents.
    #[must_use]
    pub fn documents(&self) -> u64 {
        match &self.kind {
            GivenKind::Documents(files) => files.len() as u64,
            GivenKind::ModelFile | GivenKind::ModelFolder(_) => 0,
        }
    }
}

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenKind {
    /// Files that will be documents.
    Documents(Vec<OfferedFile>),
    /// A model that writes, in one GGUF file.
    ModelFile,
    /// A model that writes, in these files.
    ModelFolder(Vec<GivenFile>),
}

/// A file before it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// The folder that it was given with; empty for one that was given alone.
    pub folder: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub size_bytes: u64,
}

impl Loose {
    /// The file with the path that it was given with.
    fn offered(&self) -> OfferedFile {
        let path = if self.folder.is_empty() { self.name.clone() } else { format!("{}/{}", self.folder, self.name) };
        OfferedFile { path, size_bytes: self.size_bytes }
    }
}

/// Files that make one thing, by their index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pile {
    /// Name of the file or folder.
    pub name: String,
    /// What they make.
    pub kind: GivenKind,
    /// Which files.
    pub files: Vec<usize>,
}

/// Most files that are handed over at once, and most bytes: the engine stores them before it answers, in a second or so.
const HANDED_FILES: usize = 200;
const HANDED_BYTES: u64 = 64 << 20;

fn ends_with(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file of this name is a model, or a part of one.
#[must_use]
pub fn is_weights(name: &str) -> bool {
    ends_with(name, &[".safetensors", ".gguf"])
}

/// Sorts files that came at once into things to add. Where a folder has weights as safetensors, they and their
/// configuration are one model. Of other folders, files that cannot be read are left out, unless there is nothing else.
#[must_use]
pub fn sort(files: &[Loose]) -> Vec<Pile> {
    let mut folders: Vec<&str> = Vec::new();
    for file in files {
        if !folders.contains(&file.folder.as_str()) {
            folders.push(&file.folder);
        }
    }
    let mut piles: Vec<Pile> = folders.iter().flat_map(|folder| sort_folder(files, folder)).collect();
    let is_wanted = |pile: &Pile| match pile.kind {
        GivenKind::Documents(_) => {
            pile.files.iter().all(|at| files[*at].folder.is_empty() || is_document(&files[*at].name))
        }
        GivenKind::ModelFile | GivenKind::ModelFolder(_) => true,
    };
    if piles.iter().any(is_wanted) {
        piles.retain(is_wanted);
    }
    hand_together(files, piles)
}

/// Documents, which were piles of one file each, in piles that are handed over together; what else there is stays as it is.
fn hand_together(files: &[Loose], piles: Vec<Pile>) -> Vec<Pile> {
    let mut together: Vec<Pile> = Vec::new();
    let mut bytes = 0;
    for pile in piles {
        let GivenKind::Documents(offered) = pile.kind else {
            together.push(pile);
            continue;
        };
        let size: u64 = pile.files.iter().map(|at| files[*at].size_bytes).sum();
        match together.last_mut() {
            Some(Pile { kind: GivenKind::Documents(before), files, name })
                if before.len() < HANDED_FILES && bytes + size <= HANDED_BYTES =>
            {
                before.extend(offered);
                files.extend(pile.files);
                *name = format!("{} files", before.len());
                bytes += size;
            }
            _ => {
                bytes = size;
                together.push(Pile { kind: GivenKind::Documents(offered), ..pile });
            }
        }
    }
    together
}

fn sort_folder(files: &[Loose], folder: &str) -> Vec<Pile> {
    let of_folder = || files.iter().enumerate().filter(|(_, file)| file.folder == folder);
    let weights = of_folder().find(|(_, file)| ends_with(&file.name, &[".safetensors"]));
    let is_models = |file: &Loose| weights.is_some() && ends_with(&file.name, &[".safetensors", ".json", ".jinja"]);
    let mut piles = Vec::new();
    if let Some((_, first)) = weights {
        let members: Vec<usize> = of_folder().filter(|(_, file)| is_models(file)).map(|(at, _)| at).collect();
        let given = |at: &usize| GivenFile { name: files[*at].name.clone(), size_bytes: files[*at].size_bytes };
        let last = folder.rsplit('/').next().filter(|name| !name.is_empty());
        piles.push(Pile {
            name: last.map_or_else(|| whole_name(&first.name), str::to_owned),
            kind: GivenKind::ModelFolder(members.iter().map(given).collect()),
            files: members,
        });
    }
    piles.extend(of_folder().filter(|(_, file)| !is_models(file)).map(|(at, file)| {
        let is_model = ends_with(&file.name, &[".gguf"]);
        let kind = if is_model { GivenKind::ModelFile } else { GivenKind::Documents(vec![file.offered()]) };
        Pile { name: file.name.clone(), kind, files: vec![at] }
    }));
    piles
}

/// The name of a file that a file like `model-00001-of-00002.safetensors` is a part of.
fn whole_name(part: &str) -> String {
    let is_number = |digits: &str| digits.len() == 5 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let named = || {
        let (stem, ending) = part.rsplit_once('.')?;
        let (stem, count) = stem.rsplit_once("-of-")?;
        let (stem, number) = stem.rsplit_once('-')?;
        [number, count].into_iter().all(is_number).then(|| format!("{stem}.{ending}"))
    };
    named().unwrap_or_else(|| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<Loose> {
        let loose = |path: &&str| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            Loose { folder: folder.into(), name: name.into(), size_bytes: 5 }
        };
        names.iter().map(loose).collect()
    }

    fn sorted(names: &[&str]) -> Vec<(String, &'static str, Vec<usize>)> {
        let kind = |kind| match kind {
            GivenKind::Documents(_) => "documents",
            GivenKind::ModelFile => "file",
            GivenKind::ModelFolder(_) => "folder",
        };
        sort(&files(names)).into_iter().map(|pile| (pile.name, kind(pile.kind), pile.files)).collect()
    }

    #[test]
    fn loose_files_are_what_their_names_say() {
        let names = ["a.txt", "b.GGUF", "c.pdf", "config.json"];
        let expected = [
            ("a.txt".into(), "documents", vec![0]),
            ("b.GGUF".into(), "file", vec![1]),
            ("2 files".into(), "documents", vec![2, 3]),
        ];
        assert_eq!(sorted(&names), expected);
    }

    #[test]
    fn documents_are_handed_over_together_with_their_paths_but_not_too_many() {
        let names: Vec<String> = (0..HANDED_FILES + 1).map(|n| format!("work/{n}.txt")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut loose = files(&names);
        let [first, second] = &sort(&loose)[..] else { panic!("two piles") };
        assert_eq!((first.files.len(), second.files.len()), (HANDED_FILES, 1));
        let GivenKind::Documents(offered) = &second.kind else { panic!("{second:?}") };
        assert_eq!(offered[0], OfferedFile { path: format!("work/{HANDED_FILES}.txt"), size_bytes: 5 });
        loose.iter_mut().for_each(|file| file.size_bytes = HANDED_BYTES / 2);
        assert!(sort(&loose).iter().all(|pile| pile.files.len() <= 2));
    }

    #[test]
    fn parts_that_were_picked_are_named_like_the_whole() {
        let named = |name| sorted(&["config.json", name]).remove(0).0;
        assert_eq!(named("Tiny-1B-00002-of-00002.safetensors"), "Tiny-1B.safetensors");
        for name in ["one-of-two.safetensors", "a-1-of-2.safetensors", "00001-of-00002.safetensors"] {
            assert_eq!(named(name), name);
        }
    }

    #[test]
    fn weights_and_their_configuration_are_one_model() {
        let names = ["notes.md", "tokenizer.json", "model.safetensors", "chat_template.jinja", "config.json"];
        let [model, notes] = &sort(&files(&names))[..] else { panic!("two things") };
        assert_eq!((model.name.as_str(), &model.files[..]), ("model.safetensors", &[1, 2, 3, 4][..]));
        let GivenKind::ModelFolder(named) = &model.kind else { panic!("{model:?}") };
        let given = |name: &str| GivenFile { name: name.into(), size_bytes: 5 };
        assert_eq!(named[..2], [given("tokenizer.json"), given("model.safetensors")]);
        assert!(matches!(notes.kind, GivenKind::Documents(_)));
        assert_eq!(notes.files[..], [0]);
    }

    #[test]
    fn each_folder_is_looked_at_alone_and_what_cannot_be_read_is_left_out() {
        let names = [
            "work/letters/one.md",
            "work/photo.jpg",
            "work/Tiny-1B/config.json",
            "work/Tiny-1B/model-1.safetensors",
            "work/Tiny-1B/model-2.safetensors",
            "work/other.json",
            "scan.pdf",
        ];
        let expected = [
            ("2 files".into(), "documents", vec![0, 5]),
            ("Tiny-1B".into(), "folder", vec![2, 3, 4]),
            ("scan.pdf".into(), "documents", vec![6]),
        ];
        assert_eq!(sorted(&names), expected);
        let [(_, _, pictures)] = &sorted(&["work/a.jpg", "work/b.png"])[..] else { panic!("one pile") };
        assert_eq!(pictures.len(), 2, "better a reason for each than silence");
        assert_eq!(sorted(&[]), []);
    }
}

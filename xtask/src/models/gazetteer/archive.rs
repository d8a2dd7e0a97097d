//! Files inside of wheels (ZIP) and npm packages (gzip over tar).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;

/// Largest file that is read: the largest there is has 77 MB.
const FILE_MAX_BYTES: u64 = 200 << 20;
/// Bytes of a header in a tar archive, and what files are padded to (POSIX.1-1988, ustar).
const TAR_BLOCK: usize = 512;

/// An open archive.
pub enum Archive {
    /// A wheel.
    Zip(zip::ZipArchive<File>),
    /// An npm package, unpacked.
    Tar(Vec<u8>),
}

impl Archive {
    /// Opens an archive by the end of its name.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        if path.extension().is_some_and(|extension| extension == "tgz") {
            return Ok(Self::Tar(gunzip(file)?));
        }
        Ok(Self::Zip(zip::ZipArchive::new(file)?))
    }

    /// A file's bytes.
    pub fn bytes(&mut self, name: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::Zip(zip) => {
                let file = zip.by_name(name).with_context(|| format!("there is no {name}"))?;
                file.take(FILE_MAX_BYTES).read_to_end(&mut bytes)?;
            }
            Self::Tar(tar) => {
                tar_file(tar, name).with_context(|| format!("there is no {name}"))?.clone_into(&mut bytes)
            }
        }
        Ok(bytes)
    }

    /// A text file.
    pub fn text(&mut self, name: &str) -> Result<String> {
        String::from_utf8(self.bytes(name)?).with_context(|| format!("{name} is not UTF-8"))
    }
}

/// Unpacks gzip.
pub fn gunzip(packed: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).take(FILE_MAX_BYTES).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == FILE_MAX_BYTES {
        bail!("it is larger than {FILE_MAX_BYTES} bytes");
    }
    Ok(bytes)
}

fn tar_file<'a>(tar: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut rest = tar;
    loop {
        let (header, after) = rest.split_at_checked(TAR_BLOCK)?;
        let field = |from: usize, to: usize| header.get(from..to).map(|f| f.split(|b| *b == 0).next().unwrap_or(f));
        let digits = std::str::from_utf8(field(124, 136)?).ok()?;
        let size = usize::from_str_radix(digits.trim(), 8).ok()?;
        if field(0, 100)? == name.as_bytes() {
            return after.get(..size);
        }
        rest = after.get(size.next_multiple_of(TAR_BLOCK)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, content: &[u8]) -> Vec<u8> {
        let mut block = vec![0; TAR_BLOCK + content.len().next_multiple_of(TAR_BLOCK)];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        block[TAR_BLOCK..TAR_BLOCK + content.len()].copy_from_slice(content);
        block
    }

    #[test]
    fn files_are_found_in_a_tar_archive() {
        let tar = [member("package/a", &[7; 600]), member("package/b", b"text"), vec![0; 1024]].concat();
        assert_eq!(tar_file(&tar, "package/a"), Some(&[7; 600][..]));
        assert_eq!(tar_file(&tar, "package/b"), Some(&b"text"[..]));
        assert_eq!(tar_file(&tar, "package/c"), None);
        assert_eq!(tar_file(&tar[..TAR_BLOCK + 100], "package/a"), None);
    }
}

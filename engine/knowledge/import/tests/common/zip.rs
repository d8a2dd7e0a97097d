//! ZIP archives for tests, written byte by byte so that they can also be wrong.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// An entry, with what its headers say about it.
pub struct File {
    pub name: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub packed: Vec<u8>,
    pub size_bytes: u32,
}

/// A file packed by deflate.
pub fn deflated(name: &str, bytes: &[u8]) -> File {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    let packed = encoder.finish().unwrap();
    File { name: name.into(), method: 8, flags: 0x800, packed, size_bytes: bytes.len().try_into().unwrap() }
}

/// A file that is not packed.
pub fn stored(name: &str, bytes: &[u8]) -> File {
    let size_bytes = bytes.len().try_into().unwrap();
    File { name: name.into(), method: 0, flags: 0x800, packed: bytes.to_vec(), size_bytes }
}

/// An archive of files packed by deflate.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    archive(&files.iter().map(|(name, bytes)| deflated(name, bytes)).collect::<Vec<_>>())
}

/// An archive of these entries.
pub fn archive(files: &[File]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let at = u32::try_from(out.len()).unwrap();
        let sum = 0u32; // Readers of documents do not check it; damaged text is better than none.
        let common = [
            20u16.to_le_bytes().to_vec(),
            file.flags.to_le_bytes().to_vec(),
            file.method.to_le_bytes().to_vec(),
            0u32.to_le_bytes().to_vec(),
            sum.to_le_bytes().to_vec(),
            u32::try_from(file.packed.len()).unwrap().to_le_bytes().to_vec(),
            file.size_bytes.to_le_bytes().to_vec(),
            u16::try_from(file.name.len()).unwrap().to_le_bytes().to_vec(),
            0u16.to_le_bytes().to_vec(),
        ]
        .concat();
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(&file.name);
        out.extend_from_slice(&file.packed);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(&file.name);
    }
    let at = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

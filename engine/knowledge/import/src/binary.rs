//! Formats that are refused, recognised by their first bytes.
//!
//! Signatures are those of the formats' specifications (collected in `file(1)` and the WHATWG MIME Sniffing standard).
//! A signature that is plain ASCII ("MZ", "ID3") counts only where NUL bytes follow, so that a text may begin with it.

/// A format that cannot be imported.
pub(crate) struct Format {
    /// Its name with the article.
    pub what: &'static str,
    /// What to do instead.
    pub next: &'static str,
}

const EXPORT: &str = "Open it in the program it belongs to, save it as text, Markdown or HTML, and import that file.";
const UNPACK: &str = "Unpack it and import the files inside.";
const IMAGE: &str = "Pictures cannot be read; if it shows text, type or copy the text into a file and import that.";
const MEDIA: &str = "Recordings cannot be read; import a transcript or subtitles instead.";
const PROGRAM: &str = "Programs hold no text to search; import their documentation or source code instead.";
const DATA: &str = "Export what you need from it as text or CSV and import that file.";

/// How a signature is trusted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// These bytes alone decide.
    Sure,
    /// Text could begin like this: a NUL byte must follow within [`PROBE_BYTES`].
    NeedsNul,
}

/// How far to look for a NUL byte.
const PROBE_BYTES: usize = 4096;

/// (offset, signature, trust, format, what to do)
type Signature = (usize, &'static [u8], Trust, &'static str, &'static str);

const SIGNATURES: &[Signature] = &[
    (0, b"\x89PNG\r\n\x1a\n", Trust::Sure, "a PNG picture", IMAGE),
    (0, b"\xff\xd8\xff", Trust::Sure, "a JPEG picture", IMAGE),
    (0, b"GIF87a", Trust::NeedsNul, "a GIF picture", IMAGE),
    (0, b"GIF89a", Trust::NeedsNul, "a GIF picture", IMAGE),
    (8, b"WEBPVP8", Trust::NeedsNul, "a WebP picture", IMAGE),
    (0, b"BM", Trust::NeedsNul, "a BMP picture", IMAGE),
    (0, b"II*\0", Trust::Sure, "a TIFF picture", IMAGE),
    (0, b"MM\0*", Trust::Sure, "a TIFF picture", IMAGE),
    (0, b"\0\0\x01\0", Trust::Sure, "an icon", IMAGE),
    (4, b"ftypheic", Trust::Sure, "a HEIC picture", IMAGE),
    (4, b"ftypavif", Trust::Sure, "an AVIF picture", IMAGE),
    (4, b"ftyp", Trust::NeedsNul, "a video", MEDIA),
    (0, b"\x1aE\xdf\xa3", Trust::Sure, "a video", MEDIA),
    (8, b"AVI LIST", Trust::NeedsNul, "a video", MEDIA),
    (8, b"WAVEfmt ", Trust::NeedsNul, "a sound recording", MEDIA),
    (0, b"ID3", Trust::NeedsNul, "a sound recording", MEDIA),
    (0, b"OggS\0", Trust::Sure, "a sound recording", MEDIA),
    (0, b"fLaC\0", Trust::Sure, "a sound recording", MEDIA),
    (0, b"\xff\xfb", Trust::NeedsNul, "a sound recording", MEDIA),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Trust::Sure, "an old Office document (DOC, XLS or PPT)", EXPORT),
    // Read by `pdf`, where the crate is built with it.
    (0, b"%PDF-", Trust::Sure, "a PDF document", EXPORT),
    (0, b"%!PS-Adobe", Trust::Sure, "a PostScript document", EXPORT),
    (0, b"\x1f\x8b", Trust::Sure, "a gzip archive", UNPACK),
    (0, b"BZh", Trust::NeedsNul, "a bzip2 archive", UNPACK),
    (0, b"\xfd7zXZ\0", Trust::Sure, "an xz archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", Trust::Sure, "a 7-Zip archive", UNPACK),
    (0, b"Rar!\x1a\x07", Trust::Sure, "a RAR archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", Trust::Sure, "a Zstandard archive", UNPACK),
    (257, b"ustar", Trust::NeedsNul, "a tar archive", UNPACK),
    (0, b"\x7fELF", Trust::Sure, "a program", PROGRAM),
    (0, b"MZ", Trust::NeedsNul, "a program", PROGRAM),
    (0, b"\xfe\xed\xfa\xce", Trust::Sure, "a program", PROGRAM),
    (0, b"\xfe\xed\xfa\xcf", Trust::Sure, "a program", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", Trust::Sure, "a program", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", Trust::Sure, "a program", PROGRAM),
    (0, b"\0asm", Trust::Sure, "a WebAssembly program", PROGRAM),
    (0, b"!<arch>\n", Trust::NeedsNul, "a program library", PROGRAM),
    (0, b"SQLite format 3\0", Trust::Sure, "an SQLite database", DATA),
    (0, b"GGUF", Trust::NeedsNul, "a language model", "Add models in the settings; documents are text files."),
    (0, b"wOFF", Trust::NeedsNul, "a font", PROGRAM),
    (0, b"wOF2", Trust::NeedsNul, "a font", PROGRAM),
    (0, b"\0\x01\0\0", Trust::Sure, "a font", PROGRAM),
    (0, b"OTTO\0", Trust::Sure, "a font", PROGRAM),
];

/// Beginning of the container of old Office documents (MS-CFB).
const OLD_OFFICE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Name of the stream in which a locked Office Open XML document lies (MS-OFFCRYPTO, section 2.3.4.4), in UTF-16.
const ENCRYPTED_PACKAGE: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";

/// What the bytes are.
pub(crate) enum Found {
    /// A format that cannot be read.
    Unsupported(Format),
    /// A document behind a password.
    Locked,
}

/// The format of `bytes` where it is one that cannot be read; `None` for text and for unknown bytes.
pub(crate) fn format(bytes: &[u8]) -> Option<Found> {
    let head = &bytes[..bytes.len().min(PROBE_BYTES)];
    if bytes.starts_with(OLD_OFFICE) && contains(bytes, ENCRYPTED_PACKAGE) {
        return Some(Found::Locked);
    }
    let has_nul = head.contains(&0);
    SIGNATURES
        .iter()
        .find(|(offset, signature, trust, ..)| {
            head.get(*offset..).is_some_and(|rest| rest.starts_with(signature)) && (*trust == Trust::Sure || has_nul)
        })
        .map(|(.., what, next)| Found::Unsupported(Format { what, next }))
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

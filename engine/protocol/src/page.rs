//! A page of a document as it looks, with the cited words on it.

use std::borrow::Cow;
use std::fmt;

use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Largest file that is kept so that its pages can be shown: a scanned book. The program that draws has the whole file, what it
/// decodes of it and the page in its memory at once.
pub const ORIGINAL_MAX_BYTES: u64 = 64_000_000;

/// Whether the pages of a document can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Original {
    /// It has no pages that can be shown.
    #[default]
    Unpaged,
    /// Its file is kept.
    Kept,
    /// Its file stands in a folder that is watched, and is read there.
    InFolder,
    /// Its file is not here: it was read before files were kept, came inside another file, or found no room. It is kept when it is
    /// added again by itself.
    Missing,
    /// Its file is not here, and a person does not want files kept: it can be added only when they do.
    Unwanted,
    /// Its file is larger than [`ORIGINAL_MAX_BYTES`].
    TooLarge,
}

impl Original {
    /// Whether its pages can be shown.
    #[must_use]
    pub const fn is_here(self) -> bool {
        matches!(self, Self::Kept | Self::InFolder)
    }
}

/// The words that are to be marked on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cited {
    /// They, as the canonical text has them on this page.
    pub text: String,
    /// What stands before them on the page; tells one place from another with the same words.
    pub before: String,
    /// What stands behind them on the page.
    pub after: String,
}

/// A page that is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageWish {
    /// Its number, from 1.
    pub page: u32,
    /// How wide the picture shall be, in pixels. A picture has [`PageImage::PIXELS_MAX`] at most, so it may be less wide.
    pub width_px: u32,
    /// The words that are to be marked; none where nothing on it was cited.
    pub cited: Option<Cited>,
}

/// A rectangle on a page, in fractions of its width and height, from the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageRect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Where the cited words stand on a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum CitedOnPage {
    /// Nothing on it was cited.
    #[default]
    NotAsked,
    /// Here: a rectangle for each piece of a line.
    Found {
        /// The rectangles, in the order of the text.
        rects: Vec<PageRect>,
        /// Whether these are all of the words.
        is_whole: bool,
    },
    /// They could not be found on the page, or cannot be told from the same words elsewhere on it.
    NotFound,
}

/// A page as a picture.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct PageImage {
    /// Its number, from 1.
    pub page: u32,
    /// How many pages the document has.
    pub pages: u32,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Width of the page in points, 72 to the inch, as it is shown.
    pub width_pt: f32,
    /// Where the cited words stand.
    pub cited: CitedOnPage,
    /// The picture, a PNG file.
    pub png: Bytes,
}

impl PageImage {
    /// Most pixels of a picture: a page of A4 at 200 dots an inch, 16 MB while it is drawn.
    pub const PIXELS_MAX: u32 = 4_000_000;
    /// Longest side of a picture in pixels.
    pub const SIDE_MAX: u32 = 8_000;
}

/// Debug output has no picture in it.
impl fmt::Debug for PageImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, pages, width, height, cited, .. } = self;
        write!(f, "PageImage(page {page} of {pages}, {width} x {height}, {cited:?})")
    }
}

/// Why a page cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum PageFault {
    /// The file is no PDF, or damaged beyond its pages.
    #[error("the file is damaged")]
    Damaged,
    /// It is locked with a password.
    #[error("the file is locked with a password")]
    Encrypted,
    /// It has fewer pages.
    #[error("the file has {pages} pages")]
    NoSuchPage {
        /// So many.
        pages: u32,
    },
    /// Its page has no size, or one that nobody could look at.
    #[error("the page has no size that can be shown")]
    BadSize,
}

/// Bytes, which travel as text in base 64 (RFC 4648).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Base64::decode_vec(&text).map(Self).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_travel_as_text() {
        let bytes = Bytes(vec![0, 7, 255]);
        let json = serde_json::to_string(&bytes).unwrap();
        assert_eq!(json, r#""AAf/""#);
        assert_eq!(serde_json::from_str::<Bytes>(&json).unwrap(), bytes);
        assert!(serde_json::from_str::<Bytes>(r#""AAf""#).is_err());
    }

    #[test]
    fn a_picture_is_not_written_out() {
        let image = PageImage {
            page: 2,
            pages: 9,
            width: 10,
            height: 20,
            width_pt: 595.0,
            cited: CitedOnPage::NotFound,
            png: Bytes(vec![1; 1_000]),
        };
        assert_eq!(format!("{image:?}"), "PageImage(page 2 of 9, 10 x 20, NotFound)");
    }
}

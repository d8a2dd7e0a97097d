//! Filters: what a query says about documents.

use conclave_protocol::imported::Kind;

use super::date::period;

/// What a document must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Its title holds this.
    Title(String),
    /// Its file name holds this.
    Name(String),
    /// It was read so, or is in this language.
    Kind(String),
    /// It has this tag.
    Tag(String),
    /// It stands in a folder of this name, or of this path.
    Folder(String),
    /// Its time lies from the first up to the second, Unix milliseconds in UTC; `i64::MIN` and `i64::MAX` are open ends.
    Date(i64, i64),
}

/// What filters look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The document's title.
    pub title: &'a str,
    /// Its file name.
    pub name: &'a str,
    /// How it was read.
    pub kind: Kind,
    /// Language of source code.
    pub language: Option<&'a str>,
    /// Its tags.
    pub tags: &'a [String],
    /// Where it stands in what was given.
    pub path: Option<&'a str>,
    /// Its own date, or the time at which it was added, Unix milliseconds in UTC.
    pub time_ms: i64,
}

impl Filter {
    /// The filter that `field:value` is; `None` where it is none.
    pub(super) fn of(field: &str, value: &str) -> Option<Self> {
        let text = value.to_lowercase();
        let filter = match field.to_ascii_lowercase().as_str() {
            "title" => Self::Title(text),
            "name" | "file" => Self::Name(text),
            "type" | "kind" | "lang" => Self::Kind(text),
            "tag" => Self::Tag(text),
            "folder" | "in" => Self::Folder(text.trim_matches('/').to_owned()),
            "before" => Self::Date(i64::MIN, period(value)?.0),
            "after" => Self::Date(period(value)?.0, i64::MAX),
            "date" => {
                let (from, to) = value.split_once("..").unwrap_or((value, value));
                Self::Date(period(from)?.0, period(to)?.1)
            }
            _ => return None,
        };
        Some(filter)
    }

    /// Whether a document passes.
    #[must_use]
    pub fn admits(&self, subject: &Subject<'_>) -> bool {
        let holds = |text: &str, part: &str| text.to_lowercase().contains(part);
        match self {
            Self::Title(part) => holds(subject.title, part),
            Self::Name(part) => holds(subject.name, part),
            Self::Kind(kind) => {
                let extension = subject.name.rsplit_once('.').map_or("", |(_, extension)| extension);
                names(subject.kind).contains(&kind.as_str())
                    || subject.language.is_some_and(|language| language.eq_ignore_ascii_case(kind))
                    || extension.eq_ignore_ascii_case(kind)
            }
            Self::Tag(tag) => subject.tags.iter().any(|other| other.to_lowercase() == *tag),
            Self::Folder(folder) => {
                let path = subject.path.unwrap_or("").to_lowercase();
                let inside = path.rsplit_once('/').map_or("", |(folders, _)| folders);
                format!("/{inside}/").contains(&format!("/{folder}/"))
            }
            Self::Date(from, to) => (*from..*to).contains(&subject.time_ms),
        }
    }
}

/// What people call a kind.
const fn names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Plain => &["text", "plain", "txt"],
        Kind::Markdown => &["markdown", "md"],
        Kind::Html => &["html", "web", "page"],
        Kind::Code => &["code", "source"],
        Kind::Data => &["data", "json"],
        Kind::Table => &["table", "sheet", "csv"],
        Kind::Pdf => &["pdf"],
        Kind::Word => &["word", "document", "docx"],
        Kind::Slides => &["slides", "presentation", "pptx"],
        Kind::Book => &["book", "epub", "ebook"],
        Kind::Mail => &["mail", "email", "message"],
        Kind::Chat => &["chat", "conversation"],
        Kind::Subtitles => &["subtitles", "captions"],
    }
}

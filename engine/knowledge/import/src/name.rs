//! Names and titles.

/// Longest file name kept, in characters; file systems stop at 255 bytes.
const MAX_NAME_CHARS: usize = 255;

/// Longest path kept, in characters.
const MAX_PATH_CHARS: usize = 1_000;

/// Longest title kept, in characters: what a listing can show.
const MAX_TITLE_CHARS: usize = 200;

/// The last part of a path, without control characters and of bounded length.
pub(crate) fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or("");
    let clean: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    let clean = clean.trim();
    if clean.is_empty() { "unnamed".to_owned() } else { clean.to_owned() }
}

/// A path inside a container, without control characters, with `/` between its parts.
pub(crate) fn path(path: &str) -> String {
    let clean = path.chars().filter(|c| !c.is_control()).take(MAX_PATH_CHARS);
    clean.map(|c| if c == '\\' { '/' } else { c }).collect()
}

/// Whether a title from a file's properties says something: programs fill it in with their own words.
pub(crate) fn is_telling(title: &str) -> bool {
    let lower = title.trim().to_lowercase();
    let is_program =
        ["microsoft word - ", "microsoft powerpoint - ", "untitled", "powerpoint presentation", "title", "unknown"];
    let is_file = [".doc", ".docx", ".indd", ".tex", ".dvi", ".qxd", ".fm", ".wpd"];
    lower.chars().any(char::is_alphanumeric)
        && !is_program.iter().any(|word| lower == *word || (word.ends_with("- ") && lower.starts_with(word)))
        && !is_file.iter().any(|end| lower.ends_with(end))
}

/// The title that a document names itself, or its file's name.
pub(crate) fn title(found: Option<&str>, name: &str) -> String {
    let squeezed = found.map(squeeze).filter(|title| title.chars().any(char::is_alphanumeric));
    squeezed.unwrap_or_else(|| name.to_owned())
}

/// `text` with runs of white space as one space, cut to [`MAX_TITLE_CHARS`].
fn squeeze(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MAX_TITLE_CHARS {
        return words;
    }
    let cut: String = words.chars().take(MAX_TITLE_CHARS - 1).collect();
    format!("{}\u{2026}", cut.trim_end())
}

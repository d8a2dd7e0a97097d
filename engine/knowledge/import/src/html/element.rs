//! What elements mean for reading.

/// The part that an element plays in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Runs within a line.
    Inline,
    /// Stands apart with an empty line around it.
    Block,
    /// Stands on lines of its own without empty lines.
    Lines,
    /// Heading of this level.
    Heading(u8),
    /// Paragraph: like `Block`, closed by the next block.
    Paragraph,
    /// `ul`, `menu` or `ol`.
    List {
        /// Items are numbered.
        ordered: bool,
    },
    /// `li`.
    Item,
    /// `table`.
    Table,
    /// `tr`.
    Row,
    /// `td` or `th`.
    Cell,
    /// White space counts.
    Preformatted,
    /// `br`.
    LineBreak,
    /// `hr`.
    Rule,
    /// Main content: `article`, `main`.
    Content,
    /// Around the content, not content: dropped.
    Boilerplate,
    /// A remark: content inside an article, boilerplate outside.
    Aside,
    /// Never text: scripts, styles, controls, drawings.
    Hidden,
    /// The page's title.
    Title,
    /// Has no content and no meaning here.
    Void,
}

/// The part that the element called `name` (lower case) plays.
pub(super) fn role(name: &[u8]) -> Role {
    match name {
        b"h1" => Role::Heading(1),
        b"h2" => Role::Heading(2),
        b"h3" => Role::Heading(3),
        b"h4" => Role::Heading(4),
        b"h5" => Role::Heading(5),
        b"h6" => Role::Heading(6),
        b"p" => Role::Paragraph,
        b"article" | b"main" => Role::Content,
        b"address" | b"blockquote" | b"center" | b"details" | b"div" | b"dl" | b"fieldset" | b"figure" | b"form"
        | b"header" | b"hgroup" | b"section" | b"search" => Role::Block,
        b"caption" | b"dd" | b"dt" | b"figcaption" | b"legend" | b"summary" => Role::Lines,
        b"ul" | b"menu" | b"dir" => Role::List { ordered: false },
        b"ol" => Role::List { ordered: true },
        b"li" => Role::Item,
        b"table" => Role::Table,
        b"tr" => Role::Row,
        b"td" | b"th" => Role::Cell,
        b"pre" | b"listing" | b"xmp" | b"plaintext" => Role::Preformatted,
        b"br" => Role::LineBreak,
        b"hr" => Role::Rule,
        b"nav" | b"footer" => Role::Boilerplate,
        b"aside" => Role::Aside,
        b"title" => Role::Title,
        b"script" | b"style" | b"template" | b"noscript" | b"iframe" | b"noembed" | b"noframes" | b"object"
        | b"audio" | b"video" | b"canvas" | b"svg" | b"map" | b"button" | b"select" | b"datalist" | b"textarea"
        | b"dialog" => Role::Hidden,
        b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"embed" | b"frame" | b"img" | b"input" | b"link"
        | b"meta" | b"param" | b"source" | b"track" | b"wbr" => Role::Void,
        _ => Role::Inline,
    }
}

/// Elements whose content is text up to their own end tag, whatever it looks like (WHATWG HTML, section 13.1.2).
pub(super) fn is_raw_text(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"title" | b"textarea" | b"iframe" | b"noembed" | b"noscript" | b"xmp")
}

/// ARIA landmark roles that mark boilerplate.
pub(super) fn is_boilerplate_role(value: &[u8]) -> bool {
    matches!(
        value,
        b"navigation" | b"banner" | b"contentinfo" | b"search" | b"menu" | b"menubar" | b"alertdialog" | b"dialog"
    )
}

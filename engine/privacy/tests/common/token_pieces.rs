//! What tokens are made of, what models make of them, and what they stand in.

/// The pieces.
#[rustfmt::skip]
pub const TOKEN_PIECES: &[&str] = &[
    "[", "]", "(", ")", "{", "}", "<", ">", "⟦", "⟧", "［", "］", "EMAIL", "email", "_", "_01", "_1", "_02", "01",
    "012", "-", " ", "\u{a0}", "\u{200b}", "\\", "\\_", "\\[", "\\]", "&#91;", "&#93;", "&amp;", "&", "#", ";",
    "\\u005b", "\\u005d", "%5B", "%5D", "%", "ADDRESS", "IP_", "IP ", "LITERAL", "URL", "AGE", "*", "**", "`",
    "mailto:", "'s", "s", "x", ".", "@", "é", "日", "\n", "\\n", "%20", "[EMAIL_01]", "EMAIL_01", "[LITERAL_01]",
    "(EMAIL_01)", "[EMAIL_01](", "_REDACTED_", "＿", "０１", "{{", "}}", "10", "0", "```\n", "(mailto:", "🔑", "\"",
    "EMAIL_02", "(EMAIL_03)", "[EMAIL_99]", "[PASSWORD_01]",
];

//! Line icons, drawn on a 24-unit grid with the text's colour. They always stand beside words or under a label.

use leptos::prelude::*;

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// A padlock: on this device.
    Lock,
    /// A crossed cloud: no network.
    Offline,
    /// A plus.
    Plus,
    /// Three lines: a list.
    List,
    /// A panel at the right.
    Panel,
    /// A pencil.
    Pencil,
    /// A bin.
    Bin,
    /// A cross.
    Cross,
    /// An arrow up.
    Send,
    /// A square.
    Stop,
    /// A sheet of paper.
    Document,
    /// A folder.
    Folder,
    /// Books on a shelf.
    Books,
    /// Two arrows, up and down.
    Order,
    /// A magnifying glass.
    Search,
    /// An arrow left.
    Back,
    /// A key of a keyboard.
    Command,
    /// A cog, simplified to sliders.
    Settings,
    /// A tick.
    Tick,
    /// An exclamation mark in a triangle.
    Warning,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Lock => "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13zM12 14.5v2",
            Self::Offline => "M4 4l16 16M9 6.2A6 6 0 0 1 17.6 11 4 4 0 0 1 19 18.4M15.5 19H7a4.5 4.5 0 0 1-.6-9",
            Self::Plus => "M12 5v14M5 12h14",
            Self::List => "M4 7h16M4 12h16M4 17h10",
            Self::Panel => "M4 5h16v14H4zM14.5 5v14",
            Self::Pencil => "M5 19l1-4L16.5 4.5l3 3L9 18z",
            Self::Bin => "M5 7h14M9.5 7V4.5h5V7M7 7l1 12.5h8L17 7M10.5 11v5M13.5 11v5",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Stop => "M7 7h10v10H7z",
            Self::Document => "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5M10 15.5h5",
            Self::Folder => "M3.5 6h6l2 2.5h9V19h-17z",
            Self::Books => "M5 5h4v15H5zM9 5h4v15H9zM14.2 5.6l3.6-1 3.4 14.2-3.6 1z",
            Self::Order => "M8 19V5M4.5 8.5L8 5l3.5 3.5M16 5v14M12.5 15.5L16 19l3.5-3.5",
            Self::Search => "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
            Self::Command => "M4 6.5h16v11H4zM7.5 10h.01M11 10h.01M14.5 10h2M7.5 14h9",
            Self::Settings => "M4 8h9M17 8h3M4 16h3M11 16h9M15 5.8v4.4M9 13.8v4.4",
            Self::Tick => "M5 12.5l4.5 4.5L19 7.5",
            Self::Warning => "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
        }
    }
}

/// Draws an icon; hidden from screen readers, because words stand beside it.
#[must_use]
pub fn icon(icon: Icon) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}

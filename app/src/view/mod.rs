//! Leptos components, one per file. They read the state through [`store::Store`] and dispatch intents; nothing else
//! changes what the page knows.

mod answer;
mod app;
mod banner;
mod catalogue;
mod column;
mod command_button;
mod composer;
mod destinations;
mod device;
mod dialog;
mod drop;
mod folders;
mod generators;
mod gone;
mod header;
mod help;
mod icon;
mod imports;
mod journal;
mod keys;
mod library;
mod live;
mod marks;
mod mirror;
mod models;
mod pages;
mod palette;
mod panel;
mod passages;
mod privacy;
mod private_copy;
mod problems;
mod query_help;
mod queue;
mod reader;
mod remove;
mod rename;
mod rules;
mod search;
mod settings;
mod sheet;
mod sources;
mod store;
mod tabs;
mod threads;
mod trace;
mod turn;
mod vault;
mod welcome;

use leptos::prelude::*;

use crate::link;

/// Starts the page: state, workers, components.
pub fn start() {
    // The panic's text may quote what a person wrote: only its place is told.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        link::announce_panic(&place);
    }));
    mount_to_body(app::App);
    link::started();
}

//! Arguments that every suite has.

use std::path::PathBuf;

use clap::Args;

/// Where items come from and go to.
#[derive(Args)]
pub struct Common {
    /// File or folder with the suite's items.
    #[arg(long)]
    pub data: PathBuf,
    /// Where to write one JSON object per item.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Take the first N items only.
    #[arg(long)]
    pub limit: Option<usize>,
}

//! Shaders, put together from the pieces in `wgsl/` for what a device has.

use super::matrix::Packing;

/// Sums over a workgroup.
const LANES: &str = include_str!("wgsl/lanes.wgsl");

/// What the kernels take from the adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tuning {
    /// Lanes that share the rows of a product with one vector.
    pub lanes: u32,
    /// Whether they are one subgroup, which adds up without memory.
    pub is_subgroup: bool,
}

impl Tuning {
    /// Subgroups are used where all of them have the same size or more than our workgroups have lanes: where a workgroup is
    /// one of them.
    pub fn of(has_subgroups: bool, info: &wgpu::AdapterInfo) -> Self {
        let (least, most) = (info.subgroup_min_size, info.subgroup_max_size);
        match () {
            () if has_subgroups && least >= 32 => Self { lanes: 32, is_subgroup: true },
            () if has_subgroups && least == most && least >= 4 => Self { lanes: least, is_subgroup: true },
            () => Self { lanes: 64, is_subgroup: false },
        }
    }
}

/// How a product ends: see `wgsl/product.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Ending {
    Store,
    Bias,
    Add,
    Gate,
}

/// A kernel, as far as its source differs from others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    Product { packing: Packing, norm: bool, ending: Ending, many: bool },
    Embed { packing: Packing },
    Turn { norm: bool },
    Attend,
    Best,
}

/// The bindings of a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Layout {
    /// words, scales, inputs, gains, bias, outputs, dims, now. Embedding has tokens as inputs and no gains and bias.
    Product,
    /// rows, tables, keys, values, heads, now, gains
    Turn,
    /// rows, keys, values, gathered, heads, now
    Attend,
    /// logits, best
    Best,
}

impl Layout {
    /// Of each binding: `r` where the kernel reads it, `w` where it writes it too, `u` for constants.
    pub fn bindings(self) -> impl Iterator<Item = char> {
        match self {
            Self::Product => "rrrrrwuu",
            Self::Turn => "wrwwuur",
            Self::Attend => "rrrwuu",
            Self::Best => "rw",
        }
        .chars()
    }
}

impl Kernel {
    pub const fn layout(self) -> Layout {
        match self {
            Self::Product { .. } | Self::Embed { .. } => Layout::Product,
            Self::Turn { .. } => Layout::Turn,
            Self::Attend => Layout::Attend,
            Self::Best => Layout::Best,
        }
    }

    pub const fn entry_point(self) -> &'static str {
        match self {
            Self::Product { many: false, .. } => "one",
            Self::Product { many: true, .. } => "many",
            Self::Embed { .. } => "embed",
            Self::Turn { .. } => "turn",
            Self::Attend => "attend",
            Self::Best => "choose",
        }
    }

    /// The whole text of the shader.
    pub fn source(self, tuning: Tuning) -> String {
        match self {
            Self::Product { packing, norm, ending, .. } => {
                let Tuning { lanes, is_subgroup } = tuning;
                let [lanes_sum, sum_rows] = if is_subgroup {
                    ["", include_str!("wgsl/sum_subgroup.wgsl")]
                } else {
                    [LANES, include_str!("wgsl/sum_tree.wgsl")]
                };
                // Browsers want to be told; naga, which reads the text natively, does not know the line.
                let enable = if is_subgroup && cfg!(target_arch = "wasm32") { "enable subgroups;\n" } else { "" };
                let ending = ending as u32;
                let constants = format!("const LANES = {lanes}u;\nconst NORM = {norm};\nconst ENDING = {ending}u;\n");
                let matrix = [include_str!("wgsl/matrix.wgsl"), packing.source()].concat();
                [enable, &constants, &matrix, lanes_sum, sum_rows, include_str!("wgsl/product.wgsl")].concat()
            }
            Self::Embed { packing } => {
                [include_str!("wgsl/matrix.wgsl"), packing.source(), include_str!("wgsl/embed.wgsl")].concat()
            }
            Self::Turn { norm } => {
                let constants = format!("const NORM = {norm};\n");
                [&constants, include_str!("wgsl/heads.wgsl"), LANES, include_str!("wgsl/turn.wgsl")].concat()
            }
            Self::Attend => [include_str!("wgsl/heads.wgsl"), LANES, include_str!("wgsl/attend.wgsl")].concat(),
            Self::Best => [LANES, include_str!("wgsl/best.wgsl")].concat(),
        }
    }
}

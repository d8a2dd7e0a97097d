//! The letters that a page shows, each with its place.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph, GlyphIdentifier, GlyphRun, PositionedGlyph};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape as _};

/// Most letters of a page that are looked through: thirty times a page of a telephone book.
const GLYPHS_MAX: usize = 300_000;

/// Where a letter's box ends below and above the line that it stands on, in thousandths of its size: those of Helvetica and
/// Times, with a little air.
const BELOW: f64 = -220.0;
const ABOVE: f64 = 780.0;

/// Width of a letter whose font does not say it, in the same unit.
const WIDTH: f64 = 500.0;

/// The box of a letter of a column, in the same unit: as wide as its size, and from where the writing stands to where the next letter
/// does (ISO 32000-1, 9.7.4.3: what `DW2` is where a font does not say it).
const IN_COLUMN: Rect = Rect::new(0.0, -120.0, 1_000.0, 880.0);

/// How far from each other, in parts of a letter's height, the same letters may stand that are drawn twice to look bold.
const TWICE: f64 = 0.15;

/// A letter, or several that one glyph stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// What it means.
    pub text: String,
    /// Its box on the page, in fractions of it from the upper left.
    pub place: Rect,
    /// Whether the next letter stands below it, not beside it.
    pub is_down: bool,
}

/// The letters of a page in the order in which it draws them. `to_page` leads from its points to fractions of it.
pub fn glyphs<'a>(page: &'a Page<'a>, settings: &InterpreterSettings, to_page: Affine) -> Vec<Letter> {
    let cache = InterpreterCache::new();
    let whole = Rect::new(0.0, 0.0, 1.0, 1.0);
    let mut context = Context::new(to_page, whole, &cache, page.xref(), settings.clone());
    let mut collector = Collector::default();
    interpret_page(page, &mut context, &mut collector);
    collector.letters
}

#[derive(Default)]
struct Collector {
    letters: Vec<Letter>,
    /// Where the outlines of letters end.
    ends: HashMap<GlyphIdentifier, Option<f64>>,
    /// Where the last run begins among them.
    last_run: usize,
}

impl Collector {
    /// Width of a letter before it is placed. Placing stretches the letters of a font that is drawn instead of one that is not in the file
    /// to the widths that the file says. How wide they are before is not told, so they end where their outlines do. Letters without
    /// outlines, as those over a scan, are as wide as the file says.
    fn width(&mut self, glyph: &Glyph<'_>) -> f64 {
        let (said, drawn) = match glyph {
            Glyph::Outline(outline) => {
                let end = || Some(outline.outline().bounding_box().x1).filter(|end| end.is_finite() && *end > 0.0);
                (outline.advance_width(), *self.ends.entry(outline.identifier()).or_insert_with(end))
            }
            Glyph::Type3(drawn) => (drawn.advance_width(), None),
        };
        drawn.unwrap_or_else(|| said.map_or(WIDTH, f64::from))
    }

    /// Takes a run of letters in, unless it is the one before drawn again.
    fn take(&mut self, run: Vec<Letter>) {
        let before = self.letters.get(self.last_run..).unwrap_or_default();
        let is_same = |(a, b): (&Letter, &Letter)| {
            let far = a.place.height().max(a.place.width()) * TWICE;
            a.text == b.text && a.place.center().distance(b.place.center()) <= far
        };
        if run.is_empty() || (before.len() == run.len() && before.iter().zip(&run).all(is_same)) {
            return;
        }
        self.last_run = self.letters.len();
        self.letters.extend(run);
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        if self.letters.len() >= GLYPHS_MAX {
            return;
        }
        let is_down = run.writing_mode() == WritingMode::Vertical;
        let letter = |glyph: &PositionedGlyph<'a>| {
            let text = match glyph.as_unicode()? {
                BfString::Char(c) => c.to_string(),
                BfString::String(text) => text,
            };
            let own = if is_down { IN_COLUMN } else { Rect::new(0.0, BELOW, self.width(glyph), ABOVE) };
            let place = (props.transform * glyph.transform()).transform_rect_bbox(own);
            // What stands beside the page is not seen.
            let centre = place.center();
            (place.is_finite() && is_on_page(centre)).then_some(Letter { text, place, is_down })
        };
        let letters = run.glyphs().iter().filter_map(letter).collect();
        self.take(letters);
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

fn is_on_page(point: Point) -> bool {
    (0.0..=1.0).contains(&point.x) && (0.0..=1.0).contains(&point.y)
}

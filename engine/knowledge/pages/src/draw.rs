//! A page as a picture.

use conclave_protocol::{Bytes, Cited, CitedOnPage, PageFault, PageImage, PageWish};
use hayro::hayro_interpret::{InterpreterSettings, TransformExt as _};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::find::find;
use crate::glyphs::glyphs;

/// Bytes of a pixel in memory, and in the file: white paper lets nothing through.
const RGBA: usize = 4;
const RGB: usize = 3;

/// Draws a page.
pub fn draw(pdf: &Pdf, wish: &PageWish) -> Result<PageImage, PageFault> {
    let pages = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    let index = usize::try_from(wish.page).ok().and_then(|page| page.checked_sub(1));
    let page = index.and_then(|index| pdf.pages().get(index)).ok_or(PageFault::NoSuchPage { pages })?;
    let size = Size::of(page.render_dimensions(), wish.width_px).ok_or(PageFault::BadSize)?;
    let settings = InterpreterSettings::default();
    let drawing = PixmapSettings { x_scale: size.x_scale(), y_scale: size.y_scale(), bg_color: WHITE };
    let pixels = render(page, &RenderCache::new(), &settings, &RenderSettings::default(), &drawing);
    let (width, height) = (u32::from(pixels.width()), u32::from(pixels.height()));
    let png = encode(&pixels).ok_or(PageFault::BadSize)?;
    let cited = wish.cited.as_ref().map_or(CitedOnPage::NotAsked, |cited| look_for(cited, page, &settings, &size));
    Ok(PageImage { page: wish.page, pages, width, height, width_pt: size.page.0, cited, png: Bytes(png) })
}

fn look_for(cited: &Cited, page: &Page<'_>, settings: &InterpreterSettings, size: &Size) -> CitedOnPage {
    let (width, height) = size.page;
    let to_page = Affine::scale_non_uniform(1.0 / f64::from(width), 1.0 / f64::from(height))
        * page.initial_transform(true).to_kurbo();
    find(cited, &glyphs(page, settings, to_page))
}

/// Sizes of a page and of its picture.
struct Size {
    /// In points.
    page: (f32, f32),
    /// In pixels.
    pixels: (u32, u32),
}

impl Size {
    /// The largest picture that is as wide as wanted at most, and has no more pixels than one may have.
    fn of(page: (f32, f32), width_px: u32) -> Option<Self> {
        let (width, height) = page;
        let is_size = |side: f32| side.is_finite() && side > 0.0;
        if !is_size(width) || !is_size(height) {
            return None;
        }
        let (width, height) = (f64::from(width), f64::from(height));
        let side = f64::from(PageImage::SIDE_MAX);
        let most = (f64::from(PageImage::PIXELS_MAX) / (width * height)).sqrt();
        let scale = (f64::from(width_px.max(1)) / width).min(most).min(side / width).min(side / height);
        // A float-to-integer cast saturates. A line has a pixel, however thin its page is.
        let pixels = |length: f64| ((length * scale).floor() as u32).clamp(1, PageImage::SIDE_MAX);
        let pixels = (pixels(width), pixels(height));
        scale.is_normal().then_some(Self { page, pixels })
    }

    /// What a point is in pixels; a little more, so that rounding down gives the size in pixels.
    fn x_scale(&self) -> f32 {
        (self.pixels.0 as f32 + 0.01) / self.page.0
    }

    fn y_scale(&self) -> f32 {
        (self.pixels.1 as f32 + 0.01) / self.page.1
    }
}

/// The picture as a PNG file. Made quickly: it goes no further than to the page.
fn encode(pixels: &Pixmap) -> Option<Vec<u8>> {
    let opaque: Vec<u8> =
        pixels.data_as_u8_slice().chunks_exact(RGBA).filter_map(|pixel| pixel.get(..RGB)).flatten().copied().collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width().into(), pixels.height().into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&opaque).ok()?;
    writer.finish().ok()?;
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_to_its_bounds_whatever_the_page_is() {
        let size = |page, width_px| Size::of(page, width_px).map(|size| size.pixels);
        assert_eq!(size((595.0, 842.0), 595), Some((595, 842)));
        assert_eq!(size((595.0, 842.0), 0), Some((1, 1)));
        assert_eq!(size((14_400.0, 14_400.0), 100_000), Some((2_000, 2_000)));
        assert_eq!(size((1.0, 14_400.0), 5_000), Some((1, 8_000)));
        for bad in [(0.0, 842.0), (-1.0, 842.0), (f32::NAN, 842.0), (f32::INFINITY, 842.0), (1.0, f32::NAN)] {
            assert_eq!(size(bad, 500), None, "{bad:?}");
        }
        for page in [(f32::MAX, f32::MAX), (f32::MIN_POSITIVE, 1.0), (1e-30, 1e30), (3.7, 9e9)] {
            if let Some((width, height)) = size(page, u32::MAX) {
                assert!(
                    width * height <= PageImage::PIXELS_MAX && width.max(height) <= PageImage::SIDE_MAX,
                    "{page:?}"
                );
            }
        }
    }
}

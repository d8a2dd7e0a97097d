//! Pages of generated files: what is drawn, and where the cited words are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the importer's own tests use more of it")]
#[path = "../../import/tests/common/pdf.rs"]
mod pdf;

use conclave_pages::Document;
use conclave_protocol::{Cited, CitedOnPage, PageFault, PageImage, PageRect, PageWish};

/// Width and height of the generated pages in points.
const PAGE: (f32, f32) = (595.0, 842.0);

fn wish(page: u32, width_px: u32) -> PageWish {
    PageWish { page, width_px, cited: None }
}

fn cited(text: &str) -> PageWish {
    PageWish { page: 1, width_px: 595, cited: Some(Cited { text: text.into(), ..Cited::default() }) }
}

fn draw(file: Vec<u8>, wish: &PageWish) -> PageImage {
    Document::open(file).unwrap().draw(wish).unwrap()
}

/// One page with these lines, each at its place and size.
fn page(lines: &[(u32, u32, u32, &str)]) -> Vec<u8> {
    pdf::document(&[pdf::lines(lines)], "", "", &[])
}

/// The pixels of a picture, three bytes each.
fn pixels(image: &PageImage) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&image.png.0)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height, info.color_type), (image.width, image.height, png::ColorType::Rgb));
    pixels
}

/// The share of dark pixels inside a rectangle.
fn ink(image: &PageImage, rect: &PageRect) -> f64 {
    let pixels = pixels(image);
    let (width, height) = (image.width as f32, image.height as f32);
    let (left, right) = ((rect.left * width) as usize, ((rect.left + rect.width) * width) as usize);
    let (top, bottom) = ((rect.top * height) as usize, ((rect.top + rect.height) * height) as usize);
    let mut dark = 0;
    for y in top..bottom {
        dark += (left..right).filter(|x| pixels[(y * image.width as usize + x) * 3] < 128).count();
    }
    dark as f64 / ((right - left) * (bottom - top)).max(1) as f64
}

fn rects(image: &PageImage) -> &[PageRect] {
    match &image.cited {
        CitedOnPage::Found { rects, .. } => rects,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_is_drawn_as_large_as_asked_for() {
    let file =
        pdf::document(&[pdf::lines(&[(72, 700, 24, "First")]), pdf::lines(&[(72, 100, 24, "Second")])], "", "", &[]);
    let document = Document::open(file).unwrap();
    assert_eq!(document.pages(), 2);
    let image = document.draw(&wish(2, 1_190)).unwrap();
    assert_eq!((image.page, image.pages, image.width, image.height, image.width_pt), (2, 2, 1_190, 1_684, 595.0));
    assert_eq!(image.cited, CitedOnPage::NotAsked);
    let line = |top: f32| PageRect { left: 0.1, top, width: 0.2, height: 0.05 };
    assert!(ink(&image, &line(0.85)) > 0.02, "the line at the foot of the second page");
    assert_eq!(ink(&image, &line(0.14)), 0.0, "the first page's is not there");
    assert_eq!(document.draw(&wish(3, 100)), Err(PageFault::NoSuchPage { pages: 2 }));
    assert_eq!(document.draw(&wish(0, 100)), Err(PageFault::NoSuchPage { pages: 2 }));
}

#[test]
fn cited_words_are_marked_where_they_are_drawn() {
    let file = page(&[
        (72, 700, 20, "The warranty of the pump"),
        (72, 670, 20, "lasts for two years."),
        (72, 100, 20, "Other words."),
    ]);
    let image = draw(file, &cited("warranty of the pump lasts for"));
    let [first, second] = rects(&image) else { panic!("{:?}", image.cited) };
    // The widths of Helvetica: "The " has 0.611 + 0.556 + 0.556 + 0.278 of its size.
    let left = (72.0 + 20.0 * 2.001) / PAGE.0;
    assert!((first.left - left).abs() < 0.002, "{first:?} instead of {left}");
    assert!((second.left - 72.0 / PAGE.0).abs() < 0.002, "{second:?}");
    for (rect, baseline) in [(first, 700.0), (second, 670.0)] {
        let line = 1.0 - baseline / PAGE.1;
        assert!(rect.top < line && line < rect.top + rect.height && rect.height < 0.03, "{rect:?} around {line}");
        let share = ink(&image, rect);
        assert!((0.05..0.5).contains(&share), "{share} of it are ink");
    }
    let ends = |rect: &PageRect| rect.left + rect.width;
    assert!((ends(second) - (72.0 + 20.0 * 3.723) / PAGE.0).abs() < 0.01, "it ends behind \"for\": {second:?}");
}

#[test]
fn words_that_are_not_on_the_page_are_not_marked() {
    let file = page(&[(72, 700, 20, "The warranty lasts for two years.")]);
    assert_eq!(draw(file.clone(), &cited("The warranty lasts for nine years.")).cited, CitedOnPage::NotFound);
    assert_eq!(draw(file, &wish(1, 100)).cited, CitedOnPage::NotAsked);
    // What stands beside the page is not on it.
    let beside = page(&[(5_000, 700, 20, "The warranty lasts for two years.")]);
    assert_eq!(draw(beside, &cited("The warranty lasts for two years.")).cited, CitedOnPage::NotFound);
}

#[test]
fn a_turned_and_cropped_page_has_its_words_where_they_are_seen() {
    let content = pdf::lines(&[(72, 700, 20, "turned words here")]);
    for (keys, is_wide) in [("/Rotate 90", true), ("/CropBox [50 600 350 800]", true), ("/Rotate 180", false)] {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Count 1 /Kids [4 0 R] {keys} >>"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>".to_owned(),
            pdf::stream("", &content),
        ];
        let image = draw(pdf::file(&objects, ""), &cited("turned words here"));
        assert_eq!(image.width > image.height, is_wide, "{keys}");
        let found = rects(&image);
        let share: f64 = found.iter().map(|rect| ink(&image, rect)).sum::<f64>() / found.len() as f64;
        assert!((0.05..0.6).contains(&share), "{keys}: {share} of {found:?} are ink");
    }
}

#[test]
fn text_that_is_drawn_twice_is_one_text() {
    let content = "BT /F1 20 Tf 2 Tr 72 700 Td (A bold sentence that is drawn twice.) Tj ET\n".to_owned();
    let image = draw(pdf::document(&[content], "", "", &[]), &cited("A bold sentence that is drawn twice."));
    assert!(
        matches!(&image.cited, CitedOnPage::Found { rects, is_whole: true } if rects.len() == 1),
        "{:?}",
        image.cited
    );
}

#[test]
fn a_scan_with_unseen_text_over_it_is_marked() {
    let content = "BT /F1 20 Tf 3 Tr 72 700 Td (Recognised letters of a scan.) Tj ET\n".to_owned();
    let image = draw(pdf::document(&[content], "", "", &[]), &cited("Recognised letters of a scan."));
    assert_eq!(rects(&image).len(), 1);
    assert_eq!(ink(&image, &rects(&image)[0]), 0.0, "the letters are not drawn");
}

#[test]
fn files_that_are_none_are_refused() {
    for file in [&b""[..], b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj"] {
        assert_eq!(Document::open(file.to_vec()).err(), Some(PageFault::Damaged));
    }
    // Keys that no password leads to.
    let key = "00112233445566778899".repeat(4).split_at(64).0.to_owned();
    let trailer =
        format!("/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -1 /O <{key}> /U <{key}> >>");
    let locked = pdf::document(&[pdf::lines(&[(72, 700, 20, "secret")])], "", &trailer, &[]);
    assert_eq!(Document::open(locked).err(), Some(PageFault::Encrypted));
}

#[test]
fn a_page_without_a_size_is_no_picture() {
    for size in ["[0 0 0 0]", "[0 0 1e30 1e30]", "[0 0 99999999 0.00001]", "[5 5 5 900]"] {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox {size} >>"),
        ];
        // A reader of the format may take such a page for none.
        if let Ok(image) = Document::open(pdf::file(&objects, "")).and_then(|document| document.draw(&wish(1, 4_000))) {
            assert!(image.width * image.height <= PageImage::PIXELS_MAX, "{size}: {image:?}");
        }
    }
}

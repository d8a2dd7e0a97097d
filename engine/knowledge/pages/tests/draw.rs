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

/// A page with this content and this font, whose parts are objects from number 6 on.
fn with_font(content: &str, font: &str, parts: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [4 0 R] >>".to_owned(),
        font.to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>".to_owned(),
        pdf::stream("", content),
    ];
    objects.extend_from_slice(parts);
    pdf::file(&objects, "")
}

#[test]
fn writing_that_runs_down_the_page_is_marked_as_a_column() {
    const MAP: &str = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def\n\
        1 begincodespacerange <0000> <ffff> endcodespacerange\n1 beginbfrange <0000> <00ff> <0000> endbfrange\nendcmap";
    let codes = |words: &str| words.bytes().map(|byte| format!("00{byte:02x}")).collect::<String>();
    let column = |x: u32, words: &str| format!("BT /F1 20 Tf {x} 700 Td <{}> Tj ET\n", codes(words));
    let file = with_font(
        &(column(300, "AwarrantyofWalrusyears") + &column(260, "andthefilterofthepump")),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Helvetica /Encoding /Identity-V /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        &[
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>".to_owned(),
            pdf::stream("", MAP),
        ],
    );
    let image = draw(file, &cited("warranty of Walrus years"));
    let [rect] = rects(&image) else { panic!("{:?}", image.cited) };
    // Each letter is 20 points wide and high, around the line on which the column hangs; the first one is not cited.
    let is = |value: f32, points: f32, of: f32| (value - points / of).abs() < 0.002;
    assert!(is(rect.left, 290.0, PAGE.0) && is(rect.width, 20.0, PAGE.0), "{rect:?}");
    assert!(is(rect.top, PAGE.1 - 680.0, PAGE.1) && is(rect.height, 21.0 * 20.0, PAGE.1), "{rect:?}");
    let share = ink(&image, rect);
    assert!((0.02..0.5).contains(&share), "{share} of it are ink");
    let beside = PageRect { left: rect.left + rect.width, ..*rect };
    assert_eq!(ink(&image, &beside), 0.0, "nothing stands to the right of it");
}

#[test]
fn words_in_another_font_than_the_file_wants_are_marked_as_wide_as_they_are_drawn() {
    for (units, size) in [(1_000_u16, 20_u16), (250, 60)] {
        let widths = format!("{units} ").repeat(95);
        let font = format!(
            "<< /Type /Font /Subtype /TrueType /BaseFont /Unheard /FirstChar 32 /LastChar 126 /Widths [{widths}] /Encoding /WinAnsiEncoding \
             /FontDescriptor << /Type /FontDescriptor /FontName /Unheard /Flags 32 /MissingWidth {units} >> >>"
        );
        let content = format!("BT /F1 {size} Tf 60 700 Td (see the home) Tj ET\n");
        let image = draw(with_font(&content, &font, &[]), &cited("home"));
        let [rect] = rects(&image) else { panic!("{:?}", image.cited) };
        let letter = f32::from(units) / 1_000.0 * f32::from(size);
        let (left, right) = ((60.0 + 8.0 * letter) / PAGE.0, (60.0 + 12.0 * letter) / PAGE.0);
        let end = rect.left + rect.width;
        // An "e" ends a tenth of its width before the next letter begins.
        assert!((rect.left - left).abs() < 0.002, "{units}: {rect:?} instead of {left}");
        assert!((0.0..letter * 0.15 / PAGE.0).contains(&(right - end)), "{units}: {end} instead of {right}");
        let behind = PageRect { left: end + 0.002, width: 0.05, ..*rect };
        assert_eq!(ink(&image, &behind), 0.0, "{units}: letters stand behind it");
        let last = PageRect { left: end - letter * 0.3 / PAGE.0, width: letter * 0.3 / PAGE.0, ..*rect };
        assert!(ink(&image, &last) > 0.02, "{units}: it ends behind the last letter");
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
fn a_page_without_a_size_is_a_sheet_of_paper_or_none() {
    let drawn = |size: &str| {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox {size} >>"),
        ];
        let image = Document::open(pdf::file(&objects, "")).and_then(|document| document.draw(&wish(1, 400)));
        image.map(|image| (image.width, image.height))
    };
    // What has no area is taken for A4.
    let paper = Ok((400, 565));
    assert_eq!(["[0 0 0 0]", "[5 5 5 900]", "[0 0 99999999 0.00001]"].map(drawn), [paper; 3]);
    assert_eq!(drawn("[0 0 1 99999999]"), Ok((1, 8_000)), "as high as a picture may be");
    assert_eq!(drawn("[0 0 1e30 1e30]"), Err(PageFault::Damaged), "numbers of PDF have no exponents: there is no page");
}

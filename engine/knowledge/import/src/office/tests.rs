use conclave_protocol::ProblemCode;
use conclave_protocol::imported::{Kind, Outcome, Place};

use crate::testing::zip::{archive, deflated, zip};
use crate::testing::{headings, places, read, read_all, refused};

const TYPES: &[u8] = b"<Types/>";

fn rels(entries: &[(&str, &str)]) -> Vec<u8> {
    let rows = entries.iter().enumerate().map(|(index, (kind, target))| {
        format!("<Relationship Id=\"r{index}\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\"/>")
    });
    format!("<?xml version=\"1.0\"?><Relationships>{}</Relationships>", rows.collect::<String>()).into_bytes()
}

/// A Word document of this body, with styles, numbering and notes.
fn word(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"w\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>"
    );
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"T\"><w:name w:val=\"Title\"/></w:style>\
        <w:style w:styleId=\"berschrift2\"><w:name w:val=\"heading 2\"/></w:style>\
        <w:style w:styleId=\"Own\"><w:name w:val=\"Own\"/><w:basedOn w:val=\"berschrift2\"/></w:style>\
        <w:style w:styleId=\"Loop\"><w:name w:val=\"Loop\"/><w:basedOn w:val=\"Loop\"/></w:style></w:styles>";
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"7\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/></w:lvl>\
        <w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"bullet\"/></w:lvl></w:abstractNum>\
        <w:num w:numId=\"1\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>";
    let notes = "<w:footnotes><w:footnote w:type=\"separator\" w:id=\"0\"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>\
        <w:footnote w:id=\"2\"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let header = "<w:hdr><w:p><w:r><w:t>Harbour Office, Pier 4</w:t></w:r></w:p></w:hdr>";
    let core = "<cp:coreProperties><dc:title>Microsoft Word - x.doc</dc:title>\
        <dcterms:modified>2024-03-01T10:22:05Z</dcterms:modified></cp:coreProperties>";
    zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", &rels(&[("officeDocument", "word/document.xml")])),
        (
            "word/_rels/document.xml.rels",
            &rels(&[
                ("styles", "styles.xml"),
                ("numbering", "/word/numbering.xml"),
                ("footnotes", "../word/footnotes.xml"),
                ("header", "header1.xml"),
                ("header", "header1.xml"),
            ]),
        ),
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
        ("word/header1.xml", header.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ])
}

fn paragraph(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn item(level: u8, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
    )
}

#[test]
fn a_text_document_keeps_its_structure() {
    let body = [
        paragraph("T", "Fees &amp; dues"),
        paragraph("Own", "Pilots"),
        "<w:p><w:r><w:t xml:space=\"preserve\">A ship </w:t></w:r><w:del><w:r><w:delText>boat</w:delText></w:r></w:del>\
         <w:hyperlink r:id=\"r9\"><w:r><w:t>pays</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>410 euros.</w:t>\
         <w:footnoteReference w:id=\"2\"/></w:r></w:p>"
            .to_owned(),
        item(0, "First"),
        item(1, "Inner"),
        item(0, "Second"),
        "<w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Length</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Fee</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:tc><w:p><w:r><w:t>60 m</w:t></w:r></w:p></w:tc><w:tc><w:p/><w:p><w:r><w:t>410</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            .to_owned(),
        "<w:p><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
         <mc:Fallback><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:r><w:t>Behind it.</w:t></w:r></w:p>"
            .to_owned(),
    ]
    .concat();
    let imported = read("fees.docx", &word(&body));
    assert_eq!(
        imported.text,
        "Harbour Office, Pier 4\n\nFees & dues\n\nPilots\n\nA ship pays 410 euros.[2]\n\n1. First\n  - Inner\n2. Second\n\n\
         Length | Fee\n60 m | 410\n\nIn a box.\n\nBehind it.\n\n[2] A note."
    );
    assert_eq!(headings(&imported), [("Fees & dues", 1), ("Pilots", 2)]);
    assert_eq!((imported.title.as_str(), imported.kind), ("Fees & dues", Kind::Word));
    assert_eq!(imported.date_ms, Some(1_709_288_525_000));
}

#[test]
fn external_entities_and_billion_laughs_stand_for_nothing() {
    let document = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY a \"lol\">\
        <!ENTITY b \"&a;&a;&a;&a;\">]><w:document><w:body><w:p><w:r><w:t>Safe &x;&b;&#65;&lt; text</w:t></w:r></w:p></w:body></w:document>";
    let files = [("[Content_Types].xml", TYPES), ("word/document.xml", document.as_bytes())];
    assert_eq!(read("a.docx", &zip(&files)).text, "Safe A< text");
}

#[test]
fn damaged_documents_give_what_is_there_and_say_so() {
    let cut = word(&paragraph("Loop", "Before the end.")).clone();
    let (documents, report) = read_all("a.docx", &cut[..cut.len() - 30]);
    assert_eq!(documents.len(), 1);
    assert!(matches!(&report.outcome, Outcome::Partial(reason) if reason.contains("cut off")), "{report:?}");
    let broken = zip(&[("[Content_Types].xml", TYPES), ("word/document.xml", b"<w:p><w:t>Words</w:t></w:p><w:p <<")]);
    let (documents, report) = read_all("a.docx", &broken);
    assert_eq!(documents[0].text, "Words");
    assert!(matches!(&report.outcome, Outcome::Partial(reason) if reason.contains("breaks off")), "{report:?}");
    let deep = format!("<w:t>x</w:t>{}", "<w:p>".repeat(100_000));
    let files = [("[Content_Types].xml", TYPES), ("word/document.xml", deep.as_bytes())];
    assert!(matches!(read_all("a.docx", &zip(&files)).1.outcome, Outcome::Partial(_)));
    assert_eq!(refused("a.docx", &word("<w:sectPr/>")[..60]).code, ProblemCode::DamagedFile);
}

#[test]
fn a_bomb_in_a_document_is_refused() {
    let huge = format!("<w:p>{}</w:p>", " ".repeat(30_000_000));
    let files = archive(&[deflated("[Content_Types].xml", TYPES), deflated("word/document.xml", huge.as_bytes())]);
    assert_eq!(refused("a.docx", &files).code, ProblemCode::Harmful);
}

#[test]
fn slides_come_in_the_presentations_order_with_notes() {
    let slide = |title: &str, text: &str| {
        format!(
            "<p:sld><p:sp><p:nvPr><p:ph type=\"title\"/></p:nvPr><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:sp>\
             <p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p><a:p><a:r><a:t>more</a:t></a:r></a:p></p:sp></p:sld>"
        )
    };
    let notes = "<p:notes><p:sp><p:nvPr><p:ph type=\"sldNum\"/></p:nvPr><a:p><a:t>7</a:t></a:p></p:sp>\
        <p:sp><p:nvPr><p:ph type=\"body\"/></p:nvPr><a:p><a:t>Say hello.</a:t></a:p></p:sp></p:notes>";
    let file = zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", &rels(&[("officeDocument", "ppt/presentation.xml")])),
        ("ppt/presentation.xml", b"<p:presentation><p:sldIdLst><p:sldId id=\"256\" r:id=\"r1\"/><p:sldId id=\"257\" r:id=\"r0\"/></p:sldIdLst></p:presentation>"),
        ("ppt/_rels/presentation.xml.rels", &rels(&[("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")])),
        ("ppt/slides/slide1.xml", slide("Last", "end").as_bytes()),
        ("ppt/slides/slide2.xml", slide("First", "start").as_bytes()),
        ("ppt/slides/_rels/slide2.xml.rels", &rels(&[("notesSlide", "../notesSlides/notesSlide1.xml")])),
        ("ppt/notesSlides/notesSlide1.xml", notes.as_bytes()),
    ]);
    let imported = read("talk.pptx", &file);
    assert_eq!(imported.text, "First\n\nstart\nmore\n\nSay hello.\n\nLast\n\nend\nmore");
    assert_eq!(places(&imported), [(Place::Slide(1), "First"), (Place::Slide(2), "Last")]);
    assert_eq!((imported.title.as_str(), imported.kind), ("First", Kind::Slides));
    assert_eq!(headings(&imported), [("First", 2), ("Last", 2)]);
}

#[test]
fn rows_of_a_workbook_carry_their_columns() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>Born</t></is></c>\
        <c r=\"D1\" t=\"s\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\" s=\"1\"><v>-30813</v></c>\
        <c r=\"D3\"><v>0.10000000000000001</v></c></row><row r=\"4\"><c r=\"A4\"><f>1+1</f><v>2</v></c><c r=\"B4\" s=\"1\"><v>45352.432</v></c>\
        <c r=\"D4\" t=\"b\"><v>1</v></c></row></sheetData></worksheet>";
    let file = zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", &rels(&[("officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"r0\"/><sheet name=\"Two\" r:id=\"r1\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            &rels(&[
                ("worksheet", "worksheets/sheet1.xml"),
                ("worksheet", "worksheets/sheet2.xml"),
                ("sharedStrings", "sharedStrings.xml"),
                ("styles", "styles.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/worksheets/sheet2.xml", b"<worksheet><sheetData><row><c><v>5</v></c></row></sheetData></worksheet>"),
        ("xl/sharedStrings.xml", b"<sst><si><t>Name</t></si><si><t>Share</t></si><si><r><t>Ada </t></r><r><t>Lovelace</t></r><rPh><t>no</t></rPh></si></sst>"),
        ("xl/styles.xml", b"<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[Red]yyyy\\-mm\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"),
    ]);
    let imported = read("people.xlsx", &file);
    assert_eq!(
        imported.text,
        "People\n\nName: Ada Lovelace | Born: -30813 | Share: 0.1\nName: 2 | Born: 2024-03-01 10:22 | Share: TRUE\n\nTwo\n\n5\n"
    );
    assert_eq!(places(&imported)[0].0, Place::Row { sheet: 1, row: 3 });
    assert_eq!(places(&imported)[2], (Place::Row { sheet: 2, row: 1 }, "5"));
    assert_eq!(headings(&imported), [("People", 2), ("Two", 2)]);
    assert!(imported.kind.is_by_line());
}

#[test]
fn open_documents_are_read_by_what_they_are() {
    let file = |content: &str| {
        let content =
            format!("<office:document-content><office:body>{content}</office:body></office:document-content>");
        zip(&[
            ("mimetype", b"application/vnd.oasis.opendocument"),
            ("content.xml", content.as_bytes()),
            ("meta.xml", b"<m><dc:title>From meta</dc:title><dc:date>2024-03-01</dc:date></m>"),
        ])
    };
    let text = "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h text:outline-level=\"2\">Head</text:h>\
        <text:p>One<text:s/>two<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>noted</text:p></text:note-body></text:note>.</text:p>\
        <text:list><text:list-item><text:p>a</text:p></text:list-item><text:list-item><text:p>b</text:p></text:list-item></text:list></office:text>";
    let imported = read("a.odt", &file(text));
    assert_eq!(imported.text, "Head\n\nOne two [noted].\n\n- a\n- b");
    assert_eq!((headings(&imported), imported.title.as_str()), (vec![("Head", 2)], "From meta"));
    let sheet = "<office:spreadsheet><table:table table:name=\"S\"><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>\
        <table:table-cell><text:p>Age</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated=\"1048000\">\
        <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row><table:table-row><table:table-cell><text:p>Ann</text:p></table:table-cell>\
        <table:table-cell><text:p>40</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>";
    let imported = read("a.ods", &file(sheet));
    assert_eq!(imported.text, "S\n\nName: Ann | Age: 40\n");
    assert_eq!(places(&imported), [(Place::Row { sheet: 1, row: 1_048_002 }, "Name: Ann | Age: 40")]);
    let slides = "<office:presentation><draw:page><draw:frame presentation:class=\"title\"><text:p>Talk</text:p></draw:frame>\
        <draw:frame><text:p>words</text:p></draw:frame></draw:page></office:presentation>";
    assert_eq!(places(&read("a.odp", &file(slides))), [(Place::Slide(1), "Talk")]);
}

#[test]
fn locked_documents_are_refused_as_locked() {
    let odt = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"\x01\x02"),
        ("META-INF/manifest.xml", b"<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"),
    ]);
    assert_eq!(refused("a.odt", &odt).code, ProblemCode::Encrypted);
    // A locked OOXML document is an old container with the package inside.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let docx = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 2000], name].concat();
    assert_eq!(refused("a.docx", &docx).code, ProblemCode::Encrypted);
}

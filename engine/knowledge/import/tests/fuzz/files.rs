//! A small sound file of every format.

use crate::{pdf, zip};

/// A package: its name, and its parts with theirs.
pub type Package = (&'static str, Vec<(&'static str, Vec<u8>)>);

const MAIL: &str = "From: Ann <ann@example.org>\r\nTo: bo@example.org\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nDate: Fri, 1 Mar 2024 11:22:05 +0100\r\n\
    Message-ID: <1@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>See you</p>\r\n\
    --b\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nTmFtZSxBZ2UKQW5uLDQwCg==\r\n--b--\r\n";
const CHAT: &str = r#"[{"title":"Tides","create_time":1709288525.5,"current_node":"b","mapping":{"a":{"message":{"author":{"role":"user"},
    "create_time":1709288525,"content":{"content_type":"text","parts":["Why?\n\u00fc"]}},"parent":null},"b":{"message":{"author":{"role":"assistant"},
    "content":{"content_type":"text","parts":["The moon."]}},"parent":"a"}}}]"#;
const CLAUDE: &str = r#"[{"uuid":"u","name":"N","created_at":"2024-03-01T10:22:05Z","chat_messages":[{"sender":"human","text":"Hi","content":[],
    "attachments":[{"file_name":"a","extracted_content":"b"}]}]}]"#;
const RTF: &str = "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset204 A;}}{\\info{\\title T}}\\f0 Caf\\'e9 \\u8364?\\par\\trowd a\\cell b\\cell\\row\\pard end}";
const SRT: &str = "1\n00:00:01,000 --> 00:00:02,500\n<i>The tide</i>\nrises\n\n2\n00:00:02,600 --> 00:00:04,000\nin the {\\an8}morning.\n";
const VTT: &str = "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\n<v Ann>Hello &amp; bye\n";
const HTML: &str = "<!doctype html><meta charset=utf-8><title>T</title><nav>n</nav><h1>H</h1><p>One<ul><li>a</ul><table><tr><td>x<td>y</table><pre>p\n q</pre>";

/// All files with their names.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut files: Vec<(&'static str, Vec<u8>)> = [
        ("a.eml", MAIL),
        ("conversations.json", CHAT),
        ("claude.json", CLAUDE),
        ("a.rtf", RTF),
        ("a.srt", SRT),
        ("a.vtt", VTT),
        ("a.html", HTML),
        ("a.md", "---\ntitle: T\n---\n# One\n\n- a\n\n```\n# no\n```\nTwo\n===\n"),
        ("a.txt", "Guide\n=====\n\nWords, größer.\n\nINSTALLING\n\nmore\n"),
        ("a.csv", "Name;Born;\"No;te\"\r\nAda;1815;\"a \"\"b\"\"\nc\"\r\nBo;1900;\r\n"),
        ("a.jsonl", "{\"a\":\"x\\ny\",\"b\":[1,{}]}\n{\"a\":\"\\ud83d\\ude00\"}\n"),
        ("run", "#!/usr/bin/env python3\nprint('x')\n"),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()))
    .into();
    files.push((
        "a.mbox",
        format!("From a@x Fri Mar  1 11:22:05 2024\n{MAIL}\n\nFrom b@x Fri Mar  1 11:22:05 2024\n{MAIL}").into_bytes(),
    ));
    files.push(("utf16.txt", "Tide, größer".encode_utf16().flat_map(u16::to_le_bytes).collect()));
    let mut packed = Vec::new();
    for (name, parts) in packages() {
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        packed.push((name, zip::zip(&parts)));
    }
    let inside: Vec<(&str, &[u8])> =
        files.iter().chain(&packed).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let archive = zip::zip(&inside);
    files.extend(packed);
    files.push(("all.zip", archive));
    if cfg!(feature = "pdf") {
        let page =
            pdf::lines(&[(72, 780, 20, "A title"), (72, 700, 10, "Words of a page."), (300, 700, 10, "A column.")]);
        let first = pdf::after(2);
        let more = [
            format!("<< /First {} 0 R >>", first + 1),
            "<< /Title (A title) >>".to_owned(),
            "<< /Title (T) >>".to_owned(),
        ];
        let (catalog, trailer) = (format!("/Outlines {first} 0 R"), format!("/Info {} 0 R", first + 2));
        files.push(("a.pdf", pdf::document(&[page.clone(), page], &catalog, &trailer, &more)));
    }
    files
}

/// Formats that are archives of parts.
pub fn packages() -> Vec<Package> {
    let part = |name: &'static str, text: &str| (name, text.as_bytes().to_vec());
    let rel = |kind: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"r0\" Type=\"http://x/{kind}\" Target=\"{target}\"/></Relationships>")
    };
    vec![
        (
            "a.docx",
            vec![
                part("[Content_Types].xml", "<Types/>"),
                part("_rels/.rels", &rel("officeDocument", "word/document.xml")),
                part("word/_rels/document.xml.rels", &rel("styles", "styles.xml")),
                part(
                    "word/styles.xml",
                    "<w:styles><w:style w:styleId=\"H\"><w:name w:val=\"heading 1\"/></w:style></w:styles>",
                ),
                part(
                    "word/document.xml",
                    "<w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:r><w:t>Head</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/>\
                     <w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>Item &amp; one</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
                ),
            ],
        ),
        (
            "a.pptx",
            vec![
                part("[Content_Types].xml", "<Types/>"),
                part("_rels/.rels", &rel("officeDocument", "ppt/presentation.xml")),
                part("ppt/_rels/presentation.xml.rels", &rel("slide", "slides/slide1.xml")),
                part("ppt/presentation.xml", "<p:presentation><p:sldId id=\"1\" r:id=\"r0\"/></p:presentation>"),
                part(
                    "ppt/slides/slide1.xml",
                    "<p:sld><p:sp><p:ph type=\"title\"/><a:p><a:t>Talk</a:t></a:p></p:sp><p:sp><a:p><a:t>words</a:t></a:p></p:sp></p:sld>",
                ),
            ],
        ),
        (
            "a.xlsx",
            vec![
                part("[Content_Types].xml", "<Types/>"),
                part("_rels/.rels", &rel("officeDocument", "xl/workbook.xml")),
                part("xl/_rels/workbook.xml.rels", &rel("worksheet", "worksheets/sheet1.xml")),
                part("xl/workbook.xml", "<workbook><sheet name=\"S\" r:id=\"r0\"/></workbook>"),
                part(
                    "xl/worksheets/sheet1.xml",
                    "<worksheet><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c><c r=\"C1\" t=\"str\"><v>Age</v></c></row><row r=\"9\"><c r=\"A9\"><v>1.5</v></c><c r=\"C9\" s=\"0\"><v>2</v></c></row></worksheet>",
                ),
            ],
        ),
        (
            "a.odt",
            vec![
                part("mimetype", "application/vnd.oasis.opendocument.text"),
                part(
                    "content.xml",
                    "<d><text:h text:outline-level=\"1\">Head</text:h><text:list><text:list-item><text:p>a<text:s/>b</text:p></text:list-item></text:list><text:note><text:p>n</text:p></text:note></d>",
                ),
                part("meta.xml", "<m><dc:title>T</dc:title></m>"),
            ],
        ),
        (
            "a.ods",
            vec![
                part("mimetype", "x"),
                part(
                    "content.xml",
                    "<d><office:spreadsheet><table:table table:name=\"S\"><table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"2\"><text:p>v</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></d>",
                ),
            ],
        ),
        (
            "a.epub",
            vec![
                part("mimetype", "application/epub+zip"),
                part("META-INF/container.xml", "<c><rootfile full-path=\"b.opf\"/></c>"),
                part(
                    "b.opf",
                    "<p><dc:title>T</dc:title><item id=\"a\" href=\"a%2Ehtml\" media-type=\"application/xhtml+xml\"/><item id=\"n\" href=\"n.html\" properties=\"nav\" media-type=\"application/xhtml+xml\"/><itemref idref=\"a\"/></p>",
                ),
                part("a.html", "<html><p>Words of a chapter.</p></html>"),
                part("n.html", "<nav><a href=\"a.html\">One</a></nav>"),
            ],
        ),
    ]
}

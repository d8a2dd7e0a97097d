use conclave_protocol::ProblemCode;
use conclave_protocol::imported::{Kind, Outcome};

use crate::testing::zip::zip;
use crate::testing::{read, read_all, refused_parts};

const PLAIN: &str = "Return-Path: <ann@example.org>\r\nFrom: =?utf-8?q?Ann_L=C3=B6w?= <ann@example.org>\r\nTo: bo@example.org, C <c@example.org>\r\n\
    Subject: =?iso-8859-1?q?Caf=E9?= on Friday\r\nDate: Fri, 1 Mar 2024 11:22:05 +0100\r\nMIME-Version: 1.0\r\n";

fn message(rest: &str) -> String {
    format!("{PLAIN}{rest}")
}

#[test]
fn headers_and_the_plain_body_are_read() {
    let two = message(
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSee you at the caf=E9.=20\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n<p>See you <script>x</script></p>\r\n--b--\r\n",
    );
    let imported = read("a.eml", two.as_bytes());
    assert_eq!(
        imported.text,
        "Subject: Café on Friday\nFrom: Ann Löw <ann@example.org>\nTo: bo@example.org, C <c@example.org>\nDate: 2024-03-01 10:22\n\nSee you at the café."
    );
    assert_eq!((imported.title.as_str(), imported.kind), ("Café on Friday", Kind::Mail));
    assert_eq!(imported.date_ms, Some(1_709_288_525_000));
    let page =
        message("Content-Type: text/html; charset=utf-8\r\n\r\n<html><h1>Hello</h1><p>Only a page<br>here.</p></html>");
    assert!(read("b", page.as_bytes()).text.ends_with("\n\nHello\n\nOnly a page\nhere."));
}

#[test]
fn attachments_are_files_of_their_own() {
    let archive = zip(&[("list.csv", b"Name,Age\nAnn,40\n"), ("../bad.txt", b"x")]);
    let packed = base64(&archive);
    let inner = message("\r\nThe inner message.").replace("Friday", "Saturday");
    let mail = message(&format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the files.\r\n\
         --b\r\nContent-Type: application/zip; name=files.zip\r\nContent-Disposition: attachment; filename=files.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n\
         --b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{inner}\r\n\
         --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    ));
    let (documents, report) = read_all("a.eml", mail.as_bytes());
    let seen: Vec<_> = documents.iter().map(|one| (one.path.as_deref(), one.title.as_str())).collect();
    assert_eq!(
        seen,
        [
            (None, "Café on Friday"),
            (Some("a.eml/files.zip/list.csv"), "list.csv"),
            (Some("a.eml/attachment 2.eml"), "Café on Saturday")
        ]
    );
    assert_eq!(documents[0].notes, ["1 attached picture or recording was left out."]);
    assert_eq!(refused_parts(&report), [("a.eml/files.zip/../bad.txt", ProblemCode::Harmful)]);
    assert!(matches!(report.outcome, Outcome::Partial(_)));
}

#[test]
fn a_mailbox_is_one_document_for_each_message() {
    let second = message("\n>From here on, all is well.\nFrom my side too.\n").replace("Friday", "Sunday");
    let mailbox = format!(
        "From ann@example.org Fri Mar  1 11:22:05 2024\n{}\n\nFrom MAILER-DAEMON Sat Mar  2 08:00:00 2024\n{second}",
        message("\r\nFirst.\r\n")
    );
    for name in ["all.mbox", "Inbox", "x.txt"] {
        let (documents, report) = read_all(name, mailbox.as_bytes());
        assert_eq!(documents.len(), 2, "{name}: {report:?}");
        assert_eq!(documents[1].path, Some(format!("{name}/2")));
        assert!(
            documents[1].text.ends_with("\n\nFrom here on, all is well.\nFrom my side too."),
            "{}",
            documents[1].text
        );
        assert_eq!(report.outcome, Outcome::Ok);
    }
}

#[test]
fn text_that_looks_a_little_like_mail_stays_text() {
    for text in ["From: Ann\nTo: Bo\nSubject: memo\n\nWords.", "From 1990 to 2000: a history", "Note: this\n\nwords"] {
        assert_eq!(read("a.txt", text.as_bytes()).kind, Kind::Plain, "{text}");
    }
}

#[test]
fn messages_inside_messages_end() {
    let mut mail = message("\r\ninnermost");
    for depth in 0..30 {
        mail = message(&format!(
            "Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n--b{depth}--\r\n"
        ));
    }
    let (documents, _) = read_all("a.eml", mail.as_bytes());
    assert!(!documents.is_empty());
    let open = message(&"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(5_000));
    read_all("a.eml", open.as_bytes());
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for index in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * index)) as usize & 63];
            out.push(if index <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

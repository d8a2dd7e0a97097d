//! Tags, near-duplicates, and what a document takes.

use conclave_protocol::DocumentDetails;

use super::*;

#[test]
fn tags_are_kept_tidy_and_survive_another_import() {
    let (library, other, store) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let tags = ["  Birds ", "birds", "", "a  very\tlong", "Älter"].map(str::to_owned);
    let id = std::slice::from_ref(&info.id);
    let tagged = block_on(library.change_tags(id, &tags, &[])).unwrap().remove(0);
    assert_eq!(tagged.tags, ["a very long", "Birds", "Älter"]);
    block_on(library.add(&prepared("b.md", GEESE), 2)).unwrap();
    block_on(other.refresh()).unwrap();
    assert_eq!((names(&other), &other.list()[0].tags), (vec!["b.md".to_owned()], &tagged.tags));
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(again.list(), library.list());
    // From both tabs, one after the other: neither undoes the other's.
    let changed = block_on(other.change_tags(id, &["New".into()], &["BIRDS".into(), "none".into()])).unwrap();
    assert_eq!(changed[0].tags, ["a very long", "New", "Älter"]);
    let gone = DocumentId("none".into());
    let both = block_on(library.change_tags(&[gone.clone(), info.id.clone()], &[], &["new".into()])).unwrap();
    assert_eq!((both.len(), &both[0].tags[..]), (1, &["a very long".to_owned(), "Älter".to_owned()][..]));
    let before = library.generation();
    assert!(block_on(library.change_tags(&[gone], &["x".into()], &[])).unwrap().is_empty());
    assert_eq!(library.generation(), before, "nothing was written");
}

#[test]
fn documents_that_are_nearly_the_same_are_told() {
    let (library, ..) = tabs();
    let report: String = (0..200).map(|number| format!("The goose number {number} flies south. ")).collect();
    let first = block_on(library.add(&prepared("a.txt", &report), 1)).unwrap();
    block_on(library.add(&prepared("b.md", DUCKS), 2)).unwrap();
    let second = block_on(library.add(&prepared("c.txt", &format!("{report}The end.")), 3)).unwrap();
    let alike = block_on(library.duplicates()).unwrap();
    let ids: Vec<Vec<&DocumentId>> =
        alike.iter().map(|group| group.iter().map(|one| &one.document).collect()).collect();
    assert_eq!(ids, [vec![&first.id, &second.id]]);
    assert_eq!(alike[0][0].share, 1.0);
    assert!((0.8..=1.0).contains(&alike[0][1].share), "{alike:?}");
    block_on(library.remove(&second.id)).unwrap();
    assert!(block_on(library.duplicates()).unwrap().is_empty());
}

#[test]
fn what_a_document_takes_is_told_with_its_passages() {
    let (library, ..) = tabs();
    let report: String = (0..6_000).map(|number| format!("The goose number {number} flies south. ")).collect();
    let report = format!("# Birds\n\n## Geese\n\n{report}");
    let long = block_on(library.add(&prepared("a.md", &report), 1)).unwrap();
    let short = block_on(library.add(&prepared("b.md", DUCKS), 2)).unwrap();
    let details = |id: &DocumentId, first: u32| block_on(library.details(id, first)).unwrap();
    let before = details(&long.id, 0);
    assert_eq!((before.text_bytes, before.embedded, before.vectors_bytes), (report.len() as u64, 0, 0));
    assert_eq!(
        (before.passages, before.listed.len()),
        (long.passages, DocumentDetails::LISTED_MAX.min(long.passages) as usize)
    );
    assert!(long.passages > DocumentDetails::LISTED_MAX, "or the rest below says nothing: {}", long.passages);
    let last = details(&long.id, long.passages - 1);
    assert_eq!((last.first, last.listed.len()), (long.passages - 1, 1));
    let passage = &last.listed[0].passage;
    assert_eq!(
        (passage.span.of(&report), &passage.above[..]),
        (Some(passage.text.as_str()), &["Birds".to_owned()][..])
    );
    assert_eq!(passage.heading, "Geese");
    assert!(details(&long.id, u32::MAX).listed.is_empty());
    // The longer text has the larger share.
    assert!(before.words_bytes > 10 * details(&short.id, 0).words_bytes, "{before:?}");

    let rows = vec![(long.id.clone(), 0, vec![vec![1.0, 0.0]; 3])];
    block_on(library.attach(&PassageVectors { encoder: "mini".into(), dim: 2, rows })).unwrap();
    let after = details(&long.id, 0);
    assert_eq!((after.embedded, after.vectors_bytes), (3, 6));
    let embedded: Vec<bool> = after.listed.iter().take(4).map(|one| one.embedded).collect();
    assert_eq!(embedded, [true, true, true, false]);
    assert_eq!(block_on(library.details(&DocumentId("none".into()), 0)), Err(KnowledgeError::NotFound));
}

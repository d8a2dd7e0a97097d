//! Tags and near-duplicates.

use super::*;

#[test]
fn tags_are_kept_tidy_and_survive_another_import() {
    let (library, other, store) = tabs();
    let info = block_on(library.add(&prepared("a.md", GEESE), 1)).unwrap();
    let tags = ["  Birds ", "birds", "", "a  very\tlong", "Älter"].map(str::to_owned);
    let tagged = block_on(library.tag(&info.id, &tags)).unwrap();
    assert_eq!(tagged.tags, ["a very long", "Birds", "Älter"]);
    block_on(library.add(&prepared("b.md", GEESE), 2)).unwrap();
    block_on(other.refresh()).unwrap();
    assert_eq!((names(&other), &other.list()[0].tags), (vec!["b.md".to_owned()], &tagged.tags));
    let again = block_on(Library::open(store, Rc::new(MemoryLock::default()))).unwrap();
    assert_eq!(again.list(), library.list());
    assert_eq!(block_on(library.tag(&DocumentId("none".into()), &[])), Err(KnowledgeError::NotFound));
}

#[test]
fn documents_that_are_nearly_the_same_are_told() {
    let (library, ..) = tabs();
    let report: String = (0..200).map(|number| format!("The goose number {number} flies south. ")).collect();
    let first = block_on(library.add(&prepared("a.txt", &report), 1)).unwrap();
    block_on(library.add(&prepared("b.md", DUCKS), 2)).unwrap();
    let second = block_on(library.add(&prepared("c.txt", &format!("{report}The end.")), 3)).unwrap();
    assert_eq!(library.duplicates(), [vec![first.id, second.id.clone()]]);
    block_on(library.remove(&second.id)).unwrap();
    assert!(library.duplicates().is_empty());
}

//! Records by key.

use super::{Verdict, ensure, said};
use crate::{Store, StoreError, Table, Write};

/// [`Store`]: order, prefixes, replacement, deletion, atomic batches, separate tables. Uses keys that begin with `conformance/`.
///
/// # Errors
/// The rule that is broken.
pub async fn store(store: &dyn Store) -> Verdict {
    let table = Table::Meta;
    let key = |name: &str| format!("conformance/{name}");
    store
        .commit(vec![
            Write::put(table, key("b"), *b"2"),
            Write::put(table, key("a"), *b"1"),
            Write::put(table, key("c/1"), Vec::new()),
            Write::put(Table::Turns, key("a"), *b"other table"),
        ])
        .await
        .map_err(said)?;
    ensure(store.get(table, &key("a")).await == Ok(Some(b"1".to_vec())), "a stored record reads back")?;
    ensure(store.get(table, &key("missing")).await == Ok(None), "a missing key is None")?;
    ensure(store.get(table, &key("c/1")).await == Ok(Some(Vec::new())), "an empty record is a record")?;
    let (a, missing, c) = (key("a"), key("missing"), key("c/1"));
    let asked = [(table, c.as_str()), (table, missing.as_str()), (Table::Turns, a.as_str()), (table, a.as_str())];
    let many = store.get_many(&asked).await.map_err(said)?;
    let expected = [Some(Vec::new()), None, Some(b"other table".to_vec()), Some(b"1".to_vec())].map(Ok);
    ensure(many == expected, "many records come in the order in which they were asked for")?;
    ensure(store.get_many(&[]).await == Ok(Vec::new()), "no record is many enough")?;
    let all = store.scan(table, "conformance/").await.map_err(said)?;
    let keys = ["conformance/a", "conformance/b", "conformance/c/1"];
    ensure(all.iter().map(|(key, _)| key.as_str()).eq(keys), "a scan is ordered, and one table's")?;
    ensure(all.first().is_some_and(|(_, value)| *value == Ok(b"1".to_vec())), "a scan brings the records")?;
    ensure(
        store.list(table, "conformance/").await == Ok(keys.map(str::to_owned).to_vec()),
        "a list is what a scan finds",
    )?;
    ensure(store.list(table, "conformance/c").await == Ok(vec![key("c/1")]), "a list keeps to its prefix")?;
    ensure(store.scan(table, "conformance/c/").await.map_err(said)?.len() == 1, "a scan keeps to its prefix")?;
    ensure(store.scan(table, "conformance/z").await == Ok(Vec::new()), "a scan may find nothing")?;
    store
        .commit(vec![
            Write::put(table, key("a"), *b"new"),
            Write::delete(table, key("b")),
            Write::delete(table, key("missing")),
            Write::put(table, key("d"), *b"first"),
            Write::put(table, key("d"), *b"second"),
        ])
        .await
        .map_err(said)?;
    ensure(store.get(table, &key("a")).await == Ok(Some(b"new".to_vec())), "a put replaces")?;
    ensure(store.get(table, &key("b")).await == Ok(None), "a delete deletes")?;
    ensure(store.get(table, &key("d")).await == Ok(Some(b"second".to_vec())), "a batch keeps its order")?;
    let other = store.get(Table::Turns, &key("a")).await;
    ensure(other == Ok(Some(b"other table".to_vec())), "tables do not share keys")?;
    let mut clean: Vec<Write> = ["a", "c/1", "d"].iter().map(|name| Write::delete(table, key(name))).collect();
    clean.push(Write::delete(Table::Turns, key("a")));
    store.commit(clean).await.map_err(said)?;
    ensure(store.scan(table, "conformance/").await == Ok(Vec::new()), "everything can be removed")
}

/// [`StoreError::Full`] leaves the store as it was. `store` must have room for fewer than `over_bytes`.
///
/// # Errors
/// The rule that is broken.
pub async fn store_full(store: &dyn Store, over_bytes: usize) -> Verdict {
    let key = "conformance/full";
    store.commit(vec![Write::put(Table::Meta, key, *b"old")]).await.map_err(said)?;
    let batch =
        vec![Write::put(Table::Meta, key, *b"new"), Write::put(Table::Meta, "conformance/full-2", vec![0; over_bytes])];
    ensure(store.commit(batch).await == Err(StoreError::Full), "a batch over the quota is refused as full")?;
    ensure(store.get(Table::Meta, key).await == Ok(Some(b"old".to_vec())), "a refused batch changes nothing")?;
    store.commit(vec![Write::delete(Table::Meta, key)]).await.map_err(said)
}

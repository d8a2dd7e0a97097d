// What lies in the browser's storage says nothing without the key of the device, which no program can read out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { engine, withWorkers } from "../lib/programs.mjs";

const NAME = "Zanziquar.txt";
const TEXT = "The walruxa Quonzelin lives in Reykvostok.\n\nHis passport says Grünzwald.\n";
const QUESTION = "Where does Quonzelin live, dear Bartolonez?";
const THREAD = "ab".repeat(16);
/** Parts of what a person gave and of what was made of it, none in a model's vocabulary; and of the records' own form. */
const WORDS = ["Zanziquar", "walruxa", "uonzelin", "eykvosto", "Grünzwald", "Bartolonez", "asked_ms", "max_answer_tokens", "CNCLVSEG"];

/** A file of OPFS that is larger is a part of a model, which is public. */
const FILE_MAX_BYTES = 1_000_000;

/**
 * What the origin stores: how the records of each table of each database begin, which of the words stand anywhere in it, and
 * the records of the engine's database as text.
 */
async function stored(page) {
  const look = async ({ words, fileMaxBytes }) => {
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const beginning = (value) =>
      value instanceof Uint8Array ? Array.from(value.subarray(0, 3), (byte) => byte.toString(16).padStart(2, "0")).join("") : String(value);
    const [tables, records] = [{}, []];
    const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
    for (const { name, version } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name, version));
      for (const table of database.objectStoreNames) {
        const store = database.transaction(table).objectStore(table);
        const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
        tables[`${name}/${table}`] = values.map(beginning);
        for (const [at, value] of values.entries()) {
          texts.push(`${name}/${table}/${keys[at]}`);
          if (name === "conclave") records.push(`${table}/${keys[at]}: ${value}`);
          // A word in UTF-8, and the same where each letter has two bytes.
          if (value instanceof Uint8Array) texts.push(new TextDecoder().decode(value), new TextDecoder().decode(value.filter((byte) => byte !== 0)));
        }
      }
      database.close();
    }
    const files = async (folder, path) => {
      for await (const [name, handle] of folder.entries()) {
        texts.push(`${path}/${name}`);
        if (handle.kind === "directory") await files(handle, `${path}/${name}`);
        else {
          const file = await handle.getFile();
          if (file.size <= fileMaxBytes) texts.push(await file.text());
        }
      }
    };
    await files(await navigator.storage.getDirectory(), "");
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request)).text());
    }
    return { tables, records, found: words.filter((word) => texts.some((text) => text.includes(word))) };
  };
  return page.evaluate(look, { words: WORDS, fileMaxBytes: FILE_MAX_BYTES });
}

/** Puts a record into the open database of the engine, as another program could. */
const put = (page, table, key, text) =>
  page.evaluate(
    ({ table, key, text }) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("conclave");
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const database = request.result;
          const transaction = database.transaction(table, "readwrite");
          transaction.objectStore(table).put(new TextEncoder().encode(text), key);
          transaction.oncomplete = () => resolve(database.close());
          transaction.onerror = () => reject(transaction.error);
        };
      }),
    { table, key, text },
  );

test("no word of a document, a question or its answer lies readable in the browser's storage", () =>
  withWorkers(async ({ page, start }) => {
    const { ask, add, end } = await engine(page, start);
    const { Ready: ready } = await ask("Hello");
    await add({ name: NAME, text: TEXT });
    await ask({ SaveSettings: { settings: { ...ready.settings, theme: "Dark" } } });
    const { TurnEnded: turn } = await ask({ Ask: { thread: THREAD, question: QUESTION } }, undefined, ["TurnEnded", "Failed"]);
    assert.match(JSON.stringify(turn), /Reykvostok/, "the question found its passage");

    const sealed = await stored(page);
    assert.deepEqual(sealed.found, []);
    for (const table of ["documents", "texts", "segments", "threads", "turns", "runs", "meta"]) {
      const beginnings = sealed.tables[`conclave/${table}`];
      assert.ok(beginnings.length > 0, `${table} holds something`);
      assert.ok(beginnings.every((start) => start === "ff4356"), `${table}: ${beginnings}`);
    }
    assert.deepEqual(sealed.tables["conclave/wraps"], ["ff434b"]);
    assert.deepEqual(sealed.tables["conclave-device/keys"], ["[object CryptoKey]"]);

    // The same search finds what lies open.
    await put(page, "texts", "planted", TEXT);
    assert.deepEqual((await stored(page)).found, WORDS.filter((word) => TEXT.includes(word)));
    await end();
  }));

test("what an earlier version stored is sealed at the first start, and is all there", () =>
  withWorkers(async ({ page, start }) => {
    const info = { id: THREAD, title: QUESTION, changed_ms: 1_700_000_000_000, turns: 1 };
    const turn = { id: "cd".repeat(16), thread: THREAD, question: QUESTION, asked_ms: 1_700_000_000_000, passages: [], outcome: "Stopped", reports: [], took_ms: 5 };
    await page.evaluate(
      ({ records, tables }) =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open("conclave", 1);
          request.onupgradeneeded = () => tables.forEach((table) => request.result.createObjectStore(table));
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            const transaction = request.result.transaction(tables, "readwrite");
            for (const [table, key, record] of records) {
              transaction.objectStore(table).put(new TextEncoder().encode(JSON.stringify(record)), key);
            }
            transaction.oncomplete = () => resolve(request.result.close());
            transaction.onerror = () => reject(transaction.error);
          };
        }),
      {
        tables: ["documents", "texts", "segments", "meta", "threads", "turns", "runs"],
        records: [
          ["threads", THREAD, info],
          ["turns", `${THREAD}/1700000000000/${turn.id}`, turn],
        ],
      },
    );
    assert.ok((await stored(page)).found.includes("Bartolonez"));

    const { ask, add, end } = await engine(page, start);
    const { Ready: ready } = await ask("Hello");
    assert.deepEqual([ready.threads, ready.problems], [[info], []]);
    const { Thread: read } = await ask({ ReadThread: { thread: THREAD } });
    assert.deepEqual(read.turns, [turn]);
    const sealed = await stored(page);
    assert.deepEqual(sealed.found, []);
    assert.deepEqual(sealed.tables["conclave/turns"], ["ff4356"]);
    await end();

    // From now on a record that is not sealed is nobody's of this program.
    await put(page, "threads", "ef".repeat(16), JSON.stringify({ ...info, id: "ef".repeat(16), title: "Planted" }));
    const { Ready: again } = await (await engine(page, start)).ask("Hello");
    assert.deepEqual([again.threads, again.problems.map((problem) => problem.code)], [[info], ["Corrupt"]]);
  }));

test("without the device's key it says so and overwrites nothing", () =>
  withWorkers(async ({ page, start }) => {
    const first = await engine(page, start);
    await first.ask("Hello");
    await first.add({ name: NAME, text: TEXT });
    await first.end();
    const before = await stored(page);
    await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase("conclave-device");
          request.onsuccess = resolve;
          request.onerror = request.onblocked = reject;
        }),
    );
    const { ask, add } = await engine(page, start);
    const { Failed: problem } = await ask("Hello");
    assert.equal(problem.code, "KeyLost");
    assert.match(problem.what, /key .* is gone/);
    assert.match(problem.next, /delete this site's data/);
    assert.equal((await add({ name: "new.txt", text: "New words." })).Failed.code, "KeyLost");
    assert.deepEqual((await stored(page)).records, before.records);
  }));

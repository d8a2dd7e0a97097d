// The ports' conformance suites on the browser's own IndexedDB, OPFS, locks, clock, randomness and fetch, under the real
// headers; then a full disk and a database that is deleted while it is open.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { serveFolder, withPage } from "../harness.mjs";
import { startModelHost } from "../lib/model-host.mjs";

const FOLDER = fileURLToPath(new URL("../../dist/conformance/", import.meta.url));

/**
 * Opens a page whose worker runs the program; `ask` posts a request and returns the verdicts, `{suite: broken}`. With
 * `quota`, in bytes, the site has only that much room.
 */
async function withProgram(body, { script, quota, ...options } = {}) {
  // wasm-bindgen's module only exports its start.
  await writeFile(`${FOLDER}start.js`, 'import start from "./conformance.js";\nawait start();\n');
  await withPage(async ({ page, context, url, goto }) => {
    await serveFolder(context, url, "/conformance/", FOLDER, script);
    if (quota) {
      // Before the engine's first write: from then on Chromium goes by the room that it measured, for half a minute.
      const session = await context.newCDPSession(page);
      await session.send("Storage.overrideQuotaForOrigin", { origin: url, quotaSize: quota });
    }
    await goto("/");
    await page.evaluate(async () => {
      const worker = new Worker("/conformance/start.js", { type: "module" });
      globalThis.conformance = (request) =>
        new Promise((resolve, reject) => {
          const verdicts = {};
          worker.onerror = (event) => reject(new Error(`the program broke: ${event.message}`));
          worker.onmessage = ({ data }) => {
            if (data instanceof SharedArrayBuffer) {
              // It is for a helper: another worker with the same program.
              const station = new Worker("/conformance/start.js", { type: "module" });
              station.onmessage = () => station.postMessage(data);
            } else if (data.done || data.suite === "ready") resolve(verdicts);
            else verdicts[data.suite] = data.took_ms ?? data.broken;
          };
          if (request) worker.postMessage(request);
        });
      await globalThis.conformance();
    });
    const ask = (request) => page.evaluate((request) => globalThis.conformance(request), request);
    await body({ ask, page, context, url });
  }, options);
}

function assertWhole(verdicts, suites) {
  assert.deepEqual(Object.keys(verdicts), suites);
  for (const [suite, broken] of Object.entries(verdicts)) assert.equal(broken, null, `${suite}: ${broken}`);
}

test("the browser's adapters keep the ports' rules", () =>
  withProgram(async ({ ask, url }) => {
    const path = "/icon.svg";
    const body = [...new Uint8Array(await (await fetch(url + path)).arrayBuffer())];
    const verdicts = await ask({ Suites: { path, body } });
    assertWhole(verdicts, ["clock", "digest", "entropy", "store", "a store whose connection breaks", "blobs", "blobs in two folders", "fetch", "fetch stays at home", "hardware", "keys", "keys made by two tabs at once", "keys of another device", "sealed store", "sealed store, opened again", "lock"]);
  }));

test("parts of a model come from its public host, under the policy of the engine's worker", async () => {
  const body = Buffer.from("a model of a few bytes");
  const host = await startModelHost(new Map([["model.gguf", body]]));
  const address = (name) => `https://huggingface.co/owner/repository/resolve/main/${name}.gguf`;
  const request = { Ranges: { url: address("model"), body: [...body], missing: address("missing") } };
  // A script that a test hands over has no address, so Chromium takes the worker for one from the internet, which may not
  // reach this machine.
  const args = [...host.args, "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"];
  try {
    const whole = async ({ ask }) => assertWhole(await ask(request), ["range fetch"]);
    await withProgram(whole, { script: "engine_loader-", args });
    assert.ok(host.asked.length > 0);
    // Under the policy of the other worker the same program reaches nobody.
    host.asked.length = 0;
    const blocked = async ({ ask }) => assert.match((await ask(request))["range fetch"], /cannot be reached/);
    await withProgram(blocked, { script: "redact_loader-", args });
    assert.deepEqual(host.asked, []);
  } finally {
    await host.stop();
  }
});

test("files are read, and their pages drawn, by programs that can be ended", () =>
  withProgram(
    async ({ ask, url }) => {
      const html = await (await fetch(url)).text();
      const named = (name) => html.match(new RegExp(`<meta name="conclave-${name}" content="([^"]+)"`))[1];
      const [script, program] = [named("worker-import"), named("parsers")];
      assertWhole(await ask({ Reader: { script, program } }), ["reader"]);
      const view = { script: named("worker-view"), program: named("pages") };
      assertWhole(await ask({ Pages: view }), ["pages"]);
    },
    // The policy of the engine's worker, which starts the program.
    { script: "engine_loader-" },
  ));

test("a folder is read, and what happens in it is seen", () =>
  withProgram(async ({ ask, page }) => {
    const [folder, name] = ["a-folder", "conformance-folder"];
    // As the page keeps it.
    await page.evaluate(
      async ({ folder, name }) => {
        const root = await navigator.storage.getDirectory();
        const handle = await root.getDirectoryHandle(name, { create: true });
        const settled = (request) =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const opening = indexedDB.open("conclave-folders", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("handles");
        const database = await settled(opening);
        await settled(database.transaction("handles", "readwrite").objectStore("handles").put(handle, folder));
        database.close();
      },
      { folder, name },
    );
    assertWhole(await ask({ Folders: { folder, name } }), ["folders"]);
  }));

test("two workers share bytes and take turns", () =>
  withProgram(async ({ ask }) => assertWhole(await ask("Helper"), ["helper"])));

test("the device's key cannot be taken out of the browser", () =>
  withProgram(async ({ ask, page }) => {
    await ask({ Suites: { path: "/icon.svg", body: [] } });
    const said = await page.evaluate(async () => {
      const settled = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await settled(indexedDB.open("conformance-device"));
      const records = await settled(database.transaction("keys").objectStore("keys").getAll());
      database.close();
      const [key] = records;
      const exported = [];
      for (const format of ["raw", "jwk"]) {
        exported.push(await crypto.subtle.exportKey(format, key).then(() => "given", (error) => error.name));
      }
      return { records: records.length, extractable: key.extractable, algorithm: key.algorithm, usages: key.usages, exported };
    });
    assert.deepEqual(said, {
      records: 1,
      extractable: false,
      algorithm: { name: "AES-GCM", length: 256 },
      usages: ["encrypt", "decrypt"],
      exported: ["InvalidAccessError", "InvalidAccessError"],
    });
  }));

test("a segment of 5 MB is sealed and opened without being felt", () =>
  withProgram(async ({ ask, page }) => {
    const bytes = 5_000_000;
    const { sealing, ...took } = await ask({ Sealing: { bytes } });
    assert.equal(sealing, null);
    // The browser's own cipher, which runs as native code.
    const rival = await page.evaluate(async (bytes) => {
      const algorithm = { name: "AES-GCM", iv: new Uint8Array(12) };
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      const times = { seal: [], open: [] };
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        const sealed = await crypto.subtle.encrypt(algorithm, key, new Uint8Array(bytes));
        const between = performance.now();
        await crypto.subtle.decrypt(algorithm, key, sealed);
        times.seal.push(between - start);
        times.open.push(performance.now() - between);
      }
      return Object.fromEntries(Object.entries(times).map(([work, ms]) => [work, ms.sort((a, b) => a - b)[2]]));
    }, bytes);
    for (const work of ["seal", "open"]) {
      // Figures to look at. The limit is what a person feels, ten times what a slow machine needs.
      const speed = (ms) => Number((bytes / 1e3 / ms).toPrecision(3));
      const [ours, theirs] = [speed(took[work]), speed(rival[work])];
      const ratio = Number((ours / theirs).toPrecision(3));
      console.log(JSON.stringify({ row: `vault ${work} 5 MB, browser's AES-GCM`, ours, rival: theirs, ratio, unit: "MB/s" }));
      assert.ok(took[work] < 500, `${work} took ${took[work]} ms`);
    }
  }));

test("a full disk is said and changes nothing", () =>
  withProgram(
    async ({ ask }) => {
      // 16 MB still pass, 200 MB do not.
      const verdicts = await ask({ Full: { over_bytes: 200_000_000 } });
      assertWhole(verdicts, ["a full store", "a full sealed store", "full blobs"]);
    },
    { quota: 4_000_000 },
  ));

test("a database that is deleted meanwhile is unavailable, not silently new", () =>
  withProgram(async ({ ask, page }) => {
    assertWhole(await ask("Open"), ["open"]);
    const deleted = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const request = indexedDB.deleteDatabase("conformance");
          request.onsuccess = () => resolve("deleted");
          request.onblocked = () => resolve("blocked");
        }),
    );
    assert.equal(deleted, "deleted", "the store gives way at once");
    assertWhole(await ask("UseAfterDelete"), ["a deleted store", "a deleted store that heals"]);
  }));

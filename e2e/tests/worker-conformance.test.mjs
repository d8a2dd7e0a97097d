// The ports' conformance suites on the browser's own IndexedDB, OPFS, locks, clock, randomness and fetch, under the real
// headers; then a full disk and a database that is deleted while it is open.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { serveFolder, withPage } from "../harness.mjs";
import { startModelHost } from "../lib/model-host.mjs";

const FOLDER = fileURLToPath(new URL("../../dist/conformance/", import.meta.url));

/** Opens a page whose worker runs the program; `ask` posts a request and returns the verdicts, `{suite: broken}`. */
async function withProgram(body, { script, ...options } = {}) {
  // wasm-bindgen's module only exports its start.
  await writeFile(`${FOLDER}start.js`, 'import start from "./conformance.js";\nawait start();\n');
  await withPage(async ({ page, context, url, goto }) => {
    await serveFolder(context, url, "/conformance/", FOLDER, script);
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
            else verdicts[data.suite] = data.broken;
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
    assertWhole(verdicts, ["clock", "digest", "entropy", "store", "blobs", "blobs in two folders", "fetch", "fetch stays at home", "hardware", "lock"]);
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

test("two workers share bytes and take turns", () =>
  withProgram(async ({ ask }) => assertWhole(await ask("Helper"), ["helper"])));

test("a full disk is said and changes nothing", () =>
  withProgram(async ({ ask, page, context, url }) => {
    const session = await context.newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: url, quotaSize: 4_000_000 });
    // Chromium measures the room now and then, not per write: 16 MB pass, 200 MB do not.
    assertWhole(await ask({ Full: { over_bytes: 200_000_000 } }), ["a full store", "full blobs"]);
  }));

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
    assertWhole(await ask("UseAfterDelete"), ["a deleted store"]);
  }));

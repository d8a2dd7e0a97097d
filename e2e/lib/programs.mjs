// The worker programs without the page: started in an empty page and spoken to as the page does.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { serverUrl, withPage } from "../harness.mjs";

/** Opens an empty page under the site's own headers, which starts nothing itself, and gives it `start(program)`. */
export async function withWorkers(body) {
  const site = await fetch(await serverUrl());
  const html = await site.text();
  const named = (name) => html.match(new RegExp(`<meta name="conclave-${name}" content="([^"]+)"`))[1];
  // As the page does, but for helpers: it tells the engine where the reader of files is.
  const reader = `#import=${named("worker-import")}&parsers=${named("parsers")}&view=${named("worker-view")}&pages=${named("pages")}`;
  const script = (program) => named(`worker-${program}`) + (program === "engine" ? reader : "");
  const kept = ["content-type", "content-security-policy", "cross-origin-opener-policy", "cross-origin-embedder-policy"];
  const headers = Object.fromEntries(kept.map((name) => [name, site.headers.get(name)]));
  await withPage(async ({ page, url, goto }) => {
    await page.route(`${url}/`, (route) => route.fulfill({ status: 200, headers, body: "<!doctype html><title>Test</title>" }));
    await goto("/");
    await page.evaluate(() => {
      globalThis.programs = [];
      /** Starts a worker; its messages are kept, and `until` waits for the first that fits. */
      globalThis.start = (script) => {
        const worker = new Worker(script, { type: "module" });
        const heard = [];
        const waiting = new Set();
        worker.onmessage = ({ data }) => {
          // The engine says everything as JSON.
          heard.push(typeof data === "string" && data.startsWith("{") ? JSON.parse(data) : data);
          for (const look of waiting) look();
        };
        const until = (fits) =>
          new Promise((resolve) => {
            const look = () => {
              const found = heard.find(fits);
              if (found === undefined) return;
              waiting.delete(look);
              resolve(found);
            };
            waiting.add(look);
            look();
          });
        return globalThis.programs.push({ worker, heard, until }) - 1;
      };
    });
    const start = (program) => page.evaluate((path) => globalThis.start(path), script(program));
    await body({ page, start });
  });
}

/** `PROTOCOL_VERSION` of conclave-protocol, from its source: a site that was built of another one is found out. */
const MESSAGES = await readFile(new URL("../../engine/protocol/src/message/mod.rs", import.meta.url), "utf8");
const VERSION = Number(MESSAGES.match(/PROTOCOL_VERSION: u16 = (\d+);/)[1]);

const CLOSING = ["Ready", "Document", "TurnEnded", "Thread", "Settings", "Failed", "Found", "Device"];

/**
 * Starts the engine; `ask(body, file)` returns the closing event, `unasked(kind)` waits for an event without a request, and
 * `add(file)` puts a file into the queue and gives its document, or its line of the queue where it is in trouble.
 */
export async function engine(page, start) {
  const n = await start("engine");
  const started = await page.evaluate((n) => globalThis.programs[n].until((event) => event.body.Started), n);
  assert.equal(started.body.Started.version, VERSION, "the first word names the version");
  let id = 0;
  const ask = (body, file, closing = CLOSING) =>
    page.evaluate(
      ({ n, version, id, body, file, closing }) => {
        const program = globalThis.programs[n];
        const picked = file && new File([file.text ?? new Uint8Array(file.bytes)], file.name);
        program.worker.postMessage([{ version, id, body }, picked]);
        const closes = (event) =>
          event.id === id && (event.body === "Done" || event.body === "Stopped" || closing.some((kind) => event.body[kind]));
        return program.until(closes).then((event) => event.body);
      },
      { n, version: VERSION, id: ++id, body, file, closing },
    );
  const unasked = (kind) =>
    page.evaluate(
      ({ n, kind }) => globalThis.programs[n].until((event) => event.id === null && event.body[kind]).then((event) => event.body[kind]),
      { n, kind },
    );
  const add = async (file, path = file.name) => {
    const size_bytes = file.text === undefined ? file.bytes : Buffer.byteLength(file.text);
    const closing = await ask({ AddFiles: { files: [{ path, size_bytes }], left: 0 } }, file);
    if (closing !== "Done") return closing;
    return page.evaluate(
      ({ n, path }) => {
        const name = path.split("/").pop();
        const added = ({ body }) => body.Added?.find((info) => info.name === name);
        const refused = ({ body }) => body.Queue?.files.find((file) => file.path === path && file.state.Refused);
        const { until } = globalThis.programs[n];
        return until((event) => added(event) ?? refused(event)).then((event) => added(event) ?? refused(event));
      },
      { n, path },
    );
  };
  const post = (data) => page.evaluate(({ n, data }) => globalThis.programs[n].worker.postMessage(data), { n, data });
  return { ask, add, unasked, post, end: () => page.evaluate((n) => globalThis.programs[n].worker.terminate(), n) };
}

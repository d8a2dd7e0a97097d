// The nearest vectors to a query, in a browser: our index and those of npm, one after the other in workers of one page.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { largestRendererMb } from "./memory.mjs";

/** What `cargo xtask bench knowledge --browser` builds from engine/knowledge/bench. */
const PROGRAM = new URL("../../dist/bench/vectors.wasm", import.meta.url);
const EDGEVEC = new URL("../node_modules/edgevec/edgevec_bg.wasm", import.meta.url);
const VOY = new URL("../node_modules/voy-search/voy_search_bg.wasm", import.meta.url);

const ROUTES = {
  "/": ["text/html", () => "<!doctype html><title>Vectors</title>"],
  "/worker.js": ["text/javascript", bundled],
  "/vectors.wasm": ["application/wasm", () => readFile(PROGRAM)],
  "/edgevec.wasm": ["application/wasm", () => readFile(EDGEVEC)],
  "/voy.wasm": ["application/wasm", () => readFile(VOY)],
};

/** With these a page is isolated, and its clock counts in steps of 5 µs instead of 100. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/**
 * Figures of one index with so many vectors by the law of `samples.rs`, in a worker of its own: see `measure` in
 * vectors-worker.mjs. `renderer` is what the system counts for the page and all workers so far, in MB.
 */
export async function measureVectors(context, work) {
  const server = createServer((request, response) => {
    const [type, content] = ROUTES[new URL(request.url, "http://localhost").pathname] ?? [];
    if (!content) return response.writeHead(404).end();
    Promise.resolve(content()).then(
      (body) => response.writeHead(200, { "content-type": type, ...ISOLATED }).end(body),
      (error) => response.destroy(error),
    );
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const page = await context.newPage();
  try {
    await page.goto(`http://localhost:${server.address().port}/`);
    const figures = await page.evaluate(inWorker, work);
    return { ...figures, renderer: await largestRendererMb() };
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Runs in the page. */
function inWorker(work) {
  const worker = new Worker("/worker.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(work);
  }).finally(() => worker.terminate());
}

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("vectors-worker.mjs", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
    // voy's own entry imports its program as a module, which no browser does; the worker brings it itself.
    external: ["*.wasm"],
  });
  return outputFiles[0].text;
}

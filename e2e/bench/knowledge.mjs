// The nearest vectors to a query, in a browser: our index and those of npm, one after the other in workers of one page.

import { readFile } from "node:fs/promises";

import { inWorkers } from "./host.mjs";
import { largestRendererMb } from "./memory.mjs";

/** What `cargo xtask bench knowledge --browser` builds from engine/knowledge/bench. */
const PROGRAM = new URL("../../dist/bench/vectors.wasm", import.meta.url);
const EDGEVEC = new URL("../node_modules/edgevec/edgevec_bg.wasm", import.meta.url);
const VOY = new URL("../node_modules/voy-search/voy_search_bg.wasm", import.meta.url);

const ROUTES = {
  "/vectors.wasm": ["application/wasm", () => readFile(PROGRAM)],
  "/edgevec.wasm": ["application/wasm", () => readFile(EDGEVEC)],
  "/voy.wasm": ["application/wasm", () => readFile(VOY)],
};

/**
 * Figures of one index with so many vectors by the law of `samples.rs`, in a worker of its own: see `measure` in
 * vectors-worker.mjs. `renderer` is what the system counts for the page and all workers so far, in MB.
 */
export async function measureVectors(context, work) {
  const options = { routes: ROUTES, then: () => largestRendererMb() };
  const { answers, last } = await inWorkers(context, "vectors-worker.mjs", [work], options);
  return { ...answers[0], renderer: last };
}

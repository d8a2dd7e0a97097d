// Runs in a worker: makes vectors, fills one index with them, asks it.

import edgevecReady, { EdgeVec, EdgeVecConfig } from "edgevec";
import { loadHnswlib } from "hnswlib-wasm";
import * as voy from "voy-search/voy_search_bg.js";

/** Vectors that are made at once. */
const BLOCK = 4096;
const SEED = 1;
const NEIGHBOURS = 10;
/** Comparisons of a step of upkeep. */
const STEP = 100_000;

onmessage = async ({ data }) => {
  try {
    postMessage(await measure(data));
  } catch (error) {
    postMessage({ error: `${data.index}: ${error?.stack ?? error}` });
  }
};

const INDEXES = { ours, edgevec, hnswlib, voy: kdTree };

/**
 * `{ index, count, dim, queries }` to the recall of the ten nearest against exact search over 32-bit floats, milliseconds of
 * each query, seconds to build, and what the index says about itself.
 */
async function measure({ index, count, dim, queries }) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch("/vectors.wasm"));
  const wasm = instance.exports;
  if (!wasm.begin(dim, SEED, queries)) throw new Error("there is no such index");
  const floats = (at, length) => new Float32Array(wasm.memory.buffer, at, length);
  const under = await INDEXES[index]({ wasm, count, dim });
  for (let row = 0; row < count; row += BLOCK) {
    const some = Math.min(BLOCK, count - row);
    const vectors = floats(wasm.make(some), some * dim);
    wasm.compare();
    under.add(row, some, vectors);
    // The truth counts rows by what the set holds.
    wasm.push();
  }
  const start = performance.now();
  const built = await under.build();
  const figures = { build: (performance.now() - start) / 1000, ...built };
  const asked = Array.from({ length: queries }, (_, number) => floats(wasm.query(number), dim).slice());
  const rows = (length) => Array.from(new Uint32Array(wasm.memory.buffer, wasm.found(), length));
  const truth = asked.map((_, number) => rows(wasm.truth(number)));
  const ask = (search) => {
    const times = [];
    let found = 0;
    asked.forEach((query, number) => {
      const began = performance.now();
      const nearest = search(query, number);
      times.push(performance.now() - began);
      found += truth[number].filter((row) => nearest.includes(row)).length;
    });
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.ceil(times.length * share) - 1];
    return { recall: found / (NEIGHBOURS * queries), p50: at(0.5), p95: at(0.95) };
  };
  // The first round compiles.
  ask(under.search);
  Object.assign(figures, ask(under.search));
  for (const [name, search] of Object.entries(under.others ?? {})) figures[name] = ask(search);
  return { ...figures, ...(await under.after?.()) };
}

function ours({ wasm }) {
  const found = (length) => Array.from(new Uint32Array(wasm.memory.buffer, wasm.found(), length));
  const searching = (limit, exact, modulus) => (_, number) => found(wasm.search(number, limit, exact, modulus));
  return {
    add() {},
    build() {
      let longest = 0;
      for (let more = true; more; ) {
        const start = performance.now();
        more = wasm.upkeep(STEP);
        longest = Math.max(longest, performance.now() - start);
      }
      return { longest, candidates: wasm.candidates(), memory: wasm.memory.buffer.byteLength / 1e6 };
    },
    search: searching(NEIGHBOURS, false, 1),
    others: { exact: searching(NEIGHBOURS, true, 1), hundred: searching(100, false, 1) },
    /** Milliseconds to read the stored graph, with what it takes to bring its bytes into the program's memory. */
    after() {
      const parts = [];
      for (let length; (length = wasm.write(parts.length)); ) {
        parts.push(new Uint8Array(wasm.memory.buffer, wasm.room(length), length).slice());
      }
      const start = performance.now();
      for (const part of parts) {
        const at = wasm.room(part.length);
        new Uint8Array(wasm.memory.buffer, at, part.length).set(part);
        if (!wasm.read()) throw new Error("a part cannot be read back");
      }
      if (parts.length > 0 && !wasm.adopt()) throw new Error("the graph cannot be read back");
      const stored = parts.reduce((sum, part) => sum + part.length, 0) / 1e6;
      return { load: performance.now() - start, stored };
    },
  };
}

async function edgevec({ dim }) {
  await edgevecReady({ module_or_path: "/edgevec.wasm" });
  const config = new EdgeVecConfig(dim);
  // With its cosine it finds what lies farthest away. Vectors of length 1 are in the same order by distance.
  config.metric = "l2";
  Object.assign(config, { m: 16, ef_construction: 100, ef_search: 32 });
  const index = new EdgeVec(config);
  const waiting = [];
  return {
    add: (_, some, vectors) => waiting.push([some, vectors.slice()]),
    build() {
      for (const [some, vectors] of waiting.splice(0)) index.insertBatchFlat(vectors, some);
    },
    // Its rows are numbered from 1.
    search: (query) => index.search(query, NEIGHBOURS).map(({ id }) => Number(id) - 1),
  };
}

async function hnswlib({ count, dim }) {
  const library = await loadHnswlib();
  const index = new library.HierarchicalNSW("cosine", dim, "");
  index.initIndex(count, 16, 100, 100);
  index.setEfSearch(32);
  const waiting = [];
  return {
    add: (row, some, vectors) => waiting.push([row, some, vectors.slice()]),
    build() {
      for (const [row, some, vectors] of waiting.splice(0)) {
        for (let i = 0; i < some; i++) index.addPoint(vectors.subarray(i * dim, (i + 1) * dim), row + i, false);
      }
    },
    search: (query) => index.searchKnn(query, NEIGHBOURS, undefined).neighbors,
  };
}

async function kdTree({ dim }) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch("/voy.wasm"), { "./voy_search_bg.js": voy });
  voy.__wbg_set_wasm(instance.exports);
  const embeddings = [];
  let index;
  return {
    add(row, some, vectors) {
      for (let i = 0; i < some; i++) {
        const id = String(row + i);
        embeddings.push({ id, title: "", url: "", embeddings: Array.from(vectors.subarray(i * dim, (i + 1) * dim)) });
      }
    },
    build() {
      index = new voy.Voy({ embeddings });
    },
    search: (query) => index.search(query, NEIGHBOURS).neighbors.map(({ id }) => Number(id)),
  };
}

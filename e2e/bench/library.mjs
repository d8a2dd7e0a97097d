// A library of many passages in the page itself: brought back from a backup, opened again, searched.

import { setTimeout as sleep } from "node:timers/promises";

import { openBrowser } from "../lib/browser.mjs";
import { modelsReady } from "../lib/council.mjs";
import { largestRendererMb } from "./memory.mjs";

/** Bringing back a million passages on a slow machine. */
const LONG_MS = 1_800_000;
/** A page that nobody asks anything has come to rest. */
const REST_MS = 5_000;

/** Catches the engine's worker, counts tasks of the page that take long, and lets a test talk to the engine. */
function listen() {
  const Real = globalThis.Worker;
  globalThis.Worker = class extends Real {
    constructor(address, options) {
      super(address, options);
      if (/engine/.test(String(address))) globalThis.engineWorker = this;
    }
    postMessage(message, ...more) {
      if (message?.[0]?.version) globalThis.protocolVersion = message[0].version;
      super.postMessage(message, ...more);
    }
  };
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) globalThis.longTasks.push(Math.round(task.duration));
  }).observe({ entryTypes: ["longtask"] });
  let id = 4_000_000_000;
  globalThis.askEngine = (body, isLast) =>
    new Promise((resolve) => {
      const number = ++id;
      const worker = globalThis.engineWorker;
      const started = performance.now();
      const hear = ({ data }) => {
        const { id: of, body: event } = JSON.parse(data);
        if (of !== number || !isLast(event)) return;
        worker.removeEventListener("message", hear);
        resolve({ ms: performance.now() - started, body: event });
      };
      worker.addEventListener("message", hear);
      worker.postMessage([{ version: globalThis.protocolVersion, id: number, body }, undefined]);
    });
}

async function open(url, profile, models = true) {
  const browser = await openBrowser({ profile });
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  if (!models) await page.route("**/models/**", (route) => route.abort());
  await page.addInitScript(listen);
  return { browser, page, started: performance.now(), loaded: page.goto(url) };
}

/** Waits for the first answer to a search: from here on a person can search. */
async function searchable(page, started) {
  await page.waitForFunction(() => globalThis.engineWorker && globalThis.protocolVersion);
  const found = await page.evaluate(async () => {
    const { body } = await globalThis.askEngine({ Search: { query: "bakedi", limit: 10 } }, (body) => body.Found || body.Failed);
    return body.Found?.length ?? -1;
  });
  return { found, ms: performance.now() - started };
}

/** Says whether the next start loads the models. Keeping their files from the page would keep the browser from its cache, too. */
async function loadModelsAtStart(page, load) {
  await page.evaluate(async (load) => {
    const { body } = await globalThis.askEngine("Hello", (body) => body.Ready || body.Failed);
    const settings = { ...body.Ready.settings, load_models_at_start: load };
    await globalThis.askEngine({ SaveSettings: { settings } }, (body) => body.Settings || body.Failed);
  }, load);
}

const at = (times, share) => times.sort((a, b) => a - b)[Math.floor(times.length * share)];

/**
 * Figures of a library that `file` is a backup of: see `library` in bench.mjs. `queries` are asked as soon as there is an answer,
 * while vectors are read and programs are compiled; `later`, which are like them, of a page that has come to rest.
 */
export async function measureLibrary(url, file, passphrase, { queries, later }) {
  const figures = {};
  const first = await open(url, undefined, false);
  const profile = first.browser.profile;
  try {
    await first.loaded;
    const { page } = first;
    await page.getByText("Your questions will be kept here.").waitFor({ state: "attached" });
    await page.keyboard.press("Control+,");
    await page.getByRole("button", { name: "What is stored, and backups" }).click();
    const dialog = page.getByRole("dialog", { name: "Storage and backups" });
    await dialog.getByLabel("Backup file").setInputFiles(file);
    await dialog.getByLabel("Its passphrase").fill(passphrase);
    const began = performance.now();
    await dialog.getByRole("button", { name: "Bring it back" }).click();
    await dialog.getByText("came back.").waitFor({ timeout: LONG_MS });
    figures.broughtBack = (performance.now() - began) / 1_000;
    figures.longBringing = Math.max(0, ...(await page.evaluate(() => globalThis.longTasks)));
    // The settings came with the rest.
    await loadModelsAtStart(page, false);
    await first.browser.close();

    const again = await open(url, profile);
    const reached = await searchable(again.page, again.started);
    figures.reload = reached.ms;
    figures.found = reached.found;
    figures.wordsAtOnce = await search(again.page, queries);
    figures.longOpening = Math.max(0, ...(await again.page.evaluate(() => globalThis.longTasks)));
    await sleep(REST_MS);
    figures.words = await search(again.page, later);
    await loadModelsAtStart(again.page, true);
    await again.browser.close();

    const full = await open(url, profile);
    await full.loaded;
    await modelsReady(full.page);
    // What is built when nothing else is to do is built now.
    await sleep(REST_MS);
    figures.hybrid = await search(full.page, later);
    figures.memory = await largestRendererMb("VmRSS");
    await full.browser.close();
    return figures;
  } finally {
    await first.browser.remove().catch(() => {});
  }
}

async function search(page, queries) {
  const times = await page.evaluate(async (queries) => {
    const times = [];
    for (const query of queries) {
      const { ms } = await globalThis.askEngine({ Search: { query, limit: 12 } }, (body) => body.Found || body.Failed);
      times.push(ms);
    }
    return times;
  }, queries);
  return { p50: at(times, 0.5), p95: at(times, 0.95) };
}

// The redact program alone, spoken to as the page does. `measureRedactor` runs in a page of the site, so it may use nothing
// from around it: `page.evaluate(measureRedactor, { script, texts })`.

import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLEAN_BYTES = 4_000_000;
const DENSE_BYTES = 1_000_000;

/** Prose and code of this repository, without its tests and tables of examples, which are full of values. */
async function cleanText() {
  const files = ["README.md", "ARCHITECTURE.md"];
  for (const folder of ["app/src", "engine/src", "engine/knowledge/src", "engine/inference/src", "engine/protocol/src", "xtask/src"]) {
    const found = await readdir(join(ROOT, folder), { recursive: true });
    files.push(...found.filter((file) => extname(file) === ".rs" && !file.includes("test")).map((file) => join(folder, file)));
  }
  const text = (await Promise.all(files.map((file) => readFile(join(ROOT, file), "utf8")))).join("\n");
  return text.repeat(Math.ceil(CLEAN_BYTES / text.length)).slice(0, CLEAN_BYTES);
}

/** Lines of a log with a value in each. */
function denseText() {
  let state = 7;
  const below = (limit) => {
    state = (state * 48271) % 2147483647; // Lehmer's generator, "minimal standard"
    return state % limit;
  };
  const some = (alphabet, length) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
  const [letters, digits, hex] = ["abcdefghijklmnopqrstuvwxyz", "0123456789", "0123456789abcdef"];
  const alnum = letters + letters.toUpperCase() + digits;
  const values = [
    () => `${some(letters, 6)}@${some(letters, 8)}.com`,
    () => `+49 171 ${some("23456789", 1)}${some(digits, 6)}`,
    () => `10.${below(256)}.${below(256)}.${below(256)}`,
    () => `ghp_${some(alnum, 36)}`,
    () => `AKIA${some(letters.toUpperCase(), 16)}`,
    () => `password=${some(alnum, 12)}`,
    () => Array.from({ length: 6 }, () => some(hex, 2)).join(":"),
  ];
  const lines = [];
  for (let length = 0; length < DENSE_BYTES; length += lines.at(-1).length + 1) {
    lines.push(`2026-03-0${1 + below(9)} 10:15:${10 + below(50)} request took ${below(900)} ms for ${values[below(values.length)]()} in zone ${below(9)}`);
  }
  return lines.join("\n");
}

/** The texts to read, and a prompt as a person writes one. */
export async function privacyTexts() {
  const dense = denseText();
  const clean = await cleanText();
  return { clean, dense, prompt: `${clean.slice(0, 1_900)}\nMail ann@example.com or call +1 415 555 2671.` };
}

/** Milliseconds: program started to ready, its first prompt, a prompt after that (median), the long texts (medians). */
export async function measureRedactor({ script, texts }) {
  const began = performance.now();
  const worker = new Worker(script, { type: "module" });
  let hear = () => {};
  let ready = 0;
  let names = 0;
  await new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      if (data === "Ready") ready = performance.now() - began;
      else if (data === "NamesKnown") resolve((names = performance.now() - began));
      else hear(data);
    };
  });
  let id = 0;
  const mark = (text) =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      // A line for each mark.
      hear = (data) => (data.Marks ? resolve({ ms: performance.now() - start, marks: data.Marks.marks.split("\n").length }) : reject(new Error(JSON.stringify(data))));
      worker.postMessage({ Mark: { id: ++id, text } });
    });
  const median = async (text, times) => {
    const taken = [];
    for (let i = 0; i < times; i++) taken.push((await mark(text)).ms);
    return taken.sort((a, b) => a - b)[times >> 1];
  };
  const first = await mark(texts.prompt);
  const dense = await mark(texts.dense);
  const figures = {
    ready,
    names,
    first: first.ms,
    prompt: await median(texts.prompt, 51),
    clean: await median(texts.clean, 5),
    dense: await median(texts.dense, 5),
    denseMarks: dense.marks,
  };
  worker.terminate();
  return figures;
}

/** Keys of each kind that are typed into the composer. An address's local part has 64 characters at most (RFC 5321). */
const KEYS = 40;
/** A fast typist's pause between two keys. */
const KEY_PAUSE_MS = 60;

/** Runs in the page before its program: notes when a text goes to the redactor, and when its marks are there. */
function watchRedactor() {
  const asked = new Map();
  globalThis.redactorTook = [];
  globalThis.Worker = class extends Worker {
    constructor(script, options) {
      super(script, options);
      // Before the page's own listener: what the page does with the answer is not the worker's time.
      this.addEventListener("message", ({ data }) => {
        const at = asked.get(data?.Marks?.id);
        if (at !== undefined) globalThis.redactorTook.push(performance.now() - at);
      });
    }
    postMessage(message, ...rest) {
      if (message?.Mark) asked.set(message.Mark.id, performance.now());
      super.postMessage(message, ...rest);
    }
  };
}

/**
 * Runs in the page: from a key's own time to the change of the page that marks `wanted`, the last value of the text as the key
 * leaves it, and to the frame that shows it.
 */
function watchKey(wanted) {
  const mirror = document.querySelector(".composer .field");
  const key = {};
  const typed = (event) => (key.pressed ??= event.timeStamp);
  document.querySelector("#composer").addEventListener("keydown", typed, { once: true });
  const observer = new MutationObserver(() => {
    if (key.pressed === undefined || [...mirror.querySelectorAll("mark")].at(-1)?.textContent !== wanted) return;
    observer.disconnect();
    key.change = performance.now() - key.pressed;
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => (key.frame = performance.now() - key.pressed);
      painted.port2.postMessage(null);
    });
  });
  observer.observe(mirror, { subtree: true, childList: true, characterData: true });
  globalThis.watchedKey = key;
}

/**
 * Types into a text of 2 KB in the composer. Milliseconds from each key to the mark in the page (`change`) and to the frame that
 * shows it (`frame`): `grown`, of keys that are written on to a marked value, whose mark follows at once; and `found`, of keys
 * that make a value, which the redactor has to find. `worker` is the time from a question to its answer.
 */
export async function measureKeystrokes(context, url, prompt) {
  const page = await context.newPage();
  await page.addInitScript(watchRedactor);
  // The engine would load its models meanwhile: another program on the same cores.
  await page.route("**/models/**", (route) => route.abort());
  await page.goto(url);
  const field = page.getByLabel("Your question");
  await field.waitFor();
  let value = "ann@example.com";
  await field.fill(`${prompt.slice(0, 2_000)}\nMail ${value}`);
  await page.locator(".composer mark", { hasText: value }).last().waitFor();
  await page.waitForTimeout(1_000);
  const press = async (key, wanted) => {
    await page.evaluate(watchKey, wanted);
    await page.keyboard.press(key);
    await page.waitForFunction(() => globalThis.watchedKey.frame !== undefined);
    await page.waitForTimeout(KEY_PAUSE_MS);
    return page.evaluate(() => globalThis.watchedKey);
  };
  const grown = [];
  await field.evaluate((area, at) => area.setSelectionRange(area.value.length - at, area.value.length - at), value.length);
  for (let key = 0; key < KEYS; key++) grown.push(await press("x", (value = `x${value}`)));
  const found = [];
  await page.evaluate(() => (globalThis.redactorTook.length = 0));
  await field.press("ControlOrMeta+End");
  for (let key = 0; key < KEYS; key++) {
    value = `ann${key}@example.co`;
    await page.keyboard.insertText(` ${value.slice(0, -1)}`);
    await page.waitForTimeout(KEY_PAUSE_MS);
    const marked = await page.locator(".composer mark").last().textContent();
    if (value.includes(marked)) throw new Error(`${marked} is marked before its last key`);
    found.push(await press(value.at(-1), value));
  }
  const worker = await page.evaluate(() => globalThis.redactorTook);
  await page.close();
  return { grown, found, worker };
}

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

/** Keys that are typed into the composer. The local part of an address has 64 characters at most (RFC 5321). */
const KEYS = 56;
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

/** Runs in the page: from a key's own time to the change of the page that marks what it wrote, and to the frame that shows it. */
function watchMarks(value) {
  const taken = [];
  const mirror = document.querySelector(".composer .field");
  let pressed = null;
  let wanted = value;
  document.querySelector("#composer").addEventListener("keydown", (event) => {
    pressed = event.timeStamp;
    wanted = `x${wanted}`;
  });
  new MutationObserver(() => {
    const mark = [...mirror.querySelectorAll("mark")].at(-1)?.textContent;
    if (pressed === null || mark !== wanted) return;
    const key = { change: performance.now() - pressed };
    const start = pressed;
    pressed = null;
    taken.push(key);
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => (key.frame = performance.now() - start);
      painted.port2.postMessage(null);
    });
  }).observe(mirror, { subtree: true, childList: true, characterData: true });
  globalThis.keysTaken = taken;
}

/**
 * Types into a text of 2 KB in the composer, each key into an address, so that it changes a mark. Milliseconds of each key
 * whose mark was seen before the next one: `change`, `frame`, and `worker`, from the question to the answer.
 */
export async function measureKeystrokes(context, url, prompt) {
  const page = await context.newPage();
  await page.addInitScript(watchRedactor);
  // The engine would load its models meanwhile: another program on the same cores.
  await page.route("**/models/**", (route) => route.abort());
  await page.goto(url);
  const field = page.getByLabel("Your question");
  await field.waitFor();
  const value = "ann@example.com";
  await field.fill(`${prompt.slice(0, 2_000)}\nMail ${value}`);
  await page.locator(".composer mark", { hasText: value }).waitFor();
  await page.waitForTimeout(1_000);
  await page.evaluate(watchMarks, value);
  await field.evaluate((area, length) => area.setSelectionRange(area.value.length - length, area.value.length - length), value.length);
  await page.evaluate(() => (globalThis.redactorTook.length = 0));
  for (let key = 0; key < KEYS - value.indexOf("@"); key++) {
    await page.keyboard.press("x");
    await page.waitForTimeout(KEY_PAUSE_MS);
  }
  const [taken, worker] = await page.evaluate(() => [globalThis.keysTaken, globalThis.redactorTook]);
  await page.close();
  if (taken.length < KEYS / 2) throw new Error(`only ${taken.length} of the keys were marked before the next one`);
  return { change: taken.map(({ change }) => change), frame: taken.map(({ frame }) => frame).filter(Boolean), worker };
}

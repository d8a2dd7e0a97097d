// Speed, size and memory of the built site in Chromium: `cargo xtask bench SUITE --browser`, where SUITE is
// agreement, inference, knowledge, library, privacy, soak, storage or ui.
// One JSON line per row: {row, ours, rival, ratio, unit, command}. `rival` is null where nothing ran beside it, else what
// the program that the row names came to in the same run of the same browser.

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { measureEngine, startEngine } from "./bench/engine.mjs";
import { measureVectors } from "./bench/knowledge.mjs";
import { measureLibrary } from "./bench/library.mjs";
import { largestRendererMb } from "./bench/memory.mjs";
import { measureKeystrokes, measureRedactor, privacyTexts } from "./bench/privacy.mjs";
import { measureStorage } from "./bench/storage.mjs";
import { openBrowser } from "./lib/browser.mjs";
import { useBuild } from "./lib/builds.mjs";
import { addFiles, ask, document as file, documentsListed, modelsReady } from "./lib/council.mjs";
import { startServer } from "./lib/server.mjs";
import { measureOpenRedaction } from "./rivals/openredaction.mjs";
import { PROMPTS } from "./rivals/prompts.mjs";
import { measureWllama, writeWllama } from "./rivals/wllama.mjs";

const SITE = fileURLToPath(new URL("../dist/site/", import.meta.url));
const COLD_STARTS = 5;
const ROUNDS = 3;
/** Characters of a long text that OpenRedaction gets. */
const RIVAL_READS = 100_000;
/** Formats that wllama is timed with: that of the pack, and its fastest. */
const TIMED = ["Q4_1", "Q8_0"];
const PROMPT = "The harbour master opened the ledger at six in the morning and wrote down every ship. ".repeat(20);

const QUESTIONS = [
  "How long is the warranty of the coffee machine?",
  "What is the capital of France?",
  "How much does a night in the harbour cost for a boat of 12 metres?",
  "Who may fly business class?",
  "Rewrite this text: the machine is broken and nobody comes to repair it.",
  "How often should the machine be descaled?",
  "What does the orange lamp mean?",
  "Write a sentence about a lighthouse keeper.",
  "Which hotels may I book?",
  "Summarise the harbour fees.",
];
const SOAK_ROUNDS = 10;

const suites = { agreement, inference, knowledge, library, privacy, soak, storage, ui };
const suite = process.argv[2];
if (!(suite in suites)) {
  console.error(`usage: node bench.mjs ${Object.keys(suites).join("|")}`);
  process.exit(2);
}

function row(name, ours, unit, rival = null) {
  const short = (figure) => Number(figure.toPrecision(4));
  const compared = rival === null ? { rival, ratio: null } : { rival: short(rival), ratio: short(ours / rival) };
  const command = `cargo xtask bench ${suite} --browser`;
  console.log(JSON.stringify({ row: name, ours: short(ours), ...compared, unit, command }));
}

/** Suites that measure a part without the site. */
const ALONE = [knowledge, storage];

const server = ALONE.includes(suites[suite]) ? null : await startServer();
try {
  await suites[suite](server?.url);
} finally {
  await server?.stop();
}

/**
 * Times the engine program alone on one thread, as wllama has, then with the helpers that a page lets it have, then wllama
 * with the pack's weights and with the same in its fastest format: all of them once per round, because the machine's pace
 * changes from one minute to the next. wllama reads the engine's own prompts. Figures are medians of the rounds.
 */
async function inference(url) {
  const browser = await openBrowser();
  try {
    const page = await browser.context.newPage();
    await page.goto(url);
    // The page's own engine idles once its models are loaded.
    await page.locator("section.models").waitFor();
    await modelsReady(page);
    const html = await (await fetch(url)).text();
    const [engine, helper] = ["engine", "helper"].map(
      (name) => html.match(new RegExp(`name="conclave-worker-${name}" content="([^"]+)"`))[1],
    );
    const rounds = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const alone = await engineFigures(page, engine);
      const helped = await engineFigures(page, `${engine}#helper=${helper}`);
      await useBuild(page, "engine");
      const plain = await engineFigures(page, engine);
      await useBuild(page, null);
      const rivals = {};
      for (const format of TIMED) {
        const rival = await measureWllama(browser.context, format, alone.prompts);
        if (rival.read !== alone.read) throw new Error(`the rival read ${rival.read} tokens instead of ${alone.read}`);
        rivals[format] = rival;
      }
      rounds.push({ alone, helped, plain, rivals });
      const figures = (name, figure) => (name === "prompts" ? undefined : figure);
      console.error(`round ${round} of ${ROUNDS}: ${JSON.stringify(rounds.at(-1), figures)}`);
    }
    const median = (figure) => rounds.map(figure).sort((a, b) => a - b)[ROUNDS >> 1];
    for (const format of TIMED) {
      for (const what of ["decode", "prefill"]) {
        const name = `SmolLM2-135M Q4_1 ${what}, wasm, 1 thread, against wllama 3.8.1 with ${format}`;
        row(name, median(({ alone }) => alone[what]), "tok/s", median(({ rivals }) => rivals[format][what]));
      }
    }
    for (const [what, of, unit] of [
      ["SmolLM2-135M Q4_1 decode, wasm", "decode", "tok/s"],
      ["SmolLM2-135M Q4_1 prefill, wasm", "prefill", "tok/s"],
      ["both models from storage to ready", "load", "ms"],
      ["engine started to the first token of an answer, models stored", "firstToken", "ms"],
      ["MiniLM, a text of 128 tokens", "embed", "ms"],
      ["MiniLM, texts of 64 tokens one after the other", "texts", "texts/s"],
    ]) {
      const alone = median(({ alone }) => alone[of]);
      // Chromium keeps no compiled code of a program that the bench chose for it.
      const isStart = of === "load" || of === "firstToken";
      if (isStart) row(`${what}, 1 thread`, alone, unit);
      else row(`${what}, 1 thread, against the build without relaxed SIMD`, alone, unit, median(({ plain }) => plain[of]));
      row(`${what}, with helpers, against 1 thread`, median(({ helped }) => helped[of]), unit, alone);
    }
  } finally {
    await browser.remove();
  }
}

/** What a fresh engine comes to. */
async function engineFigures(page, script) {
  const engine = await page.evaluateHandle(startEngine, script);
  const figures = await page.evaluate(measureEngine, { engine, prompt: PROMPT });
  await engine.evaluate(({ end }) => end());
  return figures;
}

/**
 * How often our decoder finds the token the most probable that wllama wrote, after the same tokens before it. With the pack's
 * weights, wllama rounds activations to 8 bits; with the same weights as floats it does not.
 */
async function agreement() {
  const folder = await mkdtemp(join(tmpdir(), "conclave-agreement-"));
  const browser = await openBrowser();
  try {
    for (const format of ["Q4_1", "F32"]) {
      const answers = await writeWllama(browser.context, format, PROMPTS, 32);
      const file = join(folder, `${format}.json`);
      await writeFile(file, JSON.stringify(answers));
      const bench = ["bench", "--quiet", "--package", "conclave-inference", "--bench", "agreement", "--", file];
      const options = { cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" };
      const { status, stdout } = spawnSync("cargo", bench, options);
      if (status !== 0) throw new Error("the decoder's side of the comparison failed");
      const { equal, by_floats, near, of } = JSON.parse(stdout.trim().split("\n").at(-1));
      const what = `with wllama 3.8.1 (weights as ${format}) on ${answers.length} prompts, ${of} tokens`;
      row(`top-1 agreement ${what}`, (100 * equal) / of, "%");
      row(`top-1 agreement of our weights as floats ${what}`, (100 * by_floats) / of, "%");
      row(`its choice is our first or second ${what}`, (100 * (equal + near)) / of, "%");
    }
  } finally {
    await browser.remove();
    await rm(folder, { recursive: true });
  }
}

/**
 * A hundred questions in one tab, ten to a thread: what its memory grows by after the first twenty. Once as it is, where the
 * browser lets garbage grow until it finds a collection worth its while, and once with a collection after each thread.
 */
async function soak(url) {
  for (const collects of [false, true]) {
    const browser = await openBrowser();
    try {
      const page = await pageWithDocuments(browser, url);
      const memory = [];
      for (let round = 0; round < SOAK_ROUNDS; round++) {
        for (const question of QUESTIONS) await ask(page, question);
        // It measures after a collection in the page and its workers.
        if (collects) await page.evaluate(() => performance.measureUserAgentSpecificMemory());
        memory.push(await largestRendererMb("VmRSS"));
        console.error(`${(round + 1) * QUESTIONS.length} questions: ${Math.round(memory.at(-1))} MB`);
        if (round + 1 < SOAK_ROUNDS) await page.getByRole("button", { name: "New thread" }).click();
      }
      const what = collects ? "resident set without garbage" : "resident set";
      const [early, late] = [memory[1], memory.at(-1)];
      row(`${what} after ${SOAK_ROUNDS * QUESTIONS.length} questions, against that after 20`, late, "MB", early);
    } finally {
      await browser.remove();
    }
  }
}

/**
 * How fast the redactor reads, with what it takes to bring a text to it and its finds back, then OpenRedaction, which gets the
 * head of a long text: its time grows with the square of the length. Both once per round, because the machine's pace changes
 * from one minute to the next; figures are medians of the rounds.
 */
async function privacy(url) {
  const texts = await privacyTexts();
  const browser = await openBrowser();
  try {
    const page = await browser.context.newPage();
    await page.goto(url);
    await page.getByLabel("Your question").waitFor();
    const html = await (await fetch(url)).text();
    const named = (name) => html.match(new RegExp(`name="${name}" content="([^"]+)"`))[1];
    const script = `${named("conclave-worker-redact")}#names=${named("conclave-names")}`;
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const ours = await page.evaluate(measureRedactor, { script, texts });
      // The first reading is its start, as `first` is ours.
      const heads = { clean: texts.clean.slice(0, RIVAL_READS), dense: texts.dense.slice(0, RIVAL_READS) };
      const [first, prompt, clean, dense] = await measureOpenRedaction(browser.context, [texts.prompt, texts.prompt, heads.clean, heads.dense]);
      rounds.push({ ours, rival: { first: first.ms, prompt: prompt.ms, clean: clean.ms, dense: dense.ms } });
    }
    const median = (figure) => rounds.map(figure).sort((a, b) => a - b)[ROUNDS >> 1];
    const times = (name, of) => row(name, median(({ ours }) => ours[of]), "ms", median(({ rival }) => rival[of]));
    const rates = (name, of) => {
      const kilobytes = (text) => new TextEncoder().encode(text).length / 1000;
      const [whole, head] = [kilobytes(texts[of]), kilobytes(texts[of].slice(0, RIVAL_READS))];
      row(name, median(({ ours }) => whole / ours[of]), "MB/s", median(({ rival }) => head / rival[of]));
    };
    row("redactor started to ready, its program stored", median(({ ours }) => ours.ready), "ms");
    row("redactor started to its list of names, stored", median(({ ours }) => ours.names), "ms");
    times("first prompt of 2 KB after that, and OpenRedaction", "first");
    times("prompt of 2 KB, and OpenRedaction", "prompt");
    rates("clean text, 4 MB of prose and code, and OpenRedaction", "clean");
    rates(`dense text, 1 MB with ${rounds[0].ours.denseMarks} values, and OpenRedaction`, "dense");
    const keys = await measureKeystrokes(browser.context, url, texts.clean);
    const at = (figures, share) => figures.toSorted((a, b) => a - b)[Math.floor((figures.length - 1) * share)];
    const taken = (name, figures) => {
      for (const [quantile, share] of [["p50", 0.5], ["p95", 0.95]]) row(`${name}, ${quantile}`, at(figures, share), "ms");
    };
    for (const [of, what] of [["grown", "key written on to a value in 2 KB"], ["found", "key that makes a value in 2 KB"]]) {
      taken(`${what} to its mark on the page`, keys[of].map(({ change }) => change));
      taken(`${what} to the frame that shows it`, keys[of].map(({ frame }) => frame));
    }
    taken("question of the page to the redactor's answer", keys.worker);
  } finally {
    await browser.remove();
  }
}

/** A library in the page itself. `CONCLAVE_PASSAGES` says how many passages it has, and several sizes with commas between. */
async function library() {
  const counts = process.env.CONCLAVE_PASSAGES?.split(",").map(Number) ?? [10_000, 100_000];
  const folder = await mkdtemp(join(tmpdir(), "conclave-library-"));
  const passphrase = "four words of nobody";
  // Of the words that the texts are made of, frequent and rare ones.
  const syllables = ["ba", "ke", "di", "fo", "gu", "la", "me", "ni", "po", "ru"];
  const word = (n) => [...String(n)].map((digit) => syllables[Number(digit)]).join("");
  const some = (...from) => Array.from({ length: 100 }, (_, n) => [from[0] + n * 7, from[1] + n * 101, from[2] + n * 431].map(word).join(" "));
  const asked = { queries: some(3, 41, 997), later: some(6, 91, 1_212) };
  try {
    for (const count of counts) {
      const file = join(folder, `${count}.age`);
      const made = spawnSync("cargo", ["bench", "--quiet", "-p", "conclave-engine", "--bench", "vault", "--", String(count), file, passphrase], { stdio: "inherit" });
      if (made.status !== 0) throw new Error("the library could not be made");
      const what = `${count.toLocaleString("en")} passages`;
      const figures = await measureLibrary(server.url, file, passphrase, asked);
      console.error(JSON.stringify(figures));
      row(`${what}: brought back from a backup`, figures.broughtBack, "s");
      row(`${what}: longest task of the page meanwhile`, figures.longBringing, "ms");
      row(`${what}: from opening the page to the first answer of a search`, figures.reload, "ms");
      row(`${what}: longest task of the page meanwhile and in 100 searches`, figures.longOpening, "ms");
      row(`${what}: search by words as soon as there is an answer, p50`, figures.wordsAtOnce.p50, "ms");
      row(`${what}: search by words as soon as there is an answer, p95`, figures.wordsAtOnce.p95, "ms");
      row(`${what}: search by words, p50`, figures.words.p50, "ms");
      row(`${what}: search by words, p95`, figures.words.p95, "ms");
      row(`${what}: search by words and meaning, with embedding, p50`, figures.hybrid.p50, "ms");
      row(`${what}: search by words and meaning, with embedding, p95`, figures.hybrid.p95, "ms");
      row(`${what}: memory of the page with both models`, figures.memory, "MB");
      await rm(file, { force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Segments of 8 MB and texts of 2 KB in IndexedDB, beside the same in the origin private file system. */
async function storage() {
  const { wrote, read } = await measureStorage();
  for (const [kind, what] of [["segments", "12 records of 8 MB"], ["texts", "2,000 records of 2 KB"]]) {
    row(`${what} written to IndexedDB, and to files`, wrote.indexedDb[kind], "ms", wrote.files[kind]);
    row(`${what} read from IndexedDB after a start of the browser, and from files`, read.indexedDb[kind], "ms", read.files[kind]);
  }
}

/**
 * The ten nearest of vectors by the law of `samples.rs`, found by our index and, in the same page, by those of npm: each that
 * is done with so many within minutes. Recall is against exact search over 32-bit floats. CONCLAVE_VECTORS names other numbers
 * of vectors.
 */
async function knowledge() {
  const counts = process.env.CONCLAVE_VECTORS?.split(",").map(Number) ?? [10_000, 100_000, 1_000_000];
  const rivals = [
    ["hnswlib", "hnswlib-wasm 0.8.2", 100_000],
    ["edgevec", "edgevec 0.9.0", 10_000],
    ["voy", "voy-search 0.6.3", 10_000],
  ];
  for (const count of counts) {
    const figures = async (index) => {
      const browser = await openBrowser();
      try {
        const measured = await measureVectors(browser.context, { index, count, dim: 384, queries: 200 });
        console.error(`${index}: ${JSON.stringify(measured)}`);
        return measured;
      } finally {
        await browser.remove();
      }
    };
    const what = `${count.toLocaleString("en")} vectors of 384`;
    const ours = await figures("ours");
    for (const [name, { recall, p50, p95 }] of [
      [`the ten nearest of ${what}`, ours],
      [`the ten nearest of ${what}, every row looked at`, ours.exact],
      [`the hundred nearest of ${what} (recall of the first ten)`, ours.hundred],
    ]) {
      row(`${name}, recall at 10`, recall, "share");
      row(`${name}, p50`, p50, "ms");
      row(`${name}, p95`, p95, "ms");
    }
    // With few vectors there is none.
    if (ours.candidates > 0) {
      row(`graph of ${what}, built in steps and checked`, ours.build, "s");
      row(`graph of ${what}, longest step`, ours.longest, "ms");
      row(`graph of ${what}, stored`, ours.stored, "MB");
      row(`graph of ${what}, loaded`, ours.load, "ms");
    }
    row(`memory of the program with ${what}`, ours.memory, "MB");
    row(`peak memory of the page with ${what}, those to compare with included`, ours.renderer, "MB");
    for (const [index, name] of rivals.filter(([, , most]) => count <= most)) {
      const rival = await figures(index);
      const against = `the ten nearest of ${what}, and ${name}`;
      row(`${against}, recall at 10`, ours.recall, "share", rival.recall);
      row(`${against}, p50`, ours.p50, "ms", rival.p50);
      row(`${against}, p95`, ours.p95, "ms", rival.p95);
      if (ours.candidates > 0) row(`${against}, built`, ours.build, "s", rival.build);
    }
  }
}

/** The page with three documents and both models. */
async function pageWithDocuments(browser, url) {
  const page = await browser.context.newPage();
  await page.goto(url);
  await addFiles(page, ["coffee-machine.md", "travel-policy.html", "harbour_fees.txt"].map(file));
  await documentsListed(page, 3);
  await modelsReady(page);
  return page;
}

/** Sizes, time until the composer takes text, time to the passages, memory with both models. */
async function ui(url) {
  for (const [name, start] of [["page", "conclave-app_bg"], ["engine", "engine_bg"], ["helper", "helper_bg"], ["redact", "redact_bg"]]) {
    const found = (await readdir(SITE)).find((file) => file.startsWith(start));
    const wasm = await readFile(SITE + found);
    const packed = brotliCompressSync(wasm, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    row(`${name} wasm, Brotli`, packed.length / 1024, "KiB");
  }
  const starts = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const browser = await openBrowser();
    const page = await browser.context.newPage();
    await page.goto(url, { waitUntil: "commit" });
    await page.getByLabel("Your question").waitFor();
    // From the start of the navigation until a person can type.
    starts.push(await page.evaluate(() => performance.now()));
    await browser.remove();
  }
  row(`interactive, median of ${COLD_STARTS} cold starts`, starts.sort((a, b) => a - b)[COLD_STARTS >> 1], "ms");

  const browser = await openBrowser();
  try {
    const page = await pageWithDocuments(browser, url);
    // What was imported before the encoder was ready is embedded now.
    await page.locator(".documents .notes").first().waitFor({ state: "detached", timeout: 60_000 });
    await page.getByLabel("Your question").fill("How long is the warranty of the coffee machine?");
    const before = Date.now();
    await page.getByLabel("Your question").press("Enter");
    await page.locator("article.live .passage").first().waitFor();
    row("passages after the question", Date.now() - before, "ms");
    await page.locator("article.turn:not(.live)").first().waitFor({ timeout: 120_000 });
    await ask(page, "What is the capital of France?");
    // Chromium counts a worker's wasm memory in neither of its JavaScript figures, so the system is asked.
    row("largest resident set of a renderer, both models loaded", await largestRendererMb(), "MB");
  } finally {
    await browser.remove();
  }
}

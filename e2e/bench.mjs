// Speed, size and memory of the built site in Chromium: `cargo xtask bench agreement|inference|soak|ui --browser`.
// One JSON line per row: {row, ours, rival, ratio, unit, command}. `rival` is null where nothing ran beside it, else what
// the program that the row names came to in the same run of the same browser.

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { openBrowser } from "./lib/browser.mjs";
import { addFiles, ask, document as file, documentsListed, modelsReady } from "./lib/council.mjs";
import { startServer } from "./lib/server.mjs";
import { PROMPTS } from "./rivals/prompts.mjs";
import { FORMATS, measureWllama, writeWllama } from "./rivals/wllama.mjs";

const SITE = fileURLToPath(new URL("../dist/site/", import.meta.url));
const COLD_STARTS = 5;
const PROMPT = "The harbour master opened the ledger at six in the morning and wrote down every ship. ".repeat(20);

const suites = { agreement, inference, soak, ui };
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

const server = await startServer();
try {
  await suites[suite](server.url);
} finally {
  await server.stop();
}

/**
 * Speaks to the engine program alone, as the page does, and times the pieces of two drafts; then wllama reads the prompt of
 * the first and writes after that of the second, with the pack's weights and with the same in its fastest format. The
 * engine is measured on one thread, as wllama is, and with the helpers that a page lets it have.
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
    const figures = await page.evaluate(measure, { script: engine, prompt: PROMPT });
    const helped = await page.evaluate(measure, { script: `${engine}#helper=${helper}`, prompt: PROMPT });
    await page.close();
    for (const format of FORMATS) {
      const rival = await measureWllama(browser.context, format, figures.prompts);
      if (rival.read !== figures.read) throw new Error(`the rival read ${rival.read} tokens instead of ${figures.read}`);
      const against = `wasm, 1 thread, against wllama 3.8.1 with ${format}`;
      row(`SmolLM2-135M Q4_1 decode, ${against}`, figures.decode, "tok/s", rival.decode);
      row(`SmolLM2-135M Q4_1 prefill, ${against}`, figures.prefill, "tok/s", rival.prefill);
    }
    for (const [what, of, unit] of [
      ["SmolLM2-135M Q4_1 decode, wasm", "decode", "tok/s"],
      ["SmolLM2-135M Q4_1 prefill, wasm", "prefill", "tok/s"],
      ["both models from storage to ready", "load", "ms"],
      ["engine started to the first token of an answer, models stored", "firstToken", "ms"],
      ["MiniLM, a text of 128 tokens", "embed", "ms"],
      ["MiniLM, texts of 64 tokens one after the other", "texts", "texts/s"],
    ]) {
      row(`${what}, 1 thread`, figures[of], unit);
      row(`${what}, with helpers, against 1 thread`, helped[of], unit, figures[of]);
    }
  } finally {
    await browser.remove();
  }
}

/** How often our decoder finds the token the most probable that wllama wrote, after the same tokens before it. */
async function agreement() {
  const folder = await mkdtemp(join(tmpdir(), "conclave-agreement-"));
  const browser = await openBrowser();
  try {
    const answers = await writeWllama(browser.context, PROMPTS, 32);
    const file = join(folder, "answers.json");
    await writeFile(file, JSON.stringify(answers));
    const bench = ["bench", "--quiet", "--package", "conclave-inference", "--bench", "agreement", "--", file];
    const options = { cwd: new URL("..", import.meta.url), stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" };
    const { status, stdout } = spawnSync("cargo", bench, options);
    if (status !== 0) throw new Error("the decoder's side of the comparison failed");
    const { equal, by_floats, near, of } = JSON.parse(stdout.trim().split("\n").at(-1));
    const what = `with wllama 3.8.1 on ${answers.length} prompts, ${of} tokens`;
    row(`top-1 agreement ${what}`, (100 * equal) / of, "%");
    row(`top-1 agreement of the same weights as floats ${what}`, (100 * by_floats) / of, "%");
    row(`its choice is our first or second ${what}`, (100 * (equal + near)) / of, "%");
  } finally {
    await browser.remove();
    await rm(folder, { recursive: true });
  }
}

/** Runs in the page. */
async function measure({ script, prompt }) {
  const created = performance.now();
  const worker = new Worker(script, { type: "module" });
  let number = 0;
  let hear = () => {};
  const nameOf = (body) => (typeof body === "string" ? body : Object.keys(body)[0]);
  const version = await new Promise((resolve) => {
    worker.onmessage = ({ data }) => (nameOf(data.body) === "Started" ? resolve(data.body.Started.version) : hear(data));
  });
  const request = (body, closing, file, on = () => {}) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      hear = ({ id: of, body: event }) => {
        const name = nameOf(event);
        if (of !== id) return;
        if (name === "Failed") reject(new Error(JSON.stringify(event)));
        on(name, event[name]);
        if (name === closing) resolve(event[name]);
      };
      worker.postMessage([{ version, id, body }, file]);
    });
  await request("Hello", "Ready");

  /** Times of the draft's pieces after Logos began, and what the model read. */
  const draft = async (thread, question) => {
    let [ready, began] = [0, 0];
    const pieces = [];
    const turn = await request({ Ask: { thread: thread.repeat(32), question } }, "TurnEnded", undefined, (name, event) => {
      if (name !== "Trace") return;
      if (event.Phase?.Considering && !ready) ready = performance.now();
      if (event.Phase?.Considering?.seat === "Logos" && !began) began = performance.now();
      if (event.DraftText?.round === 1) pieces.push(performance.now());
    });
    const report = turn.reports.find((report) => report.seat === "Logos");
    return { ready, began, pieces, report };
  };
  // A question before its models are there: they are loaded for it.
  const first = await draft("c", "What is the capital of France?");
  const long = await draft("a", `Rewrite this text: ${prompt}`);
  const story = await draft("b", "Write a long story about the sea.");
  /** Median time of a search for so many tokens: the encoder's, for there are no documents. */
  const search = async (tokens) => {
    const times = [];
    for (let i = 0; i < 11; i++) {
      const start = performance.now();
      // The text's first and last token are the encoder's own.
      await request({ Search: { query: "ship ".repeat(tokens - 2), limit: 1 } }, "Found");
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[5];
  };
  const [embed, short] = [await search(128), await search(64)];
  worker.terminate();
  return {
    load: first.ready - created,
    firstToken: first.pieces[0] - created,
    embed,
    texts: 1000 / short,
    read: long.report.tokens_in,
    prompts: { long: long.report.prompt, story: story.report.prompt, tokens: story.pieces.length },
    prefill: (long.report.tokens_in - long.report.tokens_reused) / ((long.pieces[0] - long.began) / 1000),
    decode: (story.pieces.length - 1) / ((story.pieces.at(-1) - story.pieces[0]) / 1000),
  };
}

/**
 * Memory of the largest renderer that runs, from /proc (Linux): its peak, or with `VmRSS` what it has now. The bench's own
 * browser is the only one open.
 */
async function largestRendererMb(figure = "VmHWM") {
  const found = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
    const words = (await read("cmdline")).split(/[\0 ]/);
    if (words.includes("--type=renderer")) {
      found.push(Number((await read("status")).match(new RegExp(`${figure}:\\s+(\\d+) kB`))?.[1] ?? 0));
    }
  }
  return (Math.max(...found) * 1024) / 1e6;
}

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

/** A hundred questions in one tab, ten to a thread: what its memory grows by after the first twenty. */
async function soak(url) {
  const browser = await openBrowser();
  try {
    const page = await browser.context.newPage();
    await page.goto(url);
    await addFiles(page, ["coffee-machine.md", "travel-policy.html", "harbour_fees.txt"].map(file));
    await documentsListed(page, 3);
    await modelsReady(page);
    const memory = [];
    for (let round = 0; round < SOAK_ROUNDS; round++) {
      for (const question of QUESTIONS) await ask(page, question);
      memory.push(await largestRendererMb("VmRSS"));
      console.error(`${(round + 1) * QUESTIONS.length} questions: ${Math.round(memory.at(-1))} MB`);
      if (round + 1 < SOAK_ROUNDS) await page.getByRole("button", { name: "New thread" }).click();
    }
    const [early, late] = [memory[1], memory.at(-1)];
    row(`resident set after ${SOAK_ROUNDS * QUESTIONS.length} questions, against that after 20`, late, "MB", early);
  } finally {
    await browser.remove();
  }
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
    const page = await browser.context.newPage();
    await page.goto(url);
    await addFiles(page, ["coffee-machine.md", "travel-policy.html", "harbour_fees.txt"].map(file));
    await documentsListed(page, 3);
    await modelsReady(page);
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

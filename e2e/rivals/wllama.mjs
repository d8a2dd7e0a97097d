// The rival of `bench.mjs`: wllama, which is llama.cpp in wasm, with the model file that the engine reads, and with the same
// weights in other formats.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

import { FORMATS, inFormat } from "./formats.mjs";

const PACK = new URL("../../models/smollm2-135m-instruct-q4_1/", import.meta.url);
const LIBRARY = new URL("../node_modules/@wllama/wllama/esm/", import.meta.url);
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** SmolLM2's chat template around a question (ChatML). */
const templated = (question) =>
  "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n" +
  `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;

/**
 * What wllama with weights of a format writes after each question, the most probable token each time: `{ prompt, tokens }`,
 * `count` numbers of tokens.
 */
export function writeWllama(context, format, questions, count) {
  const cases = questions.map((question) => ({ question, prompt: templated(question) }));
  return withWllama(context, write, { format, cases, count });
}

/**
 * Speed of wllama on one thread, in a page of its own, with weights of a format: tokens per second of reading the prompt
 * `long`, and of writing `tokens` tokens after the prompt `story`. Both are its own figures, which leave out the messages
 * between page and worker; `read` is the length of `long` in tokens.
 */
export function measureWllama(context, format, prompts) {
  return withWllama(context, measure, { format, ...prompts });
}

/** Runs `work` in a page of its own that can load the library and the model. */
async function withWllama(context, work, argument) {
  // An origin of its own: its worker starts from a blob, which the product's Content-Security-Policy forbids.
  const server = createServer((request, response) => {
    serve(new URL(request.url, "http://localhost").pathname, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const page = await context.newPage();
  try {
    await page.goto(`http://localhost:${server.address().port}/`);
    return await page.evaluate(work, argument);
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}

async function serve(path, response) {
  if (path === "/") {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>wllama</title>");
  } else if (path === "/page.js") {
    response.writeHead(200, { "content-type": "text/javascript" }).end(`export ${load}`);
  } else if (FORMATS.some((format) => path === `/${format}.gguf`)) {
    response.end(inFormat(path.slice(1, -".gguf".length), await pack()));
  } else {
    const file = await readFile(new URL(`.${path}`, LIBRARY)).catch(() => null);
    response.writeHead(file ? 200 : 404, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(file);
  }
}

/** The model file of the pack. */
async function pack() {
  const { files } = JSON.parse(await readFile(new URL("manifest.json", PACK), "utf8"));
  const { parts } = files.find(({ name }) => name === "model.gguf");
  return Buffer.concat(await Promise.all(parts.map(({ name }) => readFile(new URL(name, PACK)))));
}

/** Runs in the page: the library with its model in a format, on one thread. */
async function load(format) {
  const { Wllama, LoggerWithoutDebug } = await import("/index.js");
  const wllama = new Wllama({ default: "/wasm/wllama.wasm" }, { logger: LoggerWithoutDebug, suppressNativeLog: true });
  const model = await (await fetch(`/${format}.gguf`)).blob();
  // Without flash attention it reads 1.6 times as fast in wasm (6.5 tok/s instead of 4.1 on a busy machine).
  const floats = format === "F32" ? { cache_type_k: "f32", cache_type_v: "f32" } : {};
  await wllama.loadModel([model], { n_threads: 1, n_ctx: 2048, n_gpu_layers: 0, flash_attn: false, ...floats });
  if (wllama.getNumThreads() > 1) throw new Error(`wllama took ${wllama.getNumThreads()} threads`);
  return wllama;
}

/** Runs in the page. */
async function write({ format, cases, count }) {
  const wllama = await (await import("/page.js")).load(format);
  const answers = [];
  for (const { question, prompt } of cases) {
    const asked = { prompt, max_tokens: count, temperature: 0, logprobs: 1 };
    const { choices } = await wllama.createCompletion(asked);
    answers.push({ prompt: question, tokens: choices[0].logprobs.content.map(({ id }) => id) });
  }
  await wllama.exit();
  return answers;
}

/** Runs in the page. */
async function measure({ format, long, story, tokens }) {
  const wllama = await (await import("/page.js")).load(format);
  const complete = (prompt, max_tokens) =>
    wllama.createCompletion({ prompt, max_tokens, temperature: 0, cache_prompt: false });
  const read = await complete(long, 1);
  const written = await complete(story, tokens);
  await wllama.exit();
  return {
    prefill: read.timings.prompt_per_second,
    decode: written.timings.predicted_per_second,
    read: read.timings.prompt_n,
  };
}

// The model that writes on WebGPU, which a program plays here (SwiftShader): slow, but with the same limits and the same
// ways to fail as a real one. The model is a tiny random one: what it writes is nonsense, on both processors the same kind.
// What the default model says on a graphics processor is tested natively (engine/inference/tests/gpu.rs).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { complaints, openBrowser, screenshot, serverUrl } from "../harness.mjs";
import { MODEL_MS, addFiles, ask, modelsReady } from "../lib/council.mjs";

const TINY = fileURLToPath(new URL("../../engine/inference/tests/fixtures/writer-llama-bpe.gguf", import.meta.url));

let browser;
let page;
let errors;

before(async () => {
  browser = await openBrowser({ args: ["--enable-unsafe-webgpu"] });
  page = await browser.context.newPage();
  errors = complaints(page);
  await page.goto(await serverUrl());
});
after(() => browser?.remove());

/** Ends the process that all of a browser's graphics go through, as a driver's crash does. */
function killGraphics(profile) {
  const processes = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 1 << 24 })
    .split("\n")
    .map((line) => line.trim().match(/^(\d+)\s+(\d+)\s+(.*)$/))
    .filter(Boolean)
    .map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args }));
  const own = new Set(processes.filter(({ args }) => args.includes(profile)).map(({ pid }) => pid));
  const graphics = processes.find(({ parent, args }) => own.has(parent) && args.includes("--type=gpu-process"));
  process.kill(graphics.pid, "SIGKILL");
}

const dialog = () => page.getByRole("dialog");

/** Chooses what runs the model. */
async function runOn(words) {
  await page.keyboard.press("Control+,");
  await dialog().getByText(words, { exact: true }).click();
  await dialog().getByText("Stored on this device.").waitFor();
  await dialog().getByRole("button", { name: "Done" }).click();
}

/** What the settings say of it, once it is loaded. */
async function runsOn() {
  await page.keyboard.press("Control+,");
  const words = await dialog().getByText(/^It runs on the .* now\.$/).textContent({ timeout: MODEL_MS });
  await screenshot(page, "gpu-settings");
  await dialog().getByRole("button", { name: "Done" }).click();
  return words;
}

/** What the council made of the nonsense, whatever it is: a turn that failed can be asked again. */
async function ended(turn) {
  const words = (await turn.textContent()) ?? "";
  assert.equal(await turn.getByRole("button", { name: "Ask again" }).count(), 0, words);
  assert.ok((await turn.getByRole("button", { name: "How the council got here" }).count()) > 0, words);
}

describe("the graphics processor", { concurrency: false }, () => {
  test("a program that plays one is not taken unasked", async () => {
    await modelsReady(page);
    await addFiles(page, [TINY]);
    await page.locator(".import").waitFor({ state: "detached", timeout: MODEL_MS });
    await modelsReady(page);
    assert.equal(await runsOn(), "It runs on the processor now.");
  });

  test("runs the model once it is asked to", async () => {
    await runOn("Graphics processor");
    await ended(await ask(page, "What is the capital of France?"));
    assert.equal(await runsOn(), "It runs on the graphics processor now.");
  });

  test("lost under a loaded model: the next turn comes to its end all the same", async () => {
    // The page's own device tells when it happened.
    await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      globalThis.lost = (await adapter.requestDevice()).lost.then(() => "lost");
    });
    killGraphics(browser.profile);
    assert.equal(await page.evaluate(() => globalThis.lost), "lost");
    await ended(await ask(page, "What is the capital of Italy?"));
    assert.match(await runsOn(), /^It runs on the (graphics )?processor now\.$/);
  });

  test("nothing complained", () => assert.deepEqual(errors, []));
});

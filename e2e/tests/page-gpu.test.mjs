// The model that writes on WebGPU, which a program plays here (SwiftShader): slow, but with the same limits and the same
// ways to fail as a real one.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { complaints, openBrowser, screenshot, serverUrl } from "../harness.mjs";
import { MODEL_MS, ask, modelsReady } from "../lib/council.mjs";

/** A software adapter needs a second for a token where the processor needs 40 ms. */
const ANSWER_MS = 4 * MODEL_MS;

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

/** Chooses what runs the model; gives what the settings say when it is loaded. */
async function runOn(words) {
  await page.keyboard.press("Control+,");
  const dialog = page.getByRole("dialog");
  await dialog.getByText(words, { exact: true }).click();
  await dialog.getByText("Stored on this device.").waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
}

async function runsOn() {
  await page.keyboard.press("Control+,");
  const line = page.getByRole("dialog").getByText(/^It runs on the .* now\.$/);
  const words = await line.textContent({ timeout: MODEL_MS });
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  return words;
}

describe("the graphics processor", { concurrency: false }, () => {
  test("a program that plays one is not taken unasked", async () => {
    await modelsReady(page);
    assert.equal(await runsOn(), "It runs on the processor now.");
  });

  test("writes the same answer, once it is asked for", async () => {
    await runOn("Graphics processor");
    const turn = await ask(page, "What is the capital of France?", ANSWER_MS);
    assert.match((await turn.locator(".answer").textContent()) ?? "", /The capital of France is Paris\./);
    assert.equal(await runsOn(), "It runs on the graphics processor now.");
    await screenshot(page, "gpu-answer");
  });

  test("lost in the middle of an answer: the answer comes all the same", async () => {
    await page.getByLabel("Your question").fill("What is the capital of Italy?");
    await page.getByLabel("Your question").press("Enter");
    const turns = await page.locator("article.turn:not(.live)").count();
    await page.locator("article.turn.live").waitFor();
    // Ends the process that all of the browser's graphics go through, as a driver's crash does.
    const crash = await browser.context.newPage();
    await crash.goto("chrome://gpucrash").catch(() => {});
    await crash.close();
    const turn = page.locator("article.turn:not(.live)").nth(turns);
    await turn.waitFor({ timeout: ANSWER_MS });
    assert.match((await turn.locator(".answer").textContent()) ?? "", /Rome/);
  });

  test("nothing complained", () => assert.deepEqual(errors, []));
});

// The page and its engine worker: threads, settings, a worker that dies. Models are not needed: a question that waits
// for them is stored already.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { nextWorker, withPage } from "../harness.mjs";

const QUESTION = "How long is the warranty?";
const EMPTY_LIST = "Your questions will be kept here.";

const field = (page) => page.getByLabel("Your question");
const engine = (page) => page.workers().find((worker) => worker.url().includes("engine"));

/** Opens the page and waits until the engine has opened its storage. */
async function open(page, goto) {
  await goto();
  await page.getByText(EMPTY_LIST).waitFor();
}

/** Throws where nobody catches it, in the worker. */
const kill = (worker) =>
  worker.evaluate(() => {
    setTimeout(() => {
      throw new Error("provoked by a test");
    });
  });

/** Asks and waits until the turn is stored: its thread is listed. */
async function ask(page, question = QUESTION) {
  await field(page).fill(question);
  await field(page).press("Enter");
  await page.locator(".threads .title", { hasText: question }).waitFor();
}

async function askAndStop(page, question) {
  await ask(page, question);
  await page.keyboard.press("Escape");
  await page.getByText("You stopped this question.").waitFor();
}

describe("a worker that dies", () => {
  test("in the middle of a question: the question stays in its thread and can be asked again", () =>
    withPage(async ({ page, goto }) => {
      await open(page, goto);
      await ask(page);
      await kill(engine(page));
      await page.locator(".problem", { hasText: "The engine stopped and was started again." }).waitFor();
      await page.locator(".problem", { hasText: "Your question is kept in its thread" }).waitFor();
      await page.getByRole("button", { name: "Ask again" }).waitFor();
      await page.reload();
      await page.getByText("This question was interrupted. Ask again?").waitFor();
      assert.equal(await page.locator("h2.question").innerText(), QUESTION);
      await page.getByRole("button", { name: "Ask again" }).click();
      await page.locator("article.turn.live").waitFor();
    }));

  test("again and again: the page stops starting it, says so, and starts it when asked to", () =>
    withPage(async ({ page, goto }) => {
      await open(page, goto);
      // Three automatic restarts, then no more.
      let running = engine(page);
      for (let crash = 0; crash < 3; crash += 1) running = await nextWorker(page, "engine", () => kill(running));
      await kill(running);
      const banner = page.locator(".banner");
      await banner.waitFor();
      assert.match(await banner.innerText(), /stopped several times within a minute/);
      await field(page).fill(QUESTION);
      await field(page).press("Enter");
      assert.equal(await field(page).inputValue(), QUESTION, "what was written is kept");
      await banner.getByRole("button", { name: "Try again" }).click();
      await banner.waitFor({ state: "detached" });
      await field(page).press("Enter");
      await page.locator(".threads .title", { hasText: QUESTION }).waitFor();
    }));
});

describe("threads", () => {
  test("are renamed, opened by address and deleted after a question", () =>
    withPage(async ({ page, goto, errors }) => {
      await open(page, goto);
      await askAndStop(page, QUESTION);
      await page.keyboard.press("Alt+r");
      await page.getByRole("dialog").getByLabel("Name").fill("Pumps");
      await page.keyboard.press("Enter");
      await page.locator(".threads .title", { hasText: "Pumps" }).waitFor();
      const address = page.url();

      await page.keyboard.press("Alt+n");
      await page.locator("section.welcome").waitFor();
      await page.goBack();
      await page.getByText("You stopped this question.").waitFor();
      assert.equal(page.url(), address);

      await page.locator(".thread").hover();
      await page.getByRole("button", { name: "Delete Pumps" }).click();
      await page.getByRole("button", { name: "Keep it" }).click();
      assert.equal(await page.locator(".thread").count(), 1);
      await page.getByRole("button", { name: "Delete Pumps" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText(EMPTY_LIST).waitFor();
      await page.reload();
      await page.getByText(EMPTY_LIST).waitFor();
      assert.deepEqual(errors, []);
    }));
});

describe("settings", () => {
  test("are stored at once and survive a reload", () =>
    withPage(async ({ page, goto }) => {
      await open(page, goto);
      await page.keyboard.press("Control+,");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Load the models when the page opens").uncheck();
      await dialog.getByLabel("Longest answer").fill("512");
      await dialog.getByLabel("Dark").check();
      await page.waitForFunction(() => getComputedStyle(document.documentElement).colorScheme === "dark");
      await dialog.getByText("Stored on this device.").waitFor();
      await dialog.getByRole("button", { name: "Done" }).click();
      await page.reload();
      await page.getByText(EMPTY_LIST).waitFor();
      await page.keyboard.press("Control+,");
      assert.equal(await dialog.getByLabel("Load the models when the page opens").isChecked(), false);
      assert.equal(await dialog.getByLabel("Longest answer").inputValue(), "512");
      assert.equal(await dialog.getByLabel("Dark").isChecked(), true);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    }));
});

/** What the look at the device says, by the lines' names. */
async function lookAtDevice(page) {
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "What suits this device?" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Measuring for two seconds…").waitFor();
  await dialog.getByText(/A model file of up to .* tokens a second/).waitFor();
  const lines = await dialog.locator("dl > div").evaluateAll((all) =>
    all.map((line) => [line.querySelector("dt").textContent, line.querySelector("dd").textContent]),
  );
  return { dialog, words: new Map(lines) };
}

describe("the device", () => {
  test("is looked at and measured", () =>
    withPage(async ({ page, goto }) => {
      await open(page, goto);
      const { dialog, words } = await lookAtDevice(page);
      const cores = await page.evaluate(() => navigator.hardwareConcurrency);
      const used = cores < 2 ? "one thread" : cores < 6 ? "2 threads" : cores < 8 ? "3 threads" : "4 threads";
      const simd = "(relaxed SIMD|SIMD, because relaxed SIMD is no faster here)";
      assert.match(words.get("Processor"), new RegExp(`^${cores} threads?, ${simd}, the models use ${used}$`));
      assert.match(words.get("Storage"), /used of/);
      assert.equal(words.get("Arithmetic"), "exact");
      assert.match(words.get("Reads weights"), /(MB|GB) a second/);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    }));
});

describe("helpers of the engine", () => {
  test("that do not start are done without", () =>
    withPage(async ({ page, context, goto }) => {
      let named = 0;
      await context.route("**/", async (route) => {
        const response = await route.fetch();
        const html = (await response.text()).replace(/helper_loader-/, () => (named++, "nothing-here-"));
        return route.fulfill({ response, body: html });
      });
      await open(page, goto);
      const { words } = await lookAtDevice(page);
      assert.equal(named, 1, "the page names their program");
      assert.match(words.get("Processor"), /the models use one thread$/);
      assert.equal(words.get("Arithmetic"), "exact");
    }));
});

describe("the network", () => {
  test("goes, and the page says so and goes on", () =>
    withPage(async ({ page, context, goto }) => {
      await open(page, goto);
      await context.setOffline(true);
      await page.getByText("Offline", { exact: true }).waitFor();
      // Questions are stored, and end in plain words where a model is missing.
      await ask(page);
      await page.locator("article.turn:not(.live) .outcome").waitFor();
      await context.setOffline(false);
      await page.getByText("Offline", { exact: true }).waitFor({ state: "detached" });
    }));
});

// A model file of the person's own: added, used, there again after a reload, removed. The file is the default generator's,
// put together from its parts.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { screenshot, withPage } from "../harness.mjs";
import { MODEL_MS, addFiles, ask, modelsReady } from "../lib/council.mjs";

const PACK = fileURLToPath(new URL("../../dist/site/models/smollm2-135m-instruct-q4_1/", import.meta.url));

let folder;
const path = (name) => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "conclave-model-"));
  const parts = (await readdir(PACK)).filter((name) => name.startsWith("part-")).sort();
  const whole = Buffer.concat(await Promise.all(parts.map((name) => readFile(PACK + name))));
  await writeFile(path("mine.gguf"), whole);
  await writeFile(path("half.gguf"), whole.subarray(0, whole.length >> 1));
  await writeFile(path("page.gguf"), "<!doctype html><title>404</title>");
});
after(() => rm(folder, { recursive: true, force: true }));

const generators = (page) => page.locator("fieldset.generators");
const refused = (page, name) => page.locator(".import[data-trouble]", { hasText: name });
/** Requests for parts of the model that ships. */
const countParts = (page) => {
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/smollm2-135m-instruct-q4_1/part-")) asked.push(request.url());
  });
  return asked;
};

async function openSettings(page) {
  await page.keyboard.press("Control+,");
  await generators(page).waitFor();
}

describe("a model file", () => {
  test("is copied, chosen, writes answers, is there after a reload, and can be removed", () =>
    withPage(async ({ page, goto, errors }) => {
      const asked = countParts(page);
      await goto();
      await modelsReady(page);
      assert.ok(asked.length > 0);
      await addFiles(page, [path("mine.gguf")]);
      await page.locator(".import", { hasText: "mine.gguf" }).waitFor();
      await page.locator(".import").waitFor({ state: "detached", timeout: MODEL_MS });
      await modelsReady(page);
      await openSettings(page);
      const own = generators(page).locator("li").nth(1);
      assert.equal(await own.getByRole("radio").isChecked(), true);
      assert.match(await own.innerText(), /98\.\d MB · 135 million weights · Q4_1/);
      await screenshot(page, "own-model-settings");
      await page.keyboard.press("Escape");
      const turn = await ask(page, "What is the capital of France?");
      assert.match(await turn.locator(".answer").innerText(), /Paris/);

      asked.length = 0;
      await page.reload();
      await modelsReady(page);
      const again = await ask(page, "What is the capital of Italy?");
      assert.match(await again.innerText(), /Rome/);
      assert.deepEqual(asked, [], "the model that ships is not asked for");

      await openSettings(page);
      await generators(page).locator("li").nth(1).getByRole("button", { name: /^Remove/ }).click();
      await page.getByRole("dialog").locator("button.danger").click();
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await openSettings(page);
      await generators(page).locator("li").nth(1).waitFor({ state: "detached" });
      assert.equal(await generators(page).getByRole("radio").first().isChecked(), true);
      await page.keyboard.press("Escape");
      assert.deepEqual(errors, []);
    }));

  test("that is none, or is cut short, is refused in plain words and changes nothing", () =>
    withPage(async ({ page, context, goto }) => {
      await context.route("**/models/**", (route) => route.abort());
      await goto();
      await page.getByText("Your questions will be kept here.").waitFor();
      await addFiles(page, [path("page.gguf"), path("half.gguf")]);
      await refused(page, "half.gguf").waitFor({ timeout: MODEL_MS });
      assert.match(await refused(page, "page.gguf").innerText(), /does not begin with GGUF\. Download the file again/);
      assert.match(await refused(page, "half.gguf").innerText(), /ends before its last tensor\. Download the file again/);
      await openSettings(page);
      assert.equal(await generators(page).locator("li").count(), 1);
      assert.equal(await generators(page).getByRole("radio").isChecked(), true);
    }));
});

/** A small model with random weights, as Hugging Face has such folders. */
const FOLDER = fileURLToPath(new URL("../../engine/inference/tests/fixtures/folder-chat-bytes", import.meta.url));

describe("a model of several files", () => {
  test("is one model, picked or dropped as a folder, and loads again after a reload", () =>
    withPage(async ({ page, context, goto, errors }) => {
      await goto();
      await modelsReady(page);
      await addFiles(page, (await readdir(FOLDER)).map((name) => join(FOLDER, name)));
      await page.locator(".import").waitFor({ state: "detached", timeout: MODEL_MS });
      await modelsReady(page);
      const isChosen = async () => {
        await openSettings(page);
        const own = generators(page).locator("li").nth(1);
        assert.equal(await own.getByRole("radio").isChecked(), true);
        assert.match(await own.innerText(), /weights · (F32|BF16|F16)/);
        assert.equal(await generators(page).locator("li").count(), 2);
        await page.keyboard.press("Escape");
      };
      await isChosen();

      // The same one again, as a person drops its folder, with a document in a folder beside it.
      await mkdir(path("notes"), { recursive: true });
      await writeFile(path("notes/pump.txt"), "The warranty of the pump lasts two years.");
      await writeFile(path("notes/photo.jpg"), "no document");
      const session = await context.newCDPSession(page);
      const drag = { x: 300, y: 300, data: { items: [], files: [FOLDER, path("notes")], dragOperationsMask: 1 } };
      for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, ...drag });
      await page.locator(".documents .document", { hasText: "pump.txt" }).waitFor({ timeout: MODEL_MS });
      await page.locator(".import").waitFor({ state: "detached", timeout: MODEL_MS });
      await modelsReady(page);
      assert.equal(await page.locator(".documents .document").count(), 1, "no photo");
      await isChosen();

      await page.reload();
      await modelsReady(page);
      await isChosen();
      assert.deepEqual(errors, []);
    }));

  test("that is not whole says what is missing", () =>
    withPage(async ({ page, context, goto }) => {
      await context.route("**/models/**", (route) => route.abort());
      await goto();
      await page.getByText("Your questions will be kept here.").waitFor();
      const [first] = (await readdir(FOLDER)).filter((name) => name.endsWith(".safetensors"));
      await addFiles(page, [join(FOLDER, first)]);
      const whole = first.replace(/-\d{5}-of-\d{5}/, "");
      await refused(page, whole).waitFor({ timeout: MODEL_MS });
      assert.match(await refused(page, whole).innerText(), /file config\.json is missing\. Add all files of the model at once/);
    }));
});

// Models from their public host: found on the list, downloaded in parts, paused, killed, resumed, refused. The host is a
// server of the test's own under the real names; the model is the default one, put together from its parts.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { openBrowser, screenshot, serverUrl, withPage } from "../harness.mjs";
import { MODEL_MS, ask, modelsReady } from "../lib/council.mjs";
import { startModelHost } from "../lib/model-host.mjs";

const PACK = fileURLToPath(new URL("../../dist/site/models/smollm2-135m-instruct-q4_1/", import.meta.url));
const PART = 16 * 1024 * 1024;
const REPOSITORY = "https://huggingface.co/conclave/test/";
const ADDRESS = `${REPOSITORY}resolve/main/mine.gguf`;

let host;
let whole;

before(async () => {
  const parts = (await readdir(PACK)).filter((name) => name.startsWith("part-")).sort();
  whole = Buffer.concat(await Promise.all(parts.map((name) => readFile(PACK + name))));
  const none = Buffer.alloc(PART, "no model at all ");
  host = await startModelHost(
    new Map([
      ["mine.gguf", whole],
      ["none.gguf", none],
      ["SmolLM2-360M-Instruct-Q4_K_M.gguf", none],
    ]),
  );
});
after(() => host.stop());

const dialog = (page) => page.getByRole("dialog");
const line = (page, name) => dialog(page).locator("li.line", { hasText: name });
const button = (page, name, words) => line(page, name).getByRole("button", { name: new RegExp(`^${words}: `) });

/** The button of the one download that runs. */
const pause = (page) => dialog(page).getByRole("button", { name: /^Pause: / });

async function openModels(page) {
  await page.getByText("Opening…").waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("models");
  await page.keyboard.press("Enter");
  await dialog(page).getByRole("heading", { name: "Models" }).waitFor();
}

async function download(page, address) {
  await dialog(page).getByLabel("Another GGUF file").fill(address);
  await dialog(page).getByLabel("Another GGUF file").press("Enter");
}

/** Changes a byte of the first stored part in the middle of the file system that only this site sees. */
const damageAPart = (page, size) =>
  page.evaluate(async (size) => {
    const root = await navigator.storage.getDirectory();
    const models = await root.getDirectoryHandle("models");
    for await (const folder of models.values()) {
      if (!/^[0-9a-f]{32}$/.test(folder.name)) continue;
      for await (const entry of folder.values()) {
        const file = await entry.getFile();
        if (file.size !== size) continue;
        const bytes = new Uint8Array(await file.arrayBuffer());
        bytes[bytes.length >> 1] ^= 1;
        const stream = await entry.createWritable();
        await stream.write(bytes);
        await stream.close();
        return true;
      }
    }
    return false;
  }, size);

describe("a model from its public host", () => {
  test("is paused, survives a killed browser, goes on with the part that is missing, and writes", async () => {
    const url = await serverUrl();
    const fourth = host.hold(`bytes=${3 * PART}-${4 * PART - 1}`);
    let browser = await openBrowser({ args: host.args });
    try {
      let page = browser.context.pages()[0];
      await page.goto(url);
      await openModels(page);
      // As a person copies it from the page about the file.
      await download(page, `${REPOSITORY}blob/main/mine.gguf?download=true`);
      // Three parts are stored when the fourth is asked for.
      await fourth.reached;
      await pause(page).waitFor();
      await screenshot(page, "download-running");
      await pause(page).click();
      await line(page, "Not finished: 50.3 MB of 98.4 MB are here.").waitFor();
      const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
      assert.match(focused, /^Resume: /, "the button that was pressed keeps the focus");
      assert.deepEqual([...new Set(host.begins())], [0, PART, 2 * PART, 3 * PART]);

      await browser.close();
      fourth.release();
      host.asked.length = 0;
      browser = await openBrowser({ profile: browser.profile, args: host.args });
      page = browser.context.pages()[0];
      await page.goto(url);
      assert.equal(await damageAPart(page, PART), true);
      await openModels(page);
      const unfinished = "Not finished: 50.3 MB of 98.4 MB are here.";
      await line(page, unfinished).waitFor();
      await screenshot(page, "download-unfinished");
      await button(page, unfinished, "Resume").click();
      await line(page, "On this device.").waitFor({ timeout: MODEL_MS });
      const begins = host.begins();
      assert.ok(begins[0] < 3 * PART, "the damaged part, alone");
      assert.deepEqual(begins.slice(1), [3 * PART, 4 * PART, 5 * PART], "and those that were never here");

      await button(page, "On this device.", "Use").click();
      await button(page, "On this device.", "In use").waitFor();
      await page.keyboard.press("Escape");
      await modelsReady(page);
      const turn = await ask(page, "What is the capital of France?");
      assert.match(await turn.locator(".answer").innerText(), /Paris/);

      for (const { host: name, method, headers } of host.asked) {
        assert.equal(method, "GET");
        assert.ok(["huggingface.co", "us.aws.cdn.hf.co"].includes(name), name);
        for (const header of ["cookie", "referer", "authorization", "if-range"]) assert.equal(headers[header], undefined, header);
      }
      await openModels(page);
      await button(page, "On this device.", "Remove").click();
      await dialog(page).locator("button.danger").click();
      await openModels(page);
      await line(page, "On this device.").waitFor({ state: "detached" });
    } finally {
      await browser.remove();
    }
  });

  test("that was cancelled gives its room back, and one that changed is not mixed", () =>
    withPage(
      async ({ page, context, goto }) => {
        await context.route("**/models/**", (route) => route.abort());
        await goto();
        await openModels(page);
        const third = host.hold(`bytes=${2 * PART}-${3 * PART - 1}`);
        await download(page, ADDRESS);
        await third.reached;
        await pause(page).click();
        await line(page, "Not finished").waitFor();
        third.release();
        host.change();
        await button(page, "Not finished", "Resume").click();
        await line(page, "is not the one that was expected").waitFor({ timeout: MODEL_MS });
        assert.match(await line(page, "Not finished").innerText(), /changed meanwhile\. Nothing was mixed\./);
        await button(page, "Not finished", "Remove").click();
        await line(page, "Not finished").waitFor({ state: "detached" });
        const stored = await page.evaluate(async () => {
          const models = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
          const names = [];
          for await (const name of models.keys()) names.push(name);
          return names.filter((name) => /^[0-9a-f]{32}$/.test(name));
        });
        assert.deepEqual(stored, []);
      },
      { args: host.args },
    ));

  test("that cannot be had says what happened and what to do", () =>
    withPage(
      async ({ page, context, goto }) => {
        await context.route("**/models/**", (route) => route.abort());
        await goto();
        await openModels(page);
        host.asked.length = 0;
        for (const [name, what, next] of [
          ["gated.gguf", /answered 403/, /sign in and download the file in a browser, then add it here/],
          ["gone.gguf", /answered 404/, /choose another model/],
          ["login.gguf", /a web page instead of the file/, /in another tab, then resume/],
          ["whole.gguf", /does not send the file in parts/, /Download the file in a browser, then add it here/],
          ["none.gguf", /does not begin with GGUF/, /Download the file again/],
          ["elsewhere.gguf", /cannot be reached/, /Check the connection/],
        ]) {
          await download(page, `${REPOSITORY}resolve/main/${name}`);
          const trouble = line(page, name).locator(".trouble");
          await trouble.waitFor({ timeout: MODEL_MS });
          const words = await trouble.innerText();
          assert.match(words, what);
          assert.match(words, next);
        }
        await download(page, "https://example.com/model.gguf");
        await line(page, "models are fetched from huggingface.co only").or(line(page, "Models are fetched from huggingface.co only")).waitFor();
        assert.ok(host.asked.every(({ host: name }) => name !== "models.example.com"), "the policy stopped the redirect");
        await screenshot(page, "download-refused");
      },
      { args: host.args },
    ));
});

describe("the list of models", () => {
  test("says of each what it needs and what it means for this device, and asks for exactly that file", () =>
    withPage(
      async ({ page, context, goto }) => {
        await context.route("**/models/**", (route) => route.abort());
        await goto();
        await page.getByText("Your questions will be kept here.").waitFor();
        await page.keyboard.press("Control+,");
        await page.getByRole("button", { name: "Choose or download a model" }).click();
        await dialog(page).getByText(/Suits this device: about|Slow here: it would write about/).first().waitFor({ timeout: MODEL_MS });
        assert.equal(await dialog(page).locator("li.line").count(), 11);
        const small = await line(page, "SmolLM2 360M Instruct").innerText();
        assert.match(small, /Apache-2\.0/);
        assert.match(small, /270\.6 MB \(Q4_K_M\)/);
        assert.match(small, /2,048 tokens here, made for 8,192/);
        const large = line(page, "Mistral 7B Instruct v0.3");
        assert.match(await large.innerText(), /Needs a graphics processor that Conclave can use/);
        assert.equal(await large.getByRole("button").count(), 0);
        await screenshot(page, "models-list");
        host.asked.length = 0;
        await button(page, "SmolLM2 360M Instruct", "Download").click();
        const trouble = line(page, "SmolLM2 360M Instruct").locator(".trouble");
        await trouble.waitFor({ timeout: MODEL_MS });
        assert.match(await trouble.innerText(), /has 16777216 bytes, the catalogue says 270590880/);
        const [first] = host.asked;
        assert.equal(first.host, "huggingface.co");
        assert.match(first.path, /^\/bartowski\/SmolLM2-360M-Instruct-GGUF\/resolve\/[0-9a-f]{40}\/SmolLM2-360M-Instruct-Q4_K_M\.gguf$/);
        assert.equal(first.range, `bytes=0-${PART - 1}`);
      },
      { args: host.args },
    ));
});

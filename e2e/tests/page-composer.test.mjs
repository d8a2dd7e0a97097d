// The composer with the real redact worker: private values are marked in the text and named under it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { nextWorker, withPage } from "../harness.mjs";

// The card number is the payment networks' public test number; the key is made up.
const QUESTION = "Is alice@example.com, 4242 4242 4242 4242 or AKIAQ7MZ2XWVR4TNKL6B in it?";

const field = (page) => page.getByLabel("Your question");
const marked = (page) => page.locator(".mirror mark").allTextContents();

describe("private values", () => {
  test("are marked where they stand and listed with their tokens", () =>
    withPage(async ({ page, goto, errors }) => {
      await goto();
      await field(page).fill(QUESTION);
      await page.locator(".marks li").nth(2).waitFor();
      assert.deepEqual(await marked(page), ["alice@example.com", "4242 4242 4242 4242", "AKIAQ7MZ2XWVR4TNKL6B"]);
      const tokens = await page.locator(".marks code").allTextContents();
      assert.deepEqual(tokens, ["[EMAIL_01]", "[CREDIT_CARD_01]", "[API_KEY_01]"]);
      assert.ok(await page.getByText("Recognised as private. Nothing leaves this device.").isVisible());
      const described = await field(page).getAttribute("aria-describedby");
      assert.match(await page.locator(`#${described}`).innerText(), /alice@example\.com/);
      assert.deepEqual(errors, []);
    }));

  test("stand exactly behind their letters, after emoji and over several lines", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await field(page).fill("Grüße 🙂🙂 to\nalice@example.com\nand bob@example.org");
      await page.locator(".marks li").nth(1).waitFor();
      assert.deepEqual(await marked(page), ["alice@example.com", "bob@example.org"]);
      const [text, mirror] = await page.evaluate(() => {
        const box = (selector) => document.querySelector(selector).getBoundingClientRect();
        return [box("#composer"), box(".mirror")].map(({ x, y, width, height }) => [x, y, width, height]);
      });
      assert.deepEqual(text, mirror, "field and mirror lie on each other");
      assert.ok(await page.evaluate(() => {
        const area = document.querySelector("#composer");
        return area.scrollHeight <= area.clientHeight;
      }), "the field grew with its text");
    }));

  test("keep their place while the text before them changes, and go when they are edited away", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await field(page).fill("to alice@example.com");
      await page.locator(".marks li").waitFor();
      await field(page).press("Home");
      // No beginning of it looks like a name, as "Ple" does: the redactor may answer between any two keys.
      await page.keyboard.type("please write ");
      assert.deepEqual(await marked(page), ["alice@example.com"], "no flicker before the next answer");
      // Each state of the marks, whether or not a frame shows it.
      await page.evaluate(() => {
        const mirror = document.querySelector(".composer .field");
        globalThis.states = [];
        const note = () => globalThis.states.push([...mirror.querySelectorAll("mark")].map((mark) => mark.textContent).join());
        new MutationObserver(note).observe(mirror, { subtree: true, childList: true, characterData: true });
      });
      for (let right = 0; right < "to ".length; right++) await page.keyboard.press("ArrowRight");
      await page.keyboard.type("a");
      await page.keyboard.press("Delete");
      await page.keyboard.type("A");
      await page.getByText("aAlice@example.com", { exact: true }).first().waitFor({ state: "attached" });
      assert.ok(!(await page.evaluate(() => globalThis.states)).some((state) => state === ""), "no key unmarks the value");
      await field(page).fill("to nobody");
      await page.locator(".marks li").waitFor({ state: "detached" });
      assert.deepEqual(await marked(page), []);
    }));

  test("are shown as text, whatever they contain", () =>
    withPage(async ({ page, goto, errors }) => {
      await goto();
      await field(page).fill("<img src=x onerror=alert(1)> alice@example.com <b>bold</b>");
      await page.locator(".marks li").waitFor();
      assert.equal(await page.locator(".mirror img, .mirror b, .marks img").count(), 0);
      assert.deepEqual(errors, []);
    }));

  test("are marked again after the worker died", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await field(page).fill("to alice@example.com");
      await page.locator(".marks li").waitFor();
      const worker = page.workers().find((worker) => worker.url().includes("redact"));
      await nextWorker(page, "redact", () =>
        worker.evaluate(() => {
          setTimeout(() => {
            throw new Error("provoked by a test");
          });
        }),
      );
      await field(page).fill("to bob@example.org");
      await page.locator(".marks li", { hasText: "bob@example.org" }).waitFor();
    }));
});

describe("keys", () => {
  test("Shift+Enter makes a line, and a blank question is not asked", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await field(page).press("Enter");
      await field(page).fill("one");
      await field(page).press("Shift+Enter");
      await page.keyboard.type("two");
      assert.equal(await field(page).inputValue(), "one\ntwo");
      assert.equal(await page.locator("article.turn").count(), 0);
      assert.equal(await page.getByRole("button", { name: "Ask", exact: true }).getAttribute("aria-disabled"), "false");
    }));
});

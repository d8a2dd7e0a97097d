// On a narrow page threads and panel are sheets over it: the focus goes in, goes round inside, and returns.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { withPage } from "../harness.mjs";
import { addFiles, document, documentsListed } from "../lib/council.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" };

const SHEETS = [
  ["Threads", "#threads"],
  ["Trace and sources", "#panel"],
];

/** Opens the page without its models, which nothing here needs. */
const onPhone = (body) =>
  withPage(async (given) => {
    await given.context.route("**/models/**", (route) => route.abort());
    await given.goto();
    await given.page.getByLabel("Your question").waitFor();
    await body(given);
  }, PHONE);

/** What has the focus: its name, and the sheet it is in. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return {
      name: element.getAttribute("aria-label") ?? element.textContent.trim(),
      sheet: element.closest("#threads, #panel")?.id ?? null,
    };
  });

/** Presses Tab until `name` has the focus. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await focused(page)).name === name) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${name}`);
}

const inSheet = (page, sheet) =>
  page.waitForFunction((wanted) => document.querySelector(wanted).contains(document.activeElement), sheet);

describe("a sheet, by keyboard at 390 px", () => {
  for (const [button, sheet] of SHEETS) {
    test(`${button}: takes the focus, keeps it, and Escape gives it back`, () =>
      onPhone(async ({ page, errors }) => {
        await tabTo(page, button);
        await page.keyboard.press("Enter");
        await inSheet(page, sheet);
        const seen = new Set();
        for (const key of [...Array(12).fill("Tab"), ...Array(12).fill("Shift+Tab")]) {
          await page.keyboard.press(key);
          const here = await focused(page);
          // After the last control comes the browser's own bar, which a page without one passes over as its body.
          if (here.name === "" || here.sheet === null) {
            assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY", `${key}: ${here.name}`);
            continue;
          }
          assert.equal(`#${here.sheet}`, sheet, `${key} leaves the sheet for ${here.name}`);
          seen.add(here.name);
        }
        assert.ok(seen.size >= 2, `Tab goes round: ${[...seen].join(", ")}`);
        await page.keyboard.press("Escape");
        await page.locator(sheet).waitFor({ state: "hidden" });
        assert.equal((await focused(page)).name, button);
        await page.getByLabel("Your question").fill("The page can be used again.");
        assert.deepEqual(errors.filter((error) => !error.includes("ERR_FAILED")), []);
      }));

    test(`${button}: the rest is inert, to the pointer too`, () =>
      onPhone(async ({ page }) => {
        const rest = ["a.skip", "header.bar", "main.middle"];
        const inert = () => page.evaluate((all) => all.map((one) => document.querySelector(one).inert), rest);
        assert.deepEqual(await inert(), [false, false, false]);
        await page.getByRole("button", { name: button, exact: true }).click();
        await inSheet(page, sheet);
        assert.deepEqual(await inert(), [true, true, true]);
        await page.mouse.click(sheet === "#threads" ? 385 : 2, 400);
        if (sheet === "#threads") {
          await page.locator(sheet).waitFor({ state: "hidden" });
        } else {
          // This sheet is as wide as the page: it has a button to close it.
          await page.locator(sheet).getByRole("button", { name: "Close the panel" }).click();
          await page.locator(sheet).waitFor({ state: "hidden" });
        }
        assert.deepEqual(await inert(), [false, false, false]);
        assert.equal((await focused(page)).name, button);
      }));
  }

  test("a command that opens a sheet from the composer leads back there, and a new thread into the composer", () =>
    onPhone(async ({ page }) => {
      await page.getByLabel("Your question").focus();
      await page.keyboard.press("Alt+t");
      await inSheet(page, "#panel");
      // From one sheet to the other: the way back stays the same.
      await page.keyboard.press("Alt+l");
      await inSheet(page, "#threads");
      await page.keyboard.press("Escape");
      assert.equal(await page.evaluate(() => document.activeElement.id), "composer");
      await tabTo(page, "Threads");
      await page.keyboard.press("Enter");
      await inSheet(page, "#threads");
      await tabTo(page, "New thread");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement.id === "composer");
    }));

  test("a document opened from the list closes to the list, and Escape closes both", () =>
    onPhone(async ({ page }) => {
      await addFiles(page, [document("coffee-machine.md")]);
      await inSheet(page, "#panel");
      await documentsListed(page, 1);
      await page.locator(".document .open").press("Enter");
      await page.locator(".reader .chunk").waitFor();
      await inSheet(page, ".reader");
      await page.getByRole("button", { name: "Close the document" }).press("Enter");
      await page.waitForFunction(() => document.activeElement.matches(".document .open"));
      await page.locator(".document .open").press("Enter");
      await page.locator(".reader .chunk").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("#panel").waitFor({ state: "hidden" });
      assert.ok(await page.getByLabel("Your question").isVisible());
      assert.equal(await page.evaluate(() => document.querySelector("main").inert), false);
    }));

  test("a page that becomes wide has nothing inert", () =>
    onPhone(async ({ page }) => {
      await page.getByRole("button", { name: "Threads", exact: true }).click();
      await inSheet(page, "#threads");
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.waitForFunction(() => !document.querySelector("main").inert);
    }));
});

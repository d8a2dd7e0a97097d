// PDF documents in the viewer: their pages as they look, with the cited words where they are drawn.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, test } from "node:test";

import { screenshot, withoutModels } from "../harness.mjs";
import { addFiles, documentsListed } from "../lib/council.mjs";
import { PAGE, lines, pdf } from "../lib/pdf.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
// axe is injected past the Content-Security-Policy.
const FOR_AXE = { reducedMotion: "reduce", bypassCSP: true };

/** Words of the second page, and where their line stands. */
const CITED = "The filter of the Walrus pump is replaced every three months";
const AT = { x: 72, y: 500, size: 14 };

const filler = (page) =>
  Array.from({ length: 12 }, (_, at) => [72, 780 - 20 * at, 12, `Line ${at} of page ${page} tells of ordinary things.`]);
const MANUAL = pdf([
  lines([[72, 700, 28, "Walrus manual"], [72, 650, 14, "The warranty lasts for two years."]]),
  lines([...filler(2), [AT.x, AT.y, AT.size, `${CITED}.`], [72, 470, 14, "Rinse it before."]]),
  lines(filler(3)),
]);

const file = (name, buffer) => ({ name, mimeType: "application/pdf", buffer });

const canvas = (page) => page.locator(".page-room canvas");

/** The programs that draw pages. The engine is told their address behind a #, so that its own holds it too. */
const viewers = (page) => page.workers().filter((worker) => new URL(worker.url()).pathname.includes("view"));

/** Waits until the element has the focus. */
const focused = (page, selector) =>
  page.waitForFunction((selector) => document.activeElement?.matches(selector), selector);

/** Waits for the picture of a page. */
const drawn = async (page, number, of, name = "manual.pdf") => {
  await page.getByRole("img", { name: `Page ${number} of ${of} of ${name}` }).waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => {
    const canvas = document.querySelector(".page-room canvas");
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, 1, 1).data[3] === 255;
  });
};

/** The share of dark pixels of the picture inside a rectangle, in fractions of it. */
const ink = (page, rect) =>
  canvas(page).evaluate((canvas, { left, top, width, height }) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const [w, h] = [Math.round(width * canvas.width), Math.round(height * canvas.height)];
    const { data } = copy.getImageData(Math.round(left * canvas.width), Math.round(top * canvas.height), w, h);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) dark += data[at] < 128;
    return dark / (w * h);
  }, rect);

/** Where a mark lies on its page, in fractions of it. */
const marked = (page) =>
  page.locator(".page-mark").evaluateAll((marks) => {
    const paper = document.querySelector(".page-room canvas").getBoundingClientRect();
    return marks.map((mark) => {
      const box = mark.getBoundingClientRect();
      return {
        left: (box.left - paper.left) / paper.width, top: (box.top - paper.top) / paper.height,
        width: box.width / paper.width, height: box.height / paper.height,
      };
    });
  });

/** The page with these documents. */
const withFiles = (files, body, options) =>
  withoutModels(async (given) => {
    await addFiles(given.page, files);
    await documentsListed(given.page, files.length);
    await body(given);
  }, options);

const find = async (page, query) => {
  await page.getByLabel("Search the documents").fill(query);
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText(/passages? found/).waitFor();
  return page.locator(".pane .passages li").first().getByRole("button");
};

async function violations(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate((runOnly) => axe.run(document, { runOnly }), RULES);
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

describe("pages of a PDF", () => {
  test("a citation opens its page with the cited words marked where they are drawn", () =>
    withFiles([file("manual.pdf", MANUAL)], async ({ page, errors }) => {
      assert.equal(viewers(page).length, 0, "it is started when it is needed");
      const began = Date.now();
      // One passage is a page here; the phrase alone is cited.
      await (await find(page, `"${CITED}"`)).click();
      await drawn(page, 2, 3);
      console.log(`first page after ${Date.now() - began} ms`);
      await page.locator(".page-mark").first().waitFor();
      const marks = await marked(page);
      const line = 1 - AT.y / PAGE.height;
      const holds = marks.filter((mark) => mark.top < line && line < mark.top + mark.height);
      assert.equal(holds.length, 1, `one mark is on the line at ${line}: ${JSON.stringify(marks)}`);
      assert.ok(Math.abs(holds[0].left - AT.x / PAGE.width) < 0.01, JSON.stringify(holds));
      for (const mark of marks) {
        const share = await ink(page, mark);
        assert.ok(share > 0.03 && share < 0.6, `${share} of ${JSON.stringify(mark)} is ink`);
      }
      assert.equal(await ink(page, { left: 0.1, top: 0.7, width: 0.8, height: 0.2 }), 0, "the rest is paper");
      assert.ok(await page.locator("#page-hit").evaluate((mark) => {
        const [box, room] = [mark, mark.closest(".page-room")].map((it) => it.getBoundingClientRect());
        return box.top >= room.top && box.bottom <= room.bottom;
      }), "it is in view");
      assert.equal(viewers(page).length, 1, "one program draws them all");
      assert.deepEqual(errors.filter((error) => !error.includes("ERR_FAILED")), []);
    }));

  test("pages are turned and sized by keys and buttons, and the text is one press away", () =>
    withFiles([file("manual.pdf", MANUAL), file("other.pdf", pdf([lines([[72, 700, 20, "Another document."]])]))], async ({ page }) => {
      await page.evaluate(() => {
        globalThis.longest = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration);
        }).observe({ entryTypes: ["longtask"] });
      });
      const open = (name) => page.locator(".documents .document").filter({ hasText: name }).getByRole("button").first().click();
      await open("manual");
      await drawn(page, 1, 3);
      assert.equal(await page.getByRole("button", { name: "Previous page" }).getAttribute("aria-disabled"), "true");
      await page.getByRole("button", { name: "Next page" }).click();
      await drawn(page, 2, 3);
      await page.getByRole("region", { name: "Page 2 of 3 of manual.pdf" }).press("ArrowRight");
      await drawn(page, 3, 3);
      assert.equal(await page.getByRole("button", { name: "Next page" }).getAttribute("aria-disabled"), "true");
      await page.getByLabel(/^Go to page/).fill("1");
      await page.keyboard.press("Enter");
      await drawn(page, 1, 3);
      const width = () => canvas(page).evaluate((canvas) => canvas.getBoundingClientRect().width);
      const before = await width();
      await page.getByLabel("Size of the page").selectOption("150 %");
      await page.waitForFunction((wide) => document.querySelector(".page-room canvas").width > wide, before + 100);
      assert.ok(Math.abs((await width()) - PAGE.width * 2) < 3, "595 points are 1,190 pixels at 150 %");
      // A page that is taller than its room is read to its end before it is turned, in both directions.
      const room = page.locator(".page-room");
      const isAt = (end) =>
        page.waitForFunction((end) => {
          const { scrollTop, clientHeight, scrollHeight } = document.querySelector(".page-room");
          return (end === "foot" ? scrollHeight - clientHeight - scrollTop : scrollTop) < 2;
        }, end);
      await isAt("top");
      await room.press("PageDown");
      await page.waitForFunction(() => document.querySelector(".page-room").scrollTop > 50);
      assert.match(await room.getAttribute("aria-label"), /^Page 1 of 3/, "its lower half is not jumped over");
      await room.press("End");
      await isAt("foot");
      await room.press("PageDown");
      await drawn(page, 2, 3);
      await isAt("top");
      await room.press("PageUp");
      await drawn(page, 1, 3);
      await isAt("foot");
      await page.getByLabel("Size of the page").selectOption("Fit width");
      await page.waitForFunction((wide) => document.querySelector(".page-room canvas").getBoundingClientRect().width < wide, before + 2);
      // The page's words are there for those who hear them.
      assert.match(await page.locator(".page-room .sr-only").innerText(), /warranty lasts for two years/);
      await page.getByLabel("Text", { exact: true }).check();
      await page.getByRole("region", { name: "Text of the document" }).getByText("warranty lasts").waitFor();
      await page.getByRole("button", { name: "Close the document" }).click();
      await open("other");
      await page.getByRole("region", { name: "Text of the document" }).getByText("Another document").waitFor();
      await page.getByLabel("Page", { exact: true }).check();
      await drawn(page, 1, 1, "other.pdf");
      console.log(`longest task of the page: ${await page.evaluate(() => globalThis.longest)} ms`);
    }));

  test("files are kept and counted, go when nobody wants them, and come back when added again", () =>
    withFiles([file("manual.pdf", MANUAL)], async ({ page }) => {
      const storage = async () => {
        await page.keyboard.press("Control+,");
        await page.getByRole("button", { name: "What is stored, and backups" }).click();
        const dialog = page.getByRole("dialog", { name: "Storage and backups" });
        await dialog.getByText("Original files").waitFor();
        return dialog;
      };
      let dialog = await storage();
      await dialog.getByText(/1 file of PDF documents, /).waitFor();
      const keep = dialog.getByRole("switch", { name: /Keep original PDF files/ });
      await keep.click();
      await dialog.getByText(/Remove the file that is kept/).waitFor();
      await screenshot(page, "pages-storage");
      await dialog.getByRole("button", { name: "Keep them" }).click();
      assert.ok(await keep.isChecked());
      await keep.click();
      await dialog.getByRole("button", { name: "Remove them" }).click();
      await dialog.getByText("none kept").waitFor();
      assert.ok(await keep.evaluate((element) => element === document.activeElement), "the question took no focus along");
      await dialog.getByRole("button", { name: "Close" }).click();
      const open = () => page.locator(".documents .document").getByRole("button").first().click();
      await open();
      await page.getByText(/Turn on “Keep original PDF files” under Storage and backups first/).waitFor();
      dialog = await storage();
      await dialog.getByRole("switch", { name: /Keep original PDF files/ }).click();
      await dialog.getByRole("button", { name: "Close" }).click();
      await page.getByRole("button", { name: "Close the document" }).click();
      await open();
      await page.getByText(/Add the PDF itself again to see its pages, not an archive that it is in\./).waitFor();
      assert.equal(await page.getByLabel("Page", { exact: true }).count(), 0, "there is nothing to choose");
      await addFiles(page, [file("again.pdf", MANUAL)]);
      await documentsListed(page, 1);
      dialog = await storage();
      await dialog.getByText(/1 file of PDF documents, /).waitFor();
      await dialog.getByRole("button", { name: "Close" }).click();
      await open();
      await drawn(page, 1, 3);
      // A reload finds it.
      await page.reload();
      await documentsListed(page, 1);
      await open();
      await drawn(page, 1, 3);
    }));

  test("files are never given up without a question, though none was counted", () =>
    withoutModels(async ({ page }) => {
      await page.keyboard.press("Control+,");
      await page.getByRole("button", { name: "What is stored, and backups" }).click();
      const dialog = page.getByRole("dialog", { name: "Storage and backups" });
      await dialog.getByText("none kept").waitFor();
      const keep = dialog.getByRole("switch", { name: /Keep original PDF files/ });
      await keep.click();
      await dialog.getByText(/Remove all files that are kept\?/).waitFor();
      await dialog.getByRole("button", { name: "Keep them" }).click();
      assert.ok(await keep.isChecked());
    }));

  test("a page that keeps the program busy for ever is ended, says so, and the next one is drawn", () => {
    // A thousand million dashes.
    const bomb = "[0.0001 0.0001] 0 d 0.1 w 0 0 m 100000 100000 l S\n".repeat(20);
    const pages = [`${lines([[72, 700, 20, "A harmless page."]])}${bomb}`, lines([[72, 700, 20, "The second page."]])];
    return withFiles([file("bomb.pdf", pdf(pages))], async ({ page }) => {
      await page.locator(".documents .document").getByRole("button").first().click();
      // Who turns does not wait until the time of the other page is over: two seconds, and a new program's start.
      await page.getByText("Drawing the page…").waitFor();
      const began = Date.now();
      await page.getByRole("button", { name: "Next page" }).click();
      await drawn(page, 2, 2, "bomb.pdf");
      assert.ok(Date.now() - began < 15_000, `${Date.now() - began} ms`);
      await page.getByRole("button", { name: "Previous page" }).click();
      const words = /This page cannot be shown: .*(ended|broke)/;
      await page.getByRole("alert").getByText(words).waitFor({ timeout: 60_000 });
      assert.equal(await page.getByText(words).count(), 1, "it is said once, also to those who hear it");
      await screenshot(page, "pages-trouble");
      assert.equal(await page.getByText("The engine stopped").count(), 0, "the program broke, and nothing else");
      await page.getByRole("button", { name: "Next page" }).click();
      await drawn(page, 2, 2, "bomb.pdf");
      await page.getByRole("button", { name: "Previous page" }).click();
      await page.getByRole("button", { name: "Show its text" }).click();
      await page.getByRole("region", { name: "Text of the document" }).getByText("A harmless page.").waitFor();
      await focused(page, "#reader-heading");
      await page.getByLabel("Page", { exact: true }).check();
      // The models, which do not load here, have such a button too.
      await page.getByRole("complementary", { name: "Trace and sources" }).getByRole("button", { name: "Try again" }).click();
      await focused(page, ".page-room");
    });
  });

  test("can be used by screen reader, in both themes and on a narrow page", () =>
    withFiles(
      [file("manual.pdf", MANUAL)],
      async ({ page }) => {
        await (await find(page, `"${CITED}"`)).click();
        await drawn(page, 2, 3);
        for (const theme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: theme });
          assert.deepEqual(await violations(page), [], theme);
          await screenshot(page, `pages-${theme}`);
        }
        await page.setViewportSize({ width: 360, height: 740 });
        await page.waitForFunction(() => document.documentElement.scrollWidth <= 360);
        await page.locator("#panel-toggle").click();
        await page.waitForFunction(() => {
          const box = document.querySelector(".page-room canvas").getBoundingClientRect();
          return box.left >= 0 && box.right <= 360 && box.width > 250;
        });
        await screenshot(page, "pages-360");
        assert.deepEqual(await violations(page), []);
      },
      FOR_AXE,
    ));
});

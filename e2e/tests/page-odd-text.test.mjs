// Text that no keyboard types: halves of surrogate pairs, NUL, marks that turn the direction of writing. Marks and selections
// stay where they belong, and what was hidden comes back.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { withoutModels } from "../harness.mjs";

const FIRST = "alice@example.com";
const SECOND = "4242 4242 4242 4242";

/** Texts with both values. What the page makes of a half of a pair is U+FFFD, as everywhere where UTF-16 becomes UTF-8. */
const TEXTS = {
  "halves of pairs": `\ud83d ${FIRST} \ude42\ud800${SECOND}\udc00 end 🙂`,
  "a half before each value": `x\ud800${FIRST}\udfff\n\ud83d\ud83d ${SECOND}`,
  NUL: `\0${FIRST}\0 and \0\0${SECOND}\0`,
  "turned directions": `\u202eabc ${FIRST} \u202c \u2067${SECOND}\u2069 \u200f.`,
  "Hebrew and Arabic": `שלום ${FIRST} مرحبا ${SECOND} סוף`,
  "marks and joiners": `e\u0301\u0301 👩‍👩‍👧 ${FIRST}\ufe0f क्षि ${SECOND}\u0301`,
  "line ends": `\u2028${FIRST}\u2029\u0085${SECOND}\v\f`,
};

const field = (page) => page.getByLabel("Your question");
const original = (page) => page.getByLabel("Original", { exact: true });
const redacted = (page) => page.getByRole("region", { name: "Redacted" });
const restored = (page) => page.getByRole("region", { name: "Restored" });
const shown = (locator) => locator.evaluate((element) => element.textContent);
const ready = (page) => page.locator('.primary[aria-disabled="false"]').waitFor();

/** What UTF-8 holds of a text. */
const whole = (text) => text.toWellFormed();

/** Puts a text into a field as a paste does; Playwright's own `fill` cannot carry halves of pairs. The text is escaped on its way. */
const put = (locator, text) =>
  locator.evaluate((area, escaped) => {
    area.focus();
    area.setRangeText(JSON.parse(escaped), 0, area.value.length, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  }, JSON.stringify(text));

/** What stands in a field, with the zero-width space that gives the mirror's last line its height taken off the mirror. */
const mirrored = (page, where) =>
  page.locator(`${where} .mirror`).evaluate((mirror) => [
    mirror.textContent.slice(0, -1),
    mirror.parentElement.querySelector("textarea").value,
    [...mirror.querySelectorAll("mark")].map((mark) => mark.textContent),
  ]);

const onPage = (body) =>
  withoutModels(async (given) => {
    await body(given);
    assert.deepEqual(given.errors.filter((error) => !error.includes("ERR_FAILED")), []);
  });

describe("odd text", () => {
  test("is marked where its values stand, and comes back as it was", () =>
    onPage(async ({ page }) => {
      for (const [name, text] of Object.entries(TEXTS)) {
        await put(field(page), text);
        await page.waitForFunction(() => document.querySelectorAll(".composer mark").length >= 2);
        const [mirror, value, marks] = await mirrored(page, ".composer");
        assert.equal(mirror, whole(text), `${name}: the mirror has the whole text`);
        assert.equal(value.toWellFormed(), whole(text), `${name}: the field has it`);
        // A mark may hold an invisible neighbour of the value.
        const visible = marks.map((mark) => mark.replace(/[^\x21-\x7e ]/g, ""));
        for (const wanted of [FIRST, SECOND]) assert.ok(visible.includes(wanted), `${name}: ${wanted} in ${visible}`);

        await page.keyboard.press("Alt+h");
        await ready(page);
        const out = await shown(redacted(page));
        assert.ok(!out.includes(FIRST) && !out.includes("4242"), `${name}: ${out}`);
        await page.getByRole("button", { name: "Copy redacted text" }).click();
        await page.getByText("Copied. Paste it into the other AI.").waitFor();
        const copied = await page.evaluate(async () => JSON.stringify(await navigator.clipboard.readText()));
        // The clipboard of some systems ends at a NUL.
        if (name !== "NUL") assert.equal(JSON.parse(copied), out, `${name}: what was copied`);

        await page.getByRole("tab", { name: "Bring the answer back" }).click();
        await put(page.getByLabel("Answer of the other AI"), out);
        await page.locator("#restore-said").getByText("2 values were put back.").waitFor();
        assert.equal(await shown(restored(page)), whole(text), `${name}: what came back`);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "hidden" });
      }
    }));

  test("is hidden where it was selected", () =>
    onPage(async ({ page }) => {
      for (const [name, text] of Object.entries(TEXTS)) {
        const said = `${text} Heron`;
        await put(field(page), said);
        await page.keyboard.press("Alt+h");
        await ready(page);
        await original(page).evaluate((area) => {
          area.focus();
          const at = area.value.indexOf("Heron");
          area.setSelectionRange(at, at + 5);
        });
        await page.getByRole("button", { name: "Hide this too" }).click();
        await redacted(page).getByText("[CUSTOM_01]").waitFor();
        await ready(page);
        assert.match(await shown(redacted(page)), /[^]*\[CUSTOM_01\]$/, name);
        assert.equal(await page.locator(".kind li", { hasText: "Heron" }).count(), 1, name);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "hidden" });
      }
    }));

  test("does not stop who types on behind it", () =>
    onPage(async ({ page }) => {
      await put(field(page), "\ud83d\0\u202e ");
      await page.keyboard.type(`${FIRST} ok`);
      await page.locator(".marks li", { hasText: FIRST }).waitFor();
      const [mirror, value] = await mirrored(page, ".composer");
      assert.equal(mirror, `\ufffd\0\u202e ${FIRST} ok`);
      assert.equal(value.toWellFormed(), mirror);
      await page.keyboard.press("Alt+h");
      await original(page).press("End");
      await page.keyboard.type("ay");
      await ready(page);
      assert.match(await shown(redacted(page)), /\[EMAIL_01\] okay$/);
    }));
});

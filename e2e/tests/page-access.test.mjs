// WCAG 2.2 AA: axe in both themes, the keyboard alone, 320 px, 200 % zoom.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { screenshot, withPage } from "../harness.mjs";
import { FOR_AXE, violations } from "../lib/axe.mjs";

async function ready(page) {
  await page.getByLabel("Your question").waitFor();
}

/** What has the focus, as a screen reader would name it. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent.trim();
  });

/** Names of what is looked at, and how a person gets there from the empty page. */
const VIEWS = [
  ["the empty page", async () => {}],
  ["private values in the question", async (page) => {
    await page.getByLabel("Your question").fill("Write to alice@example.com");
    await page.locator(".marks li").waitFor();
  }],
  ["the private copy", async (page) => {
    await page.getByLabel("Your question").fill("Write to alice@example.com or bob@example.org, key AKIAQ7MZ2XWVR4TNKL6B");
    await page.keyboard.press("Alt+h");
    await page.getByRole("switch", { name: "Hide bob@example.org" }).click();
    await page.getByRole("switch", { name: "Hide AKIAQ7MZ2XWVR4TNKL6B" }).click();
    await page.getByText(/It is a secret/).waitFor();
  }],
  ["the private copy's answer", async (page) => {
    await page.keyboard.press("Alt+h");
    await page.getByRole("tab", { name: "Bring the answer back" }).click();
    await page.getByLabel("Answer of the other AI").fill("Not [EMAIL_77].");
    await page.getByRole("list", { name: "Tokens in doubt" }).waitFor();
  }],
  ["the settings of privacy", async (page) => {
    await page.keyboard.press("Control+,");
    await page.getByRole("button", { name: "What is hidden" }).click();
    await page.getByLabel("Always hide what these patterns match").fill("(");
    await page.keyboard.press("Enter");
    await page.getByText("Not used.").waitFor();
  }],
  ["the command palette", (page) => page.keyboard.press("Control+k")],
  ["the settings", (page) => page.keyboard.press("Control+,")],
  ["what the device can do", async (page) => {
    await page.keyboard.press("Control+,");
    await page.getByRole("button", { name: "What suits this device?" }).click();
    await page.getByRole("dialog").getByText(/A model file of up to/).waitFor();
  }],
  ["the list of models", async (page) => {
    await page.keyboard.press("Control+,");
    await page.getByRole("button", { name: "Choose or download a model" }).click();
    await page.getByRole("dialog").getByText(/Suits this device|Slow here/).first().waitFor();
  }],
  ["storage and backups", async (page) => {
    await page.keyboard.press("Control+,");
    await page.getByRole("button", { name: "What is stored, and backups" }).click();
    await page.getByRole("dialog").getByText(/characters of text/).waitFor();
  }],
  ["the help", (page) => page.keyboard.press("Control+/")],
  ["the trace", (page) => page.keyboard.press("Alt+t")],
];

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing, ${colorScheme}`, (t) =>
    withPage(
      async ({ page, goto }) => {
        await goto();
        await ready(page);
        await page.getByText("Your questions will be kept here.").waitFor();
        for (const [name, show] of VIEWS) {
          await t.test(name, async () => {
            await show(page);
            assert.deepEqual(await violations(page), []);
            await screenshot(page, `page-${name.split(" ").at(-1)}-${colorScheme}`);
            await page.keyboard.press("Escape");
          });
        }
      },
      { ...FOR_AXE, colorScheme },
    ));
}

describe("the keyboard alone", () => {
  test("leads from the address bar to the question, past the skip link", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await ready(page);
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "Skip to the question field");
      await page.keyboard.press("Enter");
      await page.keyboard.type("Typed without a mouse");
      assert.equal(await page.getByLabel("Your question").inputValue(), "Typed without a mouse");
    }));

  test("reaches every control, shows where it is, and is never caught", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await ready(page);
      const seen = new Set();
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press("Tab");
        const here = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === document.body) return null;
          const box = element.getBoundingClientRect();
          const style = getComputedStyle(element);
          const field = element.closest(".box, .search");
          const outline = style.outlineStyle !== "none" || (field && getComputedStyle(field).outlineStyle !== "none");
          return { name: element.getAttribute("aria-label") || element.id || element.textContent.trim(), outline, width: box.width, height: box.height };
        });
        if (!here) continue;
        assert.ok(here.outline, `${here.name} shows its focus`);
        assert.ok(here.width >= 24 && here.height >= 24, `${here.name} is ${here.width} × ${here.height} px`);
        seen.add(here.name);
      }
      for (const name of ["Threads", "Settings", "Trace and sources", "New thread", "Add documents", "composer", "tab-sources"]) {
        assert.ok(seen.has(name), `${name} was reached; seen: ${[...seen].join(", ")}`);
      }
    }));

  test("opens the palette, runs a command and gives the focus back", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await ready(page);
      await page.getByLabel("Your question").focus();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").waitFor();
      await page.keyboard.type("dark");
      assert.equal(await page.getByRole("option", { selected: true }).locator(".title").innerText(), "Dark colours");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await page.waitForFunction(() => getComputedStyle(document.documentElement).colorScheme === "dark");
      assert.equal(await page.evaluate(() => document.activeElement.id), "composer");
    }));

  test("moves through the palette with the arrows and leaves it with Escape", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await ready(page);
      await page.keyboard.press("Control+k");
      const chosen = page.getByRole("option", { selected: true });
      const first = await chosen.innerText();
      await page.keyboard.press("ArrowDown");
      assert.notEqual(await chosen.innerText(), first);
      await page.keyboard.press("ArrowUp");
      assert.equal(await chosen.innerText(), first);
      await page.keyboard.press("ArrowUp");
      assert.equal(await chosen.innerText(), await page.getByRole("option").last().innerText(), "it goes round");
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }));

  test("switches the tabs of the panel with the arrows", () =>
    withPage(async ({ page, goto }) => {
      await goto();
      await ready(page);
      await page.getByRole("tab", { name: "Sources" }).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.getByRole("tab", { name: "Trace" }).getAttribute("aria-selected"), "true");
      assert.equal(await focused(page), "Trace");
      await page.keyboard.press("ArrowLeft");
      assert.equal(await page.getByRole("tab", { name: "Sources" }).getAttribute("aria-selected"), "true");
    }));
});

describe("small and enlarged", () => {
  // 1280 px at 200 % are 640 CSS px; 320 px is 1280 at 400 %.
  for (const [name, viewport] of [["320 px", { width: 320, height: 640 }], ["200 % zoom", { width: 640, height: 400 }]]) {
    test(`${name}: nothing is cut off and the panels come as sheets`, () =>
      withPage(
        async ({ page, goto }) => {
          await goto();
          await ready(page);
          const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.equal(await sideways(), 0);
          assert.ok(await page.getByText("On this device", { exact: true }).isVisible());
          assert.ok(await page.getByLabel("Your question").isVisible());
          for (const [button, sheet] of [["Threads", "nav.threads"], ["Trace and sources", "aside.panel"]]) {
            assert.equal(await page.locator(sheet).isVisible(), false);
            await page.getByRole("button", { name: button, exact: true }).click();
            await page.locator(sheet).waitFor({ state: "visible" });
            assert.equal(await sideways(), 0, button);
            await page.keyboard.press("Escape");
            await page.locator(sheet).waitFor({ state: "hidden" });
          }
          await page.keyboard.press("Control+,");
          assert.equal(await sideways(), 0, "settings");
          await page.getByRole("button", { name: "Choose or download a model" }).click();
          const list = page.getByRole("dialog");
          await list.getByLabel("Another GGUF file").waitFor();
          const cut = () => list.evaluate((element) => element.scrollWidth - element.clientWidth);
          assert.equal(await sideways(), 0, "models");
          assert.equal(await cut(), 0, "models");
          await screenshot(page, `models-${viewport.width}`);
          await page.keyboard.press("Escape");
          assert.deepEqual(await violations(page), []);
          await screenshot(page, `page-${viewport.width}`);
        },
        { ...FOR_AXE, viewport },
      ));
  }
});

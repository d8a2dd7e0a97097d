// A text goes to another AI by hand, and its answer comes back: with the real redact worker, storage and clipboard.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { screenshot, withoutModels, withPage } from "../harness.mjs";

// The card number is the payment networks' public test number, the key the one of its documentation.
const TEXT =
  "Project Heron, asked by Marlene Okafor 🙂\nWrite to alice@example.com or bob@example.org.\nCard 4242 4242 4242 4242, key AKIAQ7MZ2XWVR4TNKL6B.";

const dialog = (page) => page.getByRole("dialog");
const original = (page) => page.getByLabel("Original", { exact: true });
const redacted = (page) => page.getByRole("region", { name: "Redacted" });
const said = (page) => page.locator("#copy-said");
const copyButton = (page) => page.getByRole("button", { name: "Copy redacted text" });
const hideSwitch = (page, value) => page.getByRole("switch", { name: `Hide ${value}` });
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const focusedId = (page) => page.evaluate(() => document.activeElement.id);

/** Opens the dialog with this text in the composer. */
async function review(page, text = TEXT) {
  await page.getByLabel("Your question").fill(text);
  await page.getByRole("button", { name: "Review what is private" }).click();
  await dialog(page).waitFor();
  await ready(page);
}

/** Waits until the redactor has answered for what stands there. */
const ready = (page) => page.locator('.primary[aria-disabled="false"]').waitFor();

/** Selects words of the original, as a pointer or Shift and the arrows do. */
const select = (page, words) =>
  original(page).evaluate((area, words) => {
    area.focus();
    const at = area.value.indexOf(words);
    area.setSelectionRange(at, at + words.length);
  }, words);

describe("a private copy", () => {
  test("shows both texts, counts in words, and a reason for each find", () =>
    withoutModels(async ({ page, errors }) => {
      await review(page);
      assert.equal(await original(page).inputValue(), TEXT);
      const shown = await redacted(page).innerText();
      for (const value of ["alice@example.com", "bob@example.org", "4242", "AKIAQ7MZ2XWVR4TNKL6B"]) {
        assert.ok(!shown.includes(value), `${value} is hidden`);
      }
      // Whether "Heron" is somebody, too, is the model's to say; then that name has the first number.
      assert.match(shown, /^Project [^]*, asked by \[PERSON_0[12]\] 🙂\nWrite to \[EMAIL_01\] or \[EMAIL_02\]\.\nCard \[CREDIT_CARD_01\], key \[API_KEY_01\]\.$/);
      assert.match(await said(page).innerText(), /^Hidden: .*2 e-mail addresses, 1 card number, 1 API key/);
      const card = page.locator(".kind li", { hasText: "[CREDIT_CARD_01]" });
      assert.match(await card.innerText(), /Check digit holds · so does its form/);
      const key = page.locator(".kind li", { hasText: "[API_KEY_01]" });
      assert.match(await key.innerText(), /Form of a credential · a key of aws/);
      const person = page.locator(".kind li", { hasText: "Marlene Okafor" });
      assert.match(await person.innerText(), /(Very likely|Likely|Perhaps), \d\d? % · read as a name/, "a guess is no certainty");
      assert.ok(await page.getByRole("heading", { name: "E-mail addresses" }).isVisible());
      assert.deepEqual(errors.filter((error) => !error.includes("ERR_FAILED")), []);
    }));

  test("lights up the same value in both texts and in the list", () =>
    withoutModels(async ({ page }) => {
      await review(page);
      const linked = (where) => page.locator(`${where} .linked`).allInnerTexts();
      await redacted(page).locator("mark", { hasText: "[EMAIL_02]" }).hover();
      assert.deepEqual(await linked(".out"), ["[EMAIL_02]"]);
      assert.deepEqual(await page.locator(".private-copy .mirror .linked").allTextContents(), ["bob@example.org"]);
      assert.match((await linked(".kind"))[0], /bob@example\.org/);
      await hideSwitch(page, "alice@example.com").focus();
      assert.deepEqual(await linked(".out"), ["[EMAIL_01]"]);
      // In the field a value is under the pointer, though the field lies over it.
      const value = page.locator(".private-copy .mirror mark", { hasText: "bob@example.org" });
      // The switch that took the focus may have scrolled it away.
      await value.evaluate((mark) => mark.scrollIntoView({ block: "center" }));
      const box = await value.boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.locator(".out .linked", { hasText: "[EMAIL_02]" }).waitFor();
    }));

  test("keeps a value, hides a selection, and copies exactly what it shows", () =>
    withoutModels(async ({ page, url }) => {
      await review(page);
      await hideSwitch(page, "bob@example.org").click();
      await redacted(page).getByText("bob@example.org").waitFor();
      await ready(page);
      await select(page, "Heron");
      await page.getByRole("button", { name: "Hide this too" }).click();
      await redacted(page).getByText("Project [CUSTOM_01]").waitFor();
      await ready(page);
      assert.match(await said(page).innerText(), /Kept: 1 e-mail address\.$/);
      assert.equal(await page.locator(".kind li", { hasText: "Heron" }).getByText("You chose to hide it").count(), 1);
      await copyButton(page).click();
      await page.getByText("Copied. Paste it into the other AI.").waitFor();
      const copied = await clipboard(page);
      assert.equal(copied, await redacted(page).evaluate((region) => region.textContent));
      assert.match(copied, /Project \[CUSTOM_01\][^]*\[EMAIL_01\] or bob@example\.org/);
      const kept = await page.evaluate(() => JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }]));
      assert.ok(!kept.includes("alice") && kept.includes(url), "nothing of it is in the address or the page's storage");
    }));

  test("moves a hidden selection and what was kept with the text", () =>
    withoutModels(async ({ page }) => {
      await review(page);
      await select(page, "Heron");
      await page.getByRole("button", { name: "Hide this too" }).click();
      await hideSwitch(page, "bob@example.org").click();
      await redacted(page).getByText("bob@example.org").waitFor();
      // Without the first address, the second one gets its number, but not what was said of it.
      await original(page).fill(`🙂 ${TEXT.replace("alice@example.com or ", "carol@example.com or ")}`);
      await redacted(page).getByText("[EMAIL_01] or bob@example.org").waitFor();
      await ready(page);
      assert.match(await redacted(page).innerText(), /^🙂 Project \[CUSTOM_01\]/);
      await original(page).fill("carol@example.com, dave@example.com");
      await redacted(page).getByText("[EMAIL_01], [EMAIL_02]").waitFor();
    }));

  test("keeps a secret only after a second word", () =>
    withoutModels(async ({ page }) => {
      await review(page);
      const key = hideSwitch(page, "AKIAQ7MZ2XWVR4TNKL6B");
      await key.click();
      await page.getByText(/It is a secret \(API key\)/).waitFor();
      assert.equal(await key.isChecked(), true, "it is hidden until then");
      await page.waitForFunction(() => document.activeElement.textContent === "Leave it hidden");
      await page.keyboard.press("Enter");
      assert.match(await focusedId(page), /^hide-/);
      assert.match(await redacted(page).innerText(), /\[API_KEY_01\]/);
      await key.click();
      await page.getByRole("button", { name: "Keep it in the copy" }).click();
      await redacted(page).getByText("AKIAQ7MZ2XWVR4TNKL6B").waitFor();
      assert.equal(await key.isChecked(), false);
    }));

  test("keeps and hides a whole kind", () =>
    withoutModels(async ({ page }) => {
      await review(page);
      const all = page.getByRole("checkbox", { name: "Hide 2 e-mail addresses" });
      await all.click();
      await redacted(page).getByText("alice@example.com or bob@example.org").waitFor();
      await hideSwitch(page, "alice@example.com").click();
      await redacted(page).getByText("[EMAIL_01] or bob@example.org").waitFor();
      assert.equal(await all.evaluate((box) => box.indeterminate), true);
      await all.click();
      await redacted(page).getByText("[EMAIL_01] or [EMAIL_02]").waitFor();
    }));

  test("copies nothing while the redactor cannot answer, and says why", () =>
    withPage(async ({ page, context, goto }) => {
      await context.route("**/models/**", (route) => route.abort());
      await context.route(/redact/, (route) => route.abort());
      await goto();
      await page.getByLabel("Your question").fill(TEXT);
      await page.keyboard.press("Alt+h");
      await said(page).getByText("could not start").waitFor();
      assert.equal(await copyButton(page).getAttribute("aria-disabled"), "true");
      await page.evaluate(() => {
        navigator.clipboard.writeText = (text) => Promise.resolve((globalThis.leaked = text));
      });
      // It says that it rests; pressed all the same, it does nothing.
      await copyButton(page).click({ force: true });
      assert.equal(await page.evaluate(() => globalThis.leaked), undefined);
    }));

  test("gives the text to copy by hand where the browser refuses", () =>
    withoutModels(async ({ page }) => {
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      });
      await review(page);
      await copyButton(page).click();
      const byHand = page.getByLabel("Text to copy");
      await byHand.waitFor();
      await page.waitForFunction(() => document.activeElement.matches(".by-hand"));
      const chosen = await byHand.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
      assert.equal(chosen, await redacted(page).evaluate((region) => region.textContent));
    }));
});

describe("a destination with a name", () => {
  const goesTo = (page) => page.getByLabel("It goes to");

  test("gets what its rules keep, and nothing that was kept for another", () =>
    withoutModels(async ({ page, goto }) => {
      await page.keyboard.press("Control+,");
      await page.getByRole("button", { name: "What is hidden" }).click();
      await page.getByLabel("Who else gets copies").fill("Our own AI");
      await page.keyboard.press("Enter");
      const named = dialog(page).locator(".destination", { hasText: "Our own AI" });
      await named.getByText("Everything that is recognised is hidden from it.").click();
      await named.getByRole("checkbox", { name: "E-mail addresses" }).click();
      await named.getByText("Your settings keep e-mail addresses for it.").waitFor();
      await page.getByText("Stored on this device.").waitFor();
      await page.getByRole("button", { name: "Done" }).click();
      await goto("/");
      await page.reload();

      await review(page);
      assert.equal(await page.locator("#dialog-title").innerText(), "Private copy for another AI");
      assert.match(await redacted(page).innerText(), /\[EMAIL_01\] or \[EMAIL_02\]/);
      await goesTo(page).selectOption("Our own AI");
      await redacted(page).getByText("alice@example.com or bob@example.org").waitFor();
      await ready(page);
      assert.equal(await page.locator("#dialog-title").innerText(), "Private copy for Our own AI");
      assert.match(await redacted(page).innerText(), /Card \[CREDIT_CARD_01\], key \[API_KEY_01\]\.$/, "the rest is hidden");
      assert.match(await said(page).innerText(), /Kept: 2 e-mail addresses\.$/);

      await hideSwitch(page, "4242 4242 4242 4242").click();
      await redacted(page).getByText("Card 4242").waitFor();
      await goesTo(page).selectOption("another AI");
      await redacted(page).getByText("[EMAIL_01] or [EMAIL_02]").waitFor();
      await ready(page);
      assert.match(await redacted(page).innerText(), /Card \[CREDIT_CARD_01\]/, "it was kept for the other one");
      await copyButton(page).click();
      await page.getByText("Copied. Paste it into the other AI.").waitFor();
      assert.equal(await clipboard(page), await redacted(page).evaluate((region) => region.textContent));

      await dialog(page).getByRole("button", { name: "What is hidden" }).click();
      await page.getByRole("button", { name: "Remove Our own AI" }).click();
      assert.equal(await focusedId(page), "add-destination");
      await page.getByRole("button", { name: "Done" }).click();
      await page.keyboard.press("Alt+h");
      assert.equal(await goesTo(page).count(), 0);
    }));
});

describe("an answer", () => {
  /** Copies the text, and pastes an answer to it. */
  async function bringBack(page, answer) {
    await review(page);
    await copyButton(page).click();
    await page.getByRole("button", { name: "Bring the answer back" }).click();
    await page.getByLabel("Answer of the other AI").fill(answer);
  }
  const restored = (page) => page.getByRole("region", { name: "Restored" });

  test("comes back with its values, though its tokens were changed", () =>
    withoutModels(async ({ page, errors }) => {
      await bringBack(page, "Tell **[email_02]** and [EMAIL_01]: the card `[CREDIT_CARD_1]` works. Not [EMAIL_77].");
      await restored(page).getByText("bob@example.org").waitFor();
      const text = await restored(page).innerText();
      assert.equal(text, "Tell **bob@example.org** and alice@example.com: the card `4242 4242 4242 4242` works. Not [EMAIL_77].");
      assert.deepEqual(await restored(page).locator("mark:not(.doubt)").allTextContents(), [
        "bob@example.org", "alice@example.com", "4242 4242 4242 4242",
      ]);
      assert.match(await page.locator("#restore-said").innerText(), /^3 values were put back; 1 token is in doubt/);
      assert.match(await page.getByRole("list", { name: "Tokens in doubt" }).innerText(), /\[EMAIL_77\] .+\./);
      await page.getByRole("button", { name: "Copy restored text" }).click();
      await page.getByText(/^Copied\. It holds the values/).waitFor();
      assert.equal(await clipboard(page), text);
      assert.deepEqual(errors.filter((error) => !error.includes("ERR_FAILED")), []);
    }));

  test("can no longer be restored once its values are forgotten", () =>
    withoutModels(async ({ page }) => {
      await bringBack(page, "Tell [EMAIL_01].");
      await restored(page).getByText("alice@example.com").waitFor();
      await page.getByText(/tokens stand for .*2 e-mail addresses/).waitFor();
      await page.getByRole("button", { name: "Forget these values" }).click();
      await page.waitForFunction(() => document.activeElement.textContent === "Keep them");
      await page.getByRole("button", { name: "Forget them" }).click();
      await page.getByText("tokens stand for nothing").waitFor();
      await page.getByLabel("Answer of the other AI").fill("Tell [EMAIL_01].");
      await page.locator("#restore-said").getByText(/No value was put back/).waitFor();
      assert.equal(await restored(page).innerText(), "Tell [EMAIL_01].");
    }));
});

describe("rules of the person's own", () => {
  const line = (page, rule) => page.locator(".rules li", { hasText: rule });

  test("hide a word, name what is wrong with a pattern, and stay", () =>
    withoutModels(async ({ page, goto }) => {
      await page.getByLabel("Your question").fill("Is Heron late? Ask alice@example.com.");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("what is hidden");
      await page.keyboard.press("Enter");
      await page.getByLabel("Always hide these words").fill("heron");
      await page.keyboard.press("Enter");
      await line(page, "heron").waitFor();
      await page.getByLabel("Always hide what these patterns match").fill("PRJ-(");
      await page.keyboard.press("Enter");
      await line(page, "PRJ-(").getByText("Not used.").waitFor();
      await page.getByLabel("Never hide these values").fill("alice@example.com");
      await page.keyboard.press("Enter");
      await page.getByText("Stored on this device.").waitFor();
      await page.getByRole("button", { name: "Done" }).click();
      await page.locator(".marks li", { hasText: "Heron" }).waitFor();
      await page.locator(".marks li", { hasText: "alice" }).waitFor({ state: "detached" });

      await goto("/");
      await page.reload();
      await page.getByLabel("Your question").fill("Is Heron late?");
      await page.locator(".marks li", { hasText: "Heron" }).waitFor();
      await page.keyboard.press("Alt+h");
      await page.getByText("1 of your own rules cannot be used and hides nothing.").waitFor();
      await dialog(page).getByRole("button", { name: "What is hidden" }).click();
      await page.getByRole("button", { name: "Remove heron" }).click();
      assert.equal(await focusedId(page), "rule-Term");
      await page.getByRole("button", { name: "Done" }).click();
      await page.locator(".marks li").waitFor({ state: "detached" });
    }));

  test("hide every UUID and every web address", () =>
    withoutModels(async ({ page }) => {
      const uuid = "5f0c2e1a-0b1d-4e6f-9a3b-2c4d5e6f7a8b";
      const address = "https://docs.example.com/install";
      await page.getByLabel("Your question").fill(`Order ${uuid} of alice@example.com, see ${address} first`);
      await page.locator(".marks li", { hasText: "alice" }).waitFor();
      assert.equal(await page.locator(".marks li").count(), 1, "nothing says whose it is");
      await page.keyboard.press("Control+,");
      await page.getByRole("button", { name: "What is hidden" }).click();
      await page.getByRole("checkbox", { name: "Every UUID" }).click();
      await page.getByRole("checkbox", { name: "Every web address" }).click();
      await page.getByText("Stored on this device.").waitFor();
      await page.getByRole("button", { name: "Done" }).click();
      await page.locator(".marks li", { hasText: uuid.slice(0, 8) }).waitFor();
      await page.locator(".marks li", { hasText: "docs.example.com" }).waitFor();
    }));

  test("keep a kind, but no secret in a copy", () =>
    withoutModels(async ({ page }) => {
      await page.keyboard.press("Control+,");
      await page.getByRole("button", { name: "What is hidden" }).click();
      await page.getByRole("checkbox", { name: "E-mail addresses" }).click();
      await page.getByRole("checkbox", { name: "API keys" }).click();
      await page.getByRole("button", { name: "Done" }).click();
      await review(page);
      assert.match(await redacted(page).innerText(), /alice@example\.com or bob@example\.org\.\nCard \[CREDIT_CARD_01\], key \[API_KEY_01\]\.$/);
    }));
});

describe("without a pointer, and on a small page", () => {
  test("a text is reviewed, changed, copied and left with the keyboard alone", () =>
    withoutModels(async ({ page }) => {
      await page.getByLabel("Your question").focus();
      await page.keyboard.press("Alt+h");
      await page.waitForFunction(() => document.activeElement.id === "original");
      await page.keyboard.type("Heron alice@example.com");
      await page.locator(".kind li").waitFor();
      await page.keyboard.press("Home");
      for (let presses = 0; presses < "Heron".length; presses += 1) await page.keyboard.press("Shift+ArrowRight");
      const tabTo = async (test) => {
        for (let presses = 0; presses < 30; presses += 1) {
          if (await page.evaluate(test)) return;
          await page.keyboard.press("Tab");
        }
        assert.fail(`Tab does not reach it: ${test}`);
      };
      await page.keyboard.press("Shift+Tab");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Hide this too");
      await page.keyboard.press("Enter");
      await redacted(page).getByText("[CUSTOM_01] [EMAIL_01]").waitFor();
      await tabTo(() => document.activeElement.getAttribute("role") === "switch" && document.activeElement.id.includes("EMAIL"));
      await page.keyboard.press("Space");
      await redacted(page).getByText("[CUSTOM_01] alice@example.com").waitFor();
      assert.match(await focusedId(page), /EMAIL/, "the switch keeps the focus");
      await page.keyboard.press("Space");
      await redacted(page).getByText("[CUSTOM_01] [EMAIL_01]").waitFor();
      await ready(page);
      await copyButton(page).focus();
      await page.keyboard.press("Enter");
      await page.getByText("Copied. Paste it into the other AI.").waitFor();
      assert.equal(await clipboard(page), "[CUSTOM_01] [EMAIL_01]");
      await page.getByRole("tab", { name: "Hide and copy" }).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.getByRole("tab", { name: "Bring the answer back" }).getAttribute("aria-selected"), "true");
      await page.keyboard.press("Escape");
      await dialog(page).waitFor({ state: "hidden" });
      assert.equal(await focusedId(page), "composer");
    }));

  test("the dialog is closed from each of its fields, and the page goes on", () =>
    withoutModels(async ({ page, errors }) => {
      for (const inside of [original(page), redacted(page), hideSwitch(page, "bob@example.org"), copyButton(page)]) {
        await review(page);
        await inside.focus();
        await page.keyboard.press("Escape");
        await dialog(page).waitFor({ state: "hidden" });
        await page.getByLabel("Your question").fill("");
      }
      assert.equal(await page.locator("#broken").isVisible(), false);
      assert.deepEqual(errors.filter((error) => !error.includes("ERR_FAILED")), []);
    }));

  for (const [name, viewport] of [["320 px", { width: 320, height: 640 }], ["200 % zoom", { width: 640, height: 400 }]]) {
    test(`${name}: nothing is cut off`, () =>
      withoutModels(
        async ({ page }) => {
          const cut = () =>
            dialog(page).evaluate((element) => [
              element.scrollWidth - element.clientWidth,
              document.documentElement.scrollWidth - innerWidth,
            ]);
          await review(page);
          const columns = await page.locator(".columns > *").evaluateAll((sides) => sides.map((side) => side.getBoundingClientRect().y));
          assert.ok(columns[1] > columns[0], "the columns are stacked");
          assert.deepEqual(await cut(), [0, 0], "the review");
          await hideSwitch(page, "AKIAQ7MZ2XWVR4TNKL6B").click();
          await page.getByText(/It is a secret/).waitFor();
          assert.deepEqual(await cut(), [0, 0], "the question");
          await screenshot(page, `private-copy-${viewport.width}`);
          await page.getByRole("tab", { name: "Bring the answer back" }).click();
          assert.deepEqual(await cut(), [0, 0], "the answer");
          await page.keyboard.press("Escape");
          await page.keyboard.press("Control+,");
          await page.getByRole("button", { name: "What is hidden" }).click();
          await page.getByLabel("Always hide these words").waitFor();
          assert.deepEqual(await cut(), [0, 0], "the rules");
          await screenshot(page, `privacy-${viewport.width}`);
        },
        { viewport, reducedMotion: "reduce" },
      ));
  }
});

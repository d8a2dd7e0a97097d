// The main path, on the real page, the real edge and the real models: import, ask, read the citation, reload, restart.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { complaints, openBrowser, screenshot, serverUrl } from "../harness.mjs";
import { MODEL_MS, addFiles, ask, document, documentsListed, modelsReady } from "../lib/council.mjs";

const DOCUMENTS = ["coffee-machine.md", "travel-policy.html", "harbour_fees.txt"];

/** A question, words of its answer, and words of the passage that its citation must open. */
const ANSWERED = [
  { question: "How long is the warranty of the coffee machine?", answer: /24 months/, passage: /24 months/ },
  { question: "What does error E04 mean?", answer: /grinder is blocked/i, passage: /E04 means that the grinder is blocked/ },
  { question: "How much may a hotel cost in capital cities?", answer: /190 euros/, passage: /190 euros/ },
  { question: "How do I descale the machine?", answer: /citric acid/, passage: /Descale the machine every two months/ },
  { question: "What is the fee for a pilot?", answer: /410/, passage: /PILOT_FEE = 410/ },
  { question: "Who answers questions about expenses?", answer: /Marta Oyelaran/, passage: /Marta Oyelaran/ },
];

let url;
let browser;
let page;
let errors;

async function open() {
  browser = await openBrowser({ profile: browser?.profile });
  page = browser.context.pages()[0] ?? (await browser.context.newPage());
  errors = complaints(page);
  await page.goto(url);
}

before(async () => {
  url = await serverUrl();
  await open();
});
after(() => browser?.remove());

describe("the whole path", { concurrency: false }, () => {
  test("three documents are imported", async () => {
    await addFiles(page, DOCUMENTS.map(document));
    await documentsListed(page, DOCUMENTS.length);
    const titles = await page.locator(".documents .title").allTextContents();
    assert.ok(titles.some((title) => title.includes("Brevio X200")), titles.join("; "));
    assert.ok(titles.some((title) => title.includes("Travel policy")), titles.join("; "));
  });

  test("both models load and say so", async () => {
    await modelsReady(page);
  });

  for (const { question, answer, passage } of ANSWERED) {
    test(`answers, with a citation that opens the passage: ${question}`, async () => {
      const turn = await ask(page, question);
      const text = (await turn.locator(".answer").textContent()) ?? "";
      assert.match(text, answer);
      assert.equal(await turn.locator(".verdict").getAttribute("data-kind"), "agreed");
      assert.match(await turn.locator(".answer").getAttribute("data-manifest"), /^[0-9a-f]{32}$/);
      await turn.locator(".cite").first().click();
      const mark = page.locator(".reader mark");
      await mark.waitFor();
      assert.match((await mark.textContent()) ?? "", passage);
      assert.ok(await mark.isVisible());
      await page.getByRole("button", { name: "Close the document" }).click();
    });
  }

  test("says so where the documents do not", async () => {
    for (const question of ["What is the price of the coffee machine?", "How heavy is the coffee machine?"]) {
      const turn = await ask(page, question);
      assert.match((await turn.textContent()) ?? "", /The documents do not say/, question);
      assert.equal(await turn.locator(".answer").count(), 0, question);
      assert.ok((await turn.locator(".passage").count()) > 0, "the nearest passages are shown");
    }
  });

  test("answers a general question without sources, and says so", async () => {
    const turn = await ask(page, "What is the capital of France?");
    assert.match((await turn.locator(".answer").textContent()) ?? "", /Paris/);
    assert.equal(await turn.locator(".verdict").getAttribute("data-kind"), "unsourced");
    assert.match((await turn.locator(".verdict").textContent()) ?? "", /Without sources/);
    await screenshot(page, "path-answers");
  });

  test("stops in the middle of an answer, and goes on working", async () => {
    await page.getByLabel("Your question").fill("Write a long story about the sea.");
    await page.getByLabel("Your question").press("Enter");
    await page.getByRole("tab", { name: "Trace" }).click();
    await page.locator(".seat.writing").waitFor({ timeout: MODEL_MS });
    const pressed = Date.now();
    await page.getByRole("button", { name: /^Stop/ }).click();
    await page.getByText("You stopped this question.").waitFor({ timeout: 10_000 });
    assert.ok(Date.now() - pressed < 5_000, `stopping took ${Date.now() - pressed} ms`);
    const turn = await ask(page, "What is the capital of Italy?");
    assert.match((await turn.textContent()) ?? "", /Rome/);
  });

  test("the trace names the three seats", async () => {
    for (const seat of ["Pathos", "Logos", "Ethos"]) {
      assert.ok((await page.locator(`.seat[data-seat="${seat}"]`).count()) > 0, seat);
    }
  });

  for (const [event, again] of [
    ["a reload", () => page.reload()],
    ["a restart of the browser", async () => {
      await browser.close();
      await open();
    }],
  ]) {
    test(`threads, documents and settings survive ${event}`, async () => {
      if (event === "a reload") {
        await page.keyboard.press("Control+,");
        await page.getByRole("dialog").getByLabel(/dark/i).check();
        await page.getByRole("dialog").getByText("Stored on this device.").waitFor();
        await page.keyboard.press("Escape");
      }
      await again();
      await documentsListed(page, DOCUMENTS.length);
      await page.locator(".threads .thread .open").first().click();
      await page.getByText("24 months").first().waitFor();
      assert.ok((await page.locator("article.turn").count()) >= ANSWERED.length + 3);
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    });
  }

  test("a removed document is found no more", async () => {
    await documentsListed(page, DOCUMENTS.length);
    await page.locator(".document", { hasText: "Travel policy" }).getByRole("button", { name: /remove/i }).click();
    await page.getByRole("dialog").locator("button.danger").click();
    await documentsListed(page, DOCUMENTS.length - 1);
    // Answers of before say which of their sources are not there any more.
    const gone = page.locator(".sources .source", { hasText: "removed since" });
    await gone.first().waitFor();
    for (const source of await page.locator(".sources .source").allTextContents()) {
      assert.equal(source.includes("removed since"), source.includes("Travel policy"), source);
    }
    await modelsReady(page);
    const turn = await ask(page, "How much may a hotel cost in capital cities?");
    assert.doesNotMatch((await turn.textContent()) ?? "", /190 euros/);
  });

  test("nothing of all this was an error in the console", () => {
    assert.deepEqual(errors, []);
  });
});

// What a person gives the page is told to nobody who listens: not in a log, an error, the journal, a request, a metric, a
// title, an address or the browser's small storages, while everything fails that can be made to fail.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { nextWorker, withPage } from "../harness.mjs";
import { MODEL_MS, addFiles, documentsListed } from "../lib/council.mjs";
import { listen } from "../lib/listen.mjs";

/** One text of each kind that the redactor knows, with its value between braces, as the redactor's own test has them. */
const KNOWN = readFileSync(new URL("../../engine/privacy/tests/canaries.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.includes("{"))
  .filter((line) => !line.startsWith("#"))
  .map((line) => line.split("\t")[1].replaceAll("¦", ""));
/** A made-up person and a made-up word, which nothing could know; the word is a rule of the person's own later. */
const UNKNOWN = ["Quillon Vantreeve", "zorblaxquim"];
const CANARIES = [...KNOWN.map((text) => text.match(/\{(.*)\}/)[1]), ...UNKNOWN];
const ALL = [...KNOWN.map((text) => text.replace(/[{}]/g, "")), UNKNOWN[0]].join("; ");
/** What fits into the name of a file. */
const NAMED = ["quentin.vale@post.example", "4111 1111 1111 1111", ["ghp", "_9f8Xk2LmQz7RtVb3NcYw5HdJp1SgUa4Ee0Zz"].join(""), ...UNKNOWN].join(" ");

let folder;
const path = (name) => join(folder, name);
const DOCUMENT = `${NAMED}.txt`;
const EMPTY = `empty ${NAMED}.txt`;
const BINARY = `binary ${NAMED}.txt`;
const LATE = `late ${NAMED}.txt`;
const MODEL = `${NAMED}.gguf`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "conclave-canary-"));
  await writeFile(path(DOCUMENT), `The pump of ${ALL} is guaranteed for two years.\n`);
  await writeFile(path(EMPTY), "");
  await writeFile(path(BINARY), Buffer.alloc(1000));
  await writeFile(path(LATE), `${ALL} `.repeat(10_000));
  await writeFile(path(MODEL), `<!doctype html><title>${ALL}</title>`);
});
after(() => rm(folder, { recursive: true, force: true }));

const field = (page) => page.getByLabel("Your question");
const engine = (page) => page.workers().find((worker) => worker.url().includes("engine"));
const refused = (page, name) => page.locator(".import[data-trouble]", { hasText: name });
const dialog = (page) => page.getByRole("dialog");

const ROOM_IS_REMEMBERED_MS = 31_000;

/** Throws where nobody catches it, in the worker. */
const kill = (worker) =>
  worker.evaluate(() => {
    setTimeout(() => {
      throw new Error("provoked by a test");
    });
  });

/** What the button for reports copies. */
async function copiedJournal(page) {
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "What suits this device?" }).click();
  await dialog(page).locator(".journal li").first().waitFor();
  await dialog(page).getByRole("button", { name: "Copy what happened" }).click();
  await dialog(page).getByText("Copied.", { exact: true }).waitFor();
  await dialog(page).getByRole("button", { name: "Close" }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Rules, a destination and a private copy with all values in them; its answer comes back, and a secret is kept. */
async function carryOut(page) {
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "What is hidden" }).click();
  for (const [label, rule] of [
    ["Always hide these words", "zorblaxquim"],
    ["Always hide what these patterns match", "zorblaxquim("],
    ["Never hide these values", "Quillon Vantreeve"],
    ["Who else gets copies", "Quillon Vantreeve"],
  ]) {
    await page.getByLabel(label).fill(rule);
    await page.keyboard.press("Enter");
  }
  await page.locator(".rules li", { hasText: "zorblaxquim(" }).getByText("Not used.").waitFor();
  await page.getByText("Stored on this device.").waitFor();
  await page.getByRole("button", { name: "Done" }).click();

  await field(page).fill(ALL);
  await page.keyboard.press("Alt+h");
  await page.getByLabel("It goes to").selectOption("Quillon Vantreeve");
  await page.locator('.primary[aria-disabled="false"]').waitFor();
  const hidden = await page.getByRole("region", { name: "Redacted" }).innerText();
  // The redactor has read them: one of each kind has its token, or stands in one with its neighbour.
  for (const canary of CANARIES.filter((canary) => canary !== "Quillon Vantreeve")) {
    assert.ok(!hidden.includes(canary), `${canary} is hidden`);
  }
  await page.getByRole("switch", { name: /^Hide quentin\.vale/ }).click();
  await page.locator('.primary[aria-disabled="false"]').waitFor();
  await page.getByRole("button", { name: "Copy redacted text" }).click();
  await page.getByRole("button", { name: "Bring the answer back" }).click();
  await page.getByLabel("Answer of the other AI").fill(`${hidden} [EMAIL_99]`);
  await page.locator("#restore-said").getByText(/in doubt/).waitFor();
  await page.keyboard.press("Escape");
  await field(page).fill("");
}

/** What the page and its workers leave where scripts and extensions can read it. */
async function leftBehind(page) {
  const ofPage = await page.evaluate(() =>
    JSON.stringify([document.title, location.href, { ...localStorage }, { ...sessionStorage }, performance.getEntries()]),
  );
  const ofWorkers = await Promise.all(
    page.workers().map((worker) => worker.evaluate(() => JSON.stringify([self.name, performance.getEntries()]))),
  );
  return [ofPage, ...ofWorkers];
}

/** A text as it was, and as an address or JSON may have disguised it. */
function readings(text) {
  const decoded = text.replaceAll("+", " ").replace(/(%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
  return [text, decoded].map((reading) => reading.toLowerCase());
}

/** Fails where one of the texts holds a value. `place` says where they are from. */
function assertSilent(place, texts) {
  for (const text of texts) {
    for (const canary of CANARIES) {
      const told = readings(text).find((reading) => reading.includes(canary.toLowerCase()));
      assert.equal(told, undefined, `${canary} is told in ${place}`);
    }
  }
}

describe("what a person gives the page", () => {
  test("is told to nobody, whatever fails", () =>
    withPage(async ({ page, context, url, goto }) => {
      const requests = [];
      context.on("request", async (request) => {
        requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`);
        const headers = await request.allHeaders().catch(() => ({})); // The page may be gone.
        requests.push(JSON.stringify(headers));
      });
      const { heard, targets } = await listen(context, page);
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
      // Models that cannot be had: questions end without an answer.
      await context.route("**/models/**", (route) => route.abort());
      await goto();
      await page.getByText("Your questions will be kept here.").waitFor();

      await field(page).fill(ALL);
      // The redactor has read it.
      await page.locator(".composer mark").first().waitFor();
      await field(page).press("Enter");
      await page.locator("article.turn:not(.live) .outcome").waitFor({ timeout: MODEL_MS });
      await page.keyboard.press("Alt+r");
      await dialog(page).getByLabel("Name").fill(`Title ${ALL}`);
      await page.keyboard.press("Enter");
      await page.locator(".threads .title", { hasText: "Title" }).waitFor();

      await carryOut(page);

      await addFiles(page, [DOCUMENT, EMPTY, BINARY].map(path));
      await refused(page, EMPTY).waitFor();
      await refused(page, BINARY).waitFor();
      await documentsListed(page, 1);
      await addFiles(page, [path(MODEL)]);
      await refused(page, MODEL).waitFor();
      await page.getByLabel("Search the documents").fill(ALL);
      await page.getByLabel("Search the documents").press("Enter");
      await page.getByRole("button", { name: "Clear the search" }).waitFor();

      const first = await copiedJournal(page);
      for (const words of [/greets a page/, /trouble, models: the encoder does not load/, /reading a file: Said\(Problem \{ code: EmptyFile/, /AddModel: Refused/]) {
        assert.match(first, words, "it says what failed");
      }

      // The engine dies in the middle of a question.
      await field(page).fill(`And ${ALL}?`);
      await field(page).press("Enter");
      await nextWorker(page, "engine", () => kill(engine(page)));
      await page.locator(".problem", { hasText: "The engine stopped and was started again." }).waitFor();

      // And then the disk is full. Chromium lets IndexedDB write for half a minute more into the room that it saw last.
      const devtools = await context.newCDPSession(page);
      await devtools.send("Storage.overrideQuotaForOrigin", { origin: url, quotaSize: 1 });
      await sleep(ROOM_IS_REMEMBERED_MS);
      await addFiles(page, [path(LATE)]);
      await refused(page, LATE).waitFor({ timeout: MODEL_MS });
      const second = await copiedJournal(page);
      assert.match(second, /trouble, (requests: AddFiles|documents: reading the queue): /);

      // Those who listen do hear: of the page, of its workers, and of what leaves.
      await page.evaluate(() => console.log("said by the page"));
      await engine(page).evaluate(() => console.log("said by the engine"));
      await page.evaluate(() => fetch("/robots.txt?asked"));
      const all = () => heard.map(({ text }) => text).join("\n");
      for (const words of ["said by the page", "said by the engine", "provoked by a test"]) {
        assert.ok(all().includes(words), `${words} was not heard`);
      }
      assert.ok(requests.some((request) => request.includes("/robots.txt?asked")));
      assert.ok(targets.filter((target) => target.includes("engine")).length >= 2, "both runs of the engine were listened to");
      assert.ok(targets.some((target) => target.includes("redact")));
      assert.throws(() => assertSilent("a test of the test", [`/x?q=${encodeURIComponent("Quillon Vantreeve")}`]));

      assertSilent("the browser's log", heard.map(({ text }) => text));
      assertSilent("the journal", [first, second]);
      assertSilent("a request", requests);
      assertSilent("a title, an address, a metric or a small storage", await leftBehind(page));
    }));
});

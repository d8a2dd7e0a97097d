// Files that are no documents, or not of the usual kind, dropped on the page.

import assert from "node:assert/strict";
import { mkdtemp, open as openFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { withPage } from "../harness.mjs";
import { documentsListed } from "../lib/council.mjs";

const HUGE_BYTES = 200_000_000;

/**
 * A pause between two frames that is a freeze on a busy machine too; frames come every 17 ms, and reading the file on the
 * page would take seconds.
 */
const PAUSE_MS = 2_000;

const GERMAN = "Der Schlüssel für die Tür hängt über dem Kühlschrank.\n";
const utf16be = (text) => Buffer.from(text, "utf16le").swap16();

const FILES = {
  "none.txt": Buffer.alloc(0),
  "latin-1.txt": Buffer.from(`Latin-1. ${GERMAN}`, "latin1"),
  "utf-16.txt": Buffer.from(`\ufeffUTF-16. ${GERMAN}`, "utf16le"),
  "utf-16be-without-mark.txt": utf16be(`Big-endian. ${GERMAN}`),
  "broken-utf-8.md": Buffer.concat([Buffer.from(`# Broken\n\n${GERMAN.repeat(20)}`), Buffer.from([0xff, 0x0a])]),
};

let folder;
const path = (name) => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "conclave-files-"));
  for (const [name, bytes] of Object.entries(FILES)) await writeFile(path(name), bytes);
  const huge = await openFile(path("huge.txt"), "w");
  await huge.truncate(HUGE_BYTES);
  await huge.close();
});
after(() => rm(folder, { recursive: true, force: true }));

/** Opens the page without its models, which nothing here needs. */
const withFiles = (body) =>
  withPage(async (given) => {
    await given.context.route("**/models/**", (route) => route.abort());
    await given.goto();
    await given.page.getByText("Your questions will be kept here.").waitFor();
    await body(given);
  });

/** Drops files on the middle of the page, as the browser hands them over: by reference. */
async function drop(page, names) {
  await page.evaluate(() => {
    const input = Object.assign(document.createElement("input"), { type: "file", multiple: true, id: "to-drop" });
    input.style.display = "none";
    document.body.append(input);
  });
  await page.locator("#to-drop").setInputFiles(names.map(path));
  await page.evaluate(() => {
    const input = document.querySelector("#to-drop");
    const dataTransfer = new DataTransfer();
    for (const file of input.files) dataTransfer.items.add(file);
    input.remove();
    document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
}

const refused = (page, name) => page.locator(".import[data-trouble]", { hasText: name });

/** Notes in the engine how many bytes of files it reads, by whatever way a `Blob` offers. */
const countReads = (engine) =>
  engine.evaluate(() => {
    globalThis.bytesRead = 0;
    for (const way of ["arrayBuffer", "text", "bytes", "stream"]) {
      const real = Blob.prototype[way];
      if (!real) continue;
      Blob.prototype[way] = function () {
        globalThis.bytesRead += this.size;
        return real.call(this);
      };
    }
  });

/** Measures the longest pause between two frames from now on. */
const watchFrames = (page) =>
  page.evaluate(() => {
    globalThis.longestPause = 0;
    let last = performance.now();
    const frame = (now) => {
      globalThis.longestPause = Math.max(globalThis.longestPause, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });

describe("a file of 200 MB", () => {
  test("is refused by its size, unread, while the others of the drop are imported", () =>
    withFiles(async ({ page, errors }) => {
      const engine = page.workers().find((worker) => worker.url().includes("engine"));
      await countReads(engine);
      await watchFrames(page);
      await drop(page, ["huge.txt", "latin-1.txt", "utf-16.txt"]);
      await refused(page, "huge.txt").waitFor();
      await documentsListed(page, 2);
      const words = await refused(page, "huge.txt").innerText();
      assert.match(words, /has 200 MB; files may have at most 100 MB/);
      assert.match(words, /Split it/);
      assert.ok((await page.evaluate(() => globalThis.longestPause)) < PAUSE_MS, "the page did not freeze");
      const small = FILES["latin-1.txt"].length + FILES["utf-16.txt"].length;
      assert.equal(await engine.evaluate(() => globalThis.bytesRead), small, "nothing of it was read");
      // Its bytes stay what they are: there is nothing to try again.
      assert.equal(await refused(page, "huge.txt").getByRole("button", { name: /Try again/ }).count(), 0);
      await refused(page, "huge.txt").getByRole("button", { name: /Dismiss/ }).click();
      await refused(page, "huge.txt").waitFor({ state: "detached" });
      assert.deepEqual(errors.filter((error) => !error.includes("ERR_FAILED")), []);
    }));
});

describe("a file of 0 bytes", () => {
  test("is refused in plain words, and the next file is imported", () =>
    withFiles(async ({ page }) => {
      await drop(page, ["none.txt", "latin-1.txt"]);
      await documentsListed(page, 1);
      const words = await refused(page, "none.txt").innerText();
      assert.match(words, /is empty \(0 bytes\)/);
      assert.match(words, /saved or downloaded completely/);
    }));
});

describe("text that is not UTF-8", () => {
  const READ = [
    ["latin-1.txt", /Latin-1\. Der Schlüssel/, /guessed to be Western European/],
    ["utf-16.txt", /UTF-16\. Der Schlüssel/, null],
    ["utf-16be-without-mark.txt", /Big-endian\. Der Schlüssel/, /read as UTF-16BE/],
    ["broken-utf-8.md", /Der Schlüssel/, /1 place could not be decoded as UTF-8/],
  ];

  test("is read with its letters, and a guess is said to be one", () =>
    withFiles(async ({ page }) => {
      await drop(page, READ.map(([name]) => name));
      await documentsListed(page, READ.length);
      for (const [name, text, note] of READ) {
        const line = page.locator(".document", { has: page.getByRole("button", { name: `Remove ${name}` }) });
        if (note) assert.match(await line.locator(".notes").innerText(), note, name);
        await line.locator(".open").click();
        await page.locator(".reader .chunk").waitFor();
        assert.match(await page.locator(".reader .text").innerText(), text, name);
        await page.getByRole("button", { name: "Close the document" }).click();
      }
    }));
});

// Kills the tab or the browser at random moments while files become documents, and looks at what is there afterwards.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openBrowser } from "../lib/browser.mjs";

/** The longest that a session lives before it is killed: the models load within it, and some batches are embedded. */
const LIFE_MS = 15_000;
/** All of it, for so many files: reading them takes seconds, embedding them a tenth of a second each and more. */
const END_MS = (files) => 180_000 + files * 2_000;

/** Numbers that look random and are the same in each run (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** About 3 KB: a thousand such letters are embedded for minutes, so that kills meet a program that works. */
function letter(n) {
  const days = Array.from({ length: 40 }, (_, day) => `On day ${day + 1} it ate ${(n * 7 + day * 3) % 11} fish and slept in room ${(n + day) % 97}.`);
  return `Letter ${n}\n\nThe animal walrus${n} lives in house number ${n}.\n\n${days.join(" ")}\n`;
}

/** Ids of the processes of the browser with this profile, the first of them its own. */
async function processesOf(profile) {
  const found = [];
  for (const id of await readdir("/proc")) {
    if (!/^\d+$/.test(id)) continue;
    const words = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (words.includes(profile)) found.push({ id: Number(id), isMain: !words.includes("--type=") });
  }
  return found.sort((a, b) => b.isMain - a.isMain).map(({ id }) => id);
}

/** Ends the whole browser as a power cut does. */
async function killBrowser(profile) {
  for (const id of await processesOf(profile)) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It went with its parent.
    }
  }
}

/** Ends the tab with its workers, as the system does where memory is short. */
async function killTab(context, page) {
  const session = await context.newCDPSession(page);
  await Promise.race([session.send("Page.crash").catch(() => {}), sleep(2_000)]);
}

/** Opens the page and listens to what the engine says of its queue. */
async function open(url, profile) {
  const browser = await openBrowser({ profile });
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  const told = { lacking: undefined, last: undefined, step: 0 };
  await page.exposeBinding("tellQueue", (_, status) => {
    if (status.embedding && told.lacking === undefined) told.lacking = status.embedding.total - status.embedding.done;
    // Embeddings are told when they are stored, a batch at a time or what was stored in 200 ms: a kill costs no more than such a
    // step. A count that begins anew is none.
    const [before, now] = [told.last?.embedding, status.embedding];
    if (before && now?.total === before.total) told.step = Math.max(told.step, now.done - before.done);
    told.last = status;
  });
  await page.addInitScript(() => {
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", ({ data }) => {
          // The engine says everything as JSON.
          if (typeof data !== "string" || !data.startsWith("{")) return;
          const { body } = JSON.parse(data);
          const status = body.Queue ?? body.Ready?.queue;
          if (status) globalThis.tellQueue({ ...status, files: status.files.length });
        });
      }
    };
  });
  await page.goto(url);
  await page.getByText("Your questions will be kept here.").waitFor({ state: "attached", timeout: 120_000 });
  return { browser, page, told };
}

/** How many documents the page lists, and says that it has beside. */
async function documents(page) {
  await page.getByRole("tab", { name: "Sources" }).click();
  return page.evaluate(() => {
    const more = [...document.querySelectorAll("button")].map((button) => button.textContent.match(/^Show more, ([\d\s,.\u202f]+) are not listed$/));
    const hidden = more.find((match) => match)?.[1].replace(/\D/g, "") ?? "0";
    return document.querySelectorAll(".documents .document").length + Number(hidden);
  });
}

/** Whether the page has handed everything over. */
const handedOver = (page) => page.evaluate(() => !document.querySelector(".imports[aria-label='Files on their way'] .import"));

const add = (page, files) => page.locator('input[type="file"]').setInputFiles(files);

/**
 * Imports `files` files, ends the program `kills` times, and gives what it found; throws where anything was lost or damaged.
 * `say` hears of each step.
 */
export async function soakImport(url, { files: count, kills, seed = 1, say = () => {} }) {
  const dice = random(seed);
  const folder = await mkdtemp(join(tmpdir(), "conclave-soak-"));
  const paths = [];
  for (let n = 0; n < count; n++) {
    const path = join(folder, `${n}.txt`);
    await writeFile(path, letter(n));
    paths.push(path);
  }
  const profile = await mkdtemp(join(tmpdir(), "conclave-e2e-"));
  const figures = { files: count, kills, dropped: 0, lost: 0, problems: 0, told_but_not_stored: 0, embedded_again_at_most: 0 };
  const started = Date.now();
  let isHandedOver = false;
  let before;
  try {
    for (let kill = 0; kill < kills; kill++) {
      const { browser, page, told } = await open(url, profile);
      // What was told as embedded is stored: the next session has that much less to embed.
      const problems = await page.locator(".problem").allInnerTexts();
      const unexpected = problems.filter((words) => !/had not been copied/.test(words));
      figures.problems += unexpected.length;
      assert.deepEqual(unexpected, [], `after kill ${kill}`);
      if (!isHandedOver) {
        // As a person does who is told that files had not been copied.
        await add(page, paths);
        figures.dropped++;
      }
      const life = dice() * (isHandedOver ? LIFE_MS : 3_000);
      const until = Date.now() + life;
      while (Date.now() < until) {
        await sleep(50);
        isHandedOver ||= await handedOver(page);
      }
      if (before !== undefined && told.lacking !== undefined && told.lacking > before) {
        figures.told_but_not_stored = Math.max(figures.told_but_not_stored, told.lacking - before);
      }
      const { last } = told;
      figures.embedded_again_at_most = Math.max(figures.embedded_again_at_most, told.step);
      // Passages that lack vectors when all files are read; while some are not, the count begins anew.
      before = last?.embedding && last.waiting === 0 ? last.embedding.total - last.embedding.done : undefined;
      const way = dice() < 0.5 ? "tab" : "browser";
      say({ kill: kill + 1, way, after_ms: Math.round(life), waiting: last?.waiting, embedded: last?.embedding?.done });
      if (way === "tab") await killTab(browser.context, page);
      await killBrowser(profile);
      await browser.close().catch(() => {});
    }
    const { browser, page, told } = await open(url, profile);
    try {
      if (!isHandedOver) await add(page, paths);
      const deadline = Date.now() + END_MS(count);
      const isOver = (status) => status && status.waiting === 0 && !status.reading && !status.embedding;
      while (!(isOver(told.last) && (await handedOver(page)) && (await documents(page)) === count)) {
        if (Date.now() > deadline) break;
        await sleep(200);
      }
      figures.documents = await documents(page);
      figures.trouble = told.last?.trouble ?? 0;
      figures.problems += (await page.locator(".problem").allInnerTexts()).filter((words) => !/had not been copied/.test(words)).length;
      // Every document is found by a word that it alone has: ten of them, the first and the last among them.
      const field = page.getByLabel("Search the documents");
      for (const n of [0, count - 1, ...Array.from({ length: 8 }, () => Math.floor(dice() * count))]) {
        await field.fill(`walrus${n}`);
        await field.press("Enter");
        await page.locator(".found .passage, .passages .passage, .passage", { hasText: `walrus${n} ` }).first().waitFor({ timeout: 60_000 });
      }
      figures.lost = count - figures.documents;
      figures.seconds = Math.round((Date.now() - started) / 1_000);
      say(figures);
      assert.equal(figures.documents, count, "no document is lost, and none is there twice");
      assert.equal(figures.trouble, 0, "no file is refused");
      assert.equal(figures.problems, 0, "nothing is damaged");
      assert.equal(figures.told_but_not_stored, 0, "what was told as embedded is stored");
      return figures;
    } finally {
      await browser.close();
    }
  } finally {
    await killBrowser(profile);
    await rm(profile, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

// The models on their way into the tab, with what goes wrong there: a part that arrives changed, another manifest than
// the one this version is pinned to, a device without room.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { serverUrl, withPage } from "../harness.mjs";
import { MODEL_MS, addFiles, document, documentsListed, modelsReady } from "../lib/council.mjs";
import { startProxy } from "../lib/proxy.mjs";

const GENERATOR = "/models/smollm2-135m-instruct-q4_1/";
const ROOM_IS_REMEMBERED_MS = 31_000;

/** Runs `body` with a page behind a proxy that passes everything through `change` until `heal` is called. */
async function withDamage(change, body) {
  let healed = false;
  const proxy = await startProxy(await serverUrl(), (path, bytes) => (healed ? bytes : change(path, bytes)));
  const heal = () => {
    healed = true;
  };
  try {
    await withPage(({ page }) => body({ page, proxy, heal, open: () => page.goto(proxy.url) }));
  } finally {
    await proxy.stop();
  }
}

const generator = (page) => page.locator("section.models li", { hasText: "Writes answers" });
const again = (page) => page.locator("section.models").getByRole("button", { name: "Try again" });

describe("a part of a model that arrives changed", () => {
  test("is refused by its hash, and the next try fetches that part alone", () => {
    let damaged;
    const flip = (path, bytes) => {
      if (!path.startsWith(`${GENERATOR}part-002`)) return bytes;
      damaged = path;
      const changed = Buffer.from(bytes);
      changed[changed.length >> 1] ^= 1;
      return changed;
    };
    return withDamage(flip, async ({ page, proxy, heal, open }) => {
      await open();
      await generator(page).locator(".trouble").waitFor({ timeout: MODEL_MS });
      const words = await generator(page).innerText();
      assert.match(words, /SHA-256/);
      assert.match(words, /Load the models again/);
      assert.match(await page.locator("section.models").innerText(), /Finds passages: Ready/, "the other model is in use");
      heal();
      await again(page).click();
      await modelsReady(page);
      const parts = [...proxy.asked].filter(([path]) => path.includes("/part-"));
      assert.equal(parts.length, 11, "both models");
      for (const [path, times] of parts) assert.equal(times, path === damaged ? 2 : 1, path);
    });
  });
});

describe("a download that stands still", () => {
  test("is given up after half a minute with words that say so, and can be tried again", () => {
    const silent = (path, bytes) => (path.startsWith(`${GENERATOR}part-001`) ? new Promise(() => {}) : bytes);
    return withDamage(silent, async ({ page, heal, open }) => {
      await open();
      await generator(page).locator(".trouble").waitFor({ timeout: MODEL_MS });
      assert.match(await generator(page).innerText(), /nothing arrived for half a minute/i);
      heal();
      await again(page).click();
      await modelsReady(page);
    });
  });
});

describe("a manifest that this version is not pinned to", () => {
  test("is refused although it is sound, and nothing that it names is fetched", () => {
    const other = (path, bytes) =>
      path === `${GENERATOR}manifest.json` ? Buffer.from(bytes.toString().replace("Python package", "python package")) : bytes;
    return withDamage(other, async ({ page, proxy, heal, open }) => {
      await open();
      await generator(page).locator(".trouble").waitFor({ timeout: MODEL_MS });
      assert.match(await generator(page).innerText(), /list of the parts/);
      assert.match(await generator(page).innerText(), /Load the page again/);
      assert.deepEqual([...proxy.asked.keys()].filter((path) => path.startsWith(`${GENERATOR}part`)), []);
      heal();
      await page.reload();
      await modelsReady(page);
    });
  });
});

describe("a device without room", () => {
  test("uses the models from memory, says that they are not kept, and keeps what it had", () =>
    withPage(async ({ page, context, url, goto }) => {
      const session = await context.newCDPSession(page);
      const quota = (quotaSize) => session.send("Storage.overrideQuotaForOrigin", { origin: url, quotaSize });
      const full = page.locator(".problem", { hasText: "could not be kept on this device" });

      await context.route("**/models/**", (route) => route.abort());
      await goto();
      await addFiles(page, [document("coffee-machine.md")]);
      await documentsListed(page, 1);
      await again(page).waitFor();

      // Room for a part or two.
      await quota(40_000_000);
      await context.unroute("**/models/**");
      await again(page).click();
      await full.waitFor({ timeout: MODEL_MS });
      assert.match(await full.innerText(), /free space/);
      await modelsReady(page);
      await documentsListed(page, 1);

      // Room for nothing: a document is refused as a whole, and can be tried again. Chromium lets IndexedDB write for half
      // a minute more into the room that it saw last.
      await quota(1);
      await sleep(ROOM_IS_REMEMBERED_MS);
      await addFiles(page, [document("harbour_fees.txt")]);
      const refused = page.locator(".import[data-trouble]", { hasText: "harbour_fees.txt" });
      await refused.waitFor({ timeout: MODEL_MS });
      assert.match(await refused.innerText(), /full/);
      await documentsListed(page, 1);

      await session.send("Storage.overrideQuotaForOrigin", { origin: url });
      await refused.getByRole("button", { name: /Try again/ }).click();
      await documentsListed(page, 2);
      await page.reload();
      await documentsListed(page, 2);
      await modelsReady(page);
      assert.equal(await full.count(), 0, "there is room again");
    }));
});

// The page before it runs: what it shows at once, and what it says where the browser cannot run it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { withPage } from "../harness.mjs";

const MISSING = "#missing";

const engines = (page) => page.workers().filter((worker) => worker.url().includes("engine"));

/** What a browser without SIMD says to every module. */
const withoutSimd = () => {
  WebAssembly.validate = () => false;
};

/** IndexedDB as a browser gives it that blocks site data: opening fails, at once or a moment later. */
const storageThrows = () => {
  IDBFactory.prototype.open = () => {
    throw new DOMException("The user denied permission to access the database.", "SecurityError");
  };
};
const storageFails = () => {
  IDBFactory.prototype.open = () => {
    const request = new EventTarget();
    setTimeout(() => request.onerror?.(new Event("error")));
    return request;
  };
};

/** A browser from before module workers: the constructor does not look at `type`. */
const withoutModuleWorkers = () => {
  const Real = Worker;
  globalThis.Worker = class extends Real {
    constructor(script) {
      super(script);
    }
  };
};

const CASES = [
  ["WebAssembly has no SIMD", withoutSimd, /cannot run WebAssembly with SIMD/, /current version of Chrome, Edge, Firefox or Safari/],
  ["IndexedDB is blocked", storageThrows, /does not let the page store anything/, /Allow cookies and site data/],
  ["IndexedDB fails to open", storageFails, /does not let the page store anything/, /Allow cookies and site data/],
  ["workers cannot be modules", withoutModuleWorkers, /cannot run modules in workers/, /current version/],
];

describe("the boot script says what is missing and what to do", () => {
  for (const [name, patch, what, next] of CASES) {
    test(name, () =>
      withPage(async ({ page, goto }) => {
        await page.addInitScript(patch);
        const programs = [];
        page.on("request", (request) => {
          if (/engine|redact/.test(request.url())) programs.push(request.url());
        });
        await goto();
        const notice = page.locator(MISSING);
        await notice.waitFor({ state: "visible" });
        const words = await notice.innerText();
        assert.match(words, what);
        assert.match(words, next);
        assert.equal(await page.locator(".composer").count(), 0, "the program did not start");
        // While the storage opens, the engine starts; it is ended where it cannot.
        if (!name.startsWith("IndexedDB")) assert.deepEqual(programs, [], "no worker was asked for");
        assert.deepEqual(engines(page), []);
        // One press tries again, with the keyboard as well.
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.textContent), "Try again");
      }));
  }

  test("everything at once", () =>
    withPage(async ({ page, goto }) => {
      await page.addInitScript(withoutSimd);
      await page.addInitScript(storageThrows);
      await goto();
      await page.locator(MISSING).waitFor({ state: "visible" });
      assert.equal(await page.locator(`${MISSING} li`).count(), 2);
    }));

  test("a program that does not load", () =>
    withPage(async ({ page, goto }) => {
      await page.route(/conclave-app.*\.wasm/, (route) => route.abort());
      await goto();
      await page.locator(MISSING).waitFor({ state: "visible" });
      assert.match(await page.locator(MISSING).innerText(), /could not start/);
      // The engine ran already; another tab may run it now.
      await page.waitForFunction(async () => (await navigator.locks.query()).held.length === 0);
      assert.deepEqual(engines(page), []);
    }));

  test("JavaScript is off", () =>
    withPage(
      async ({ page, goto }) => {
        await goto();
        assert.match(await page.locator("noscript").innerText(), /Conclave needs JavaScript/);
      },
      { javaScriptEnabled: false },
    ));
});

describe("the shell", () => {
  test("shows before the program has come, and can be used as soon as it has", () =>
    withPage(async ({ page, goto, errors }) => {
      let release;
      const held = new Promise((resolve) => {
        release = resolve;
      });
      await page.route(/conclave-app.*\.wasm/, async (route) => {
        await held;
        await route.continue();
      });
      await goto();
      assert.ok(await page.locator("#boot .wordmark").isVisible());
      assert.ok(await page.getByText("On this device", { exact: true }).isVisible());
      // The engine comes after what a person types into.
      assert.deepEqual(engines(page), []);
      release();
      await page.getByLabel("Your question").fill("The field takes text.");
      assert.equal(await page.locator("#boot").count(), 0);
      assert.equal(await page.getByLabel("Your question").inputValue(), "The field takes text.");
      await page.getByText("Your questions will be kept here.").waitFor({ state: "attached" });
      assert.deepEqual(errors, []);
    }));

  // In these two, a style sheet that does not come holds the page's program up, and not the engine.
  test("takes over the engine that was started before the program could run", () =>
    withPage(async ({ page, url, errors }) => {
      let release;
      await page.route(/layout-.*\.css/, (route) => {
        release = () => route.continue();
      });
      await page.goto(url, { waitUntil: "commit" });
      while (engines(page).length === 0) await page.waitForEvent("worker");
      const [early] = engines(page);
      await release();
      await page.getByText("Your questions will be kept here.").waitFor({ state: "attached" });
      assert.ok(engines(page).length === 1 && engines(page)[0] === early, "the same, not one like it");
      assert.deepEqual(errors, []);
    }));

  test("ends the engine when another tab takes its lock, even before the program can run", () =>
    withPage(async ({ page, url }) => {
      await page.route(/layout-.*\.css/, () => {});
      await page.goto(url, { waitUntil: "commit" });
      while (engines(page).length === 0) await page.waitForEvent("worker");
      const ended = engines(page)[0].waitForEvent("close", { timeout: 5_000 });
      await page.evaluate(async () => {
        const [{ name }] = (await navigator.locks.query()).held;
        await new Promise((taken) => {
          navigator.locks.request(name, { steal: true }, () => new Promise(() => taken()));
        });
      });
      await ended;
    }));

  test("keeps the colours of the last visit from the first moment", () =>
    withPage(async ({ page, goto }) => {
      await page.addInitScript(() => localStorage.setItem("conclave-theme", "dark"));
      await page.route(/conclave-app.*\.wasm/, (route) => route.abort());
      await goto();
      await page.locator(MISSING).waitFor({ state: "visible" });
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    }));
});

// What every browser test starts with:
//
//   import { test } from "node:test";
//   import { withPage } from "../harness.mjs";
//
//   test("the page opens", () => withPage(async ({ page, goto }) => { await goto("/"); … }));
//
// The server is the real edge with the built site; `run.mjs` starts one for the whole run, and a test file that is
// started alone (`node --test tests/edge.test.mjs`) starts its own. Tests run one after the other.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

import { findChromium } from "./lib/chromium.mjs";
import { startServer } from "./lib/server.mjs";

export { serveFolder } from "./lib/folder.mjs";
export { screenshot } from "./lib/screenshot.mjs";

const LAUNCH_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let ownServer;

/** Address of the server under test, without a slash at the end. */
export async function serverUrl() {
  if (process.env.CONCLAVE_URL) return process.env.CONCLAVE_URL.replace(/\/$/, "");
  if (!ownServer) {
    ownServer = startServer();
    after(async () => (await ownServer).stop());
  }
  return (await ownServer).url;
}

/**
 * Opens a browser with a profile in a new folder. `close()` ends it and keeps the profile, so that a test can restart
 * the browser with `openBrowser({ profile })`; `remove()` ends it and removes the profile.
 */
export async function openBrowser({ profile, args = [], ...options } = {}) {
  const folder = profile ?? (await mkdtemp(join(tmpdir(), "conclave-e2e-")));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findChromium(),
    headless: true,
    args: [...LAUNCH_ARGUMENTS, ...args],
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const close = () => context.close();
  const remove = async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  return { context, profile: folder, close, remove };
}

/** Collects what a page complains about: console errors and uncaught exceptions, as strings. */
export function complaints(page) {
  const found = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(String(error)));
  return found;
}

/**
 * Runs `body` with a fresh browser and page: `{ page, context, url, goto, errors }`. `errors` fills with the page's
 * complaints; it is the test's to judge, because some tests provoke them.
 */
export async function withPage(body, options) {
  const url = await serverUrl();
  const browser = await openBrowser(options);
  try {
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    const errors = complaints(page);
    const goto = (path = "/") => page.goto(url + path);
    return await body({ page, context: browser.context, profile: browser.profile, url, goto, errors });
  } finally {
    await browser.remove();
  }
}

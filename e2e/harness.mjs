// What every browser test starts with:
//
//   import { test } from "node:test";
//   import { withPage } from "../harness.mjs";
//
//   test("the page opens", () => withPage(async ({ page, goto }) => { await goto("/"); … }));
//
// The server is the real edge with the built site; `run.mjs` starts one for the whole run, and a test file that is
// started alone (`node --test tests/edge.test.mjs`) starts its own. Tests of a file run one after the other.

import { after } from "node:test";

import { openBrowser } from "./lib/browser.mjs";
import { startServer } from "./lib/server.mjs";

export { openBrowser } from "./lib/browser.mjs";
export { serveFolder } from "./lib/folder.mjs";
export { screenshot } from "./lib/screenshot.mjs";

let ownServer;

// Here and not where it starts: in there it would belong to the group of tests that asks first, and end with it.
after(async () => (await ownServer)?.stop());

/** Address of the server under test, without a slash at the end. */
export async function serverUrl() {
  if (process.env.CONCLAVE_URL) return process.env.CONCLAVE_URL.replace(/\/$/, "");
  ownServer ??= startServer();
  return (await ownServer).url;
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

/** The worker for `program` that the page starts because of `cause`: it may be there before `cause` has ended. */
export async function nextWorker(page, program, cause) {
  const started = page.waitForEvent("worker", (worker) => worker.url().includes(program));
  await cause();
  return started;
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

/** The same with the page open, its clipboard allowed, and without the models, for what needs none. */
export const withoutModels = (body, options) =>
  withPage(async (given) => {
    await given.context.route("**/models/**", (route) => route.abort());
    await given.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await given.goto();
    await given.page.getByText("Your questions will be kept here.").waitFor({ state: "attached" });
    await body(given);
  }, options);

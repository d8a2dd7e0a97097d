// Starts Chromium with a profile of its own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { findChromium } from "./chromium.mjs";

const LAUNCH_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

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

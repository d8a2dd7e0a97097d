// Pictures for people, in the git-ignored folder dist/screenshots.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../dist/screenshots/", import.meta.url));

/** Takes a picture of the page; gives the file's path. */
export async function screenshot(page, name, options = {}) {
  await mkdir(FOLDER, { recursive: true });
  const path = `${FOLDER}${name}.png`;
  await page.screenshot({ path, ...options });
  return path;
}

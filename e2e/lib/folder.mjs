// Lets a test serve a folder of its own on the origin under test, under the headers that the real edge gives.

import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";

/**
 * Answers requests below `prefix` (such as "/conformance/") from `folder`. The headers are those of the edge for a file
 * of the same kind, so the Content-Security-Policy is the real one; for scripts those of the first that begins with
 * `script`.
 */
export async function serveFolder(context, url, prefix, folder, script = "") {
  await context.route(`${url}${prefix}**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const name = normalize(path.slice(prefix.length));
    const body = name.startsWith("..") ? null : await readFile(join(folder, name)).catch(() => null);
    if (body === null) return route.fulfill({ status: 404, body: "" });
    await route.fulfill({ status: 200, headers: await headersFor(url, path, script), body });
  });
}

const EXAMPLES = new Map();

/** Headers of the edge for the first file of the site with the same extension, and the wanted beginning of its name. */
async function headersFor(url, path, script) {
  const extension = path.split(".").pop();
  const beginning = extension === "js" ? script : "";
  const key = `${url} ${extension} ${beginning}`;
  if (!EXAMPLES.has(key)) EXAMPLES.set(key, findExample(url, extension, beginning));
  return EXAMPLES.get(key);
}

async function findExample(url, extension, beginning) {
  const page = await (await fetch(`${url}/`)).text();
  const names = [...page.matchAll(/"(\/[^"]+)"/g)].map((match) => match[1]);
  const example = extension === "html" ? "/" : names.find((name) => name.endsWith(`.${extension}`) && name.startsWith(`/${beginning}`));
  if (!example) throw new Error(`The site has no .${extension} file whose headers could be taken.`);
  const { headers } = await fetch(url + example, { method: "HEAD" });
  const kept = ["content-type", "content-security-policy", "cross-origin-embedder-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "x-content-type-options"];
  return Object.fromEntries(kept.map((name) => [name, headers.get(name)]));
}

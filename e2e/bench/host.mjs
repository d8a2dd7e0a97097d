// A page with one worker, for measurements that need no site.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** With these a page is isolated, and its clock counts in steps of 5 µs instead of 100. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/**
 * What the worker `program` (a file beside this one) answers to each piece of `work`, each in a worker of its own; `then` is
 * called while the page is still open. `routes` are what else there is to fetch: path to `[type, content]`.
 */
export async function inWorkers(context, program, work, { routes = {}, port = 0, then = async () => {} } = {}) {
  const all = {
    "/": ["text/html", () => "<!doctype html><title>Bench</title>"],
    "/worker.js": ["text/javascript", () => bundled(program)],
    ...routes,
  };
  const server = createServer((request, response) => {
    const [type, content] = all[new URL(request.url, "http://localhost").pathname] ?? [];
    if (!content) return response.writeHead(404).end();
    Promise.resolve(content()).then(
      (body) => response.writeHead(200, { "content-type": type, ...ISOLATED }).end(body),
      (error) => response.destroy(error),
    );
  });
  await new Promise((resolve) => server.listen(port, "localhost", resolve));
  const page = await context.newPage();
  try {
    await page.goto(`http://localhost:${server.address().port}/`);
    const answers = [];
    for (const piece of work) answers.push(await page.evaluate(inWorker, piece));
    return { answers, last: await then(), port: server.address().port };
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Runs in the page. */
function inWorker(work) {
  const worker = new Worker("/worker.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(work);
  }).finally(() => worker.terminate());
}

async function bundled(program) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
    // voy's own entry imports its program as a module, which no browser does; the worker brings it itself.
    external: ["*.wasm"],
  });
  return outputFiles[0].text;
}

// The rival of `bench.mjs privacy`: OpenRedaction, the widest redactor for a browser in npm's registry (558 patterns), as its
// users would bundle it for a worker.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** Node's modules, which only its readers of files and its pool of threads ask for: a script may have them and be given nothing. */
const OF_NODE = {
  name: "of-node",
  setup(build) {
    build.onResolve({ filter: /^(fs|fs\/promises|os|path|worker_threads)$/ }, ({ path }) => ({ path, namespace: "of-node" }));
    build.onLoad({ filter: /.*/, namespace: "of-node" }, () => ({ contents: "module.exports = {};" }));
  },
};

const ROUTES = {
  "/": ["text/html", () => "<!doctype html><title>OpenRedaction</title>"],
  "/worker.js": ["text/javascript", bundled],
};

/** Milliseconds for each of the texts, and how many values it finds there: `[{ ms, found }]`. */
export async function measureOpenRedaction(context, texts) {
  // An origin of its own: the product's Content-Security-Policy forbids a stranger's script.
  const server = createServer((request, response) => {
    const [type, content] = ROUTES[new URL(request.url, "http://localhost").pathname] ?? [];
    if (!content) return response.writeHead(404).end();
    Promise.resolve(content()).then(
      (body) => response.writeHead(200, { "content-type": type }).end(body),
      (error) => response.destroy(error),
    );
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const page = await context.newPage();
  try {
    await page.goto(`http://localhost:${server.address().port}/`);
    return await page.evaluate(measure, texts);
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}

async function bundled() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { OpenRedaction } from "@openredaction/openredaction";
        const redactor = new OpenRedaction();
        onmessage = async ({ data }) => {
          const start = performance.now();
          const { detections } = await redactor.detect(data);
          postMessage({ ms: performance.now() - start, found: detections.length });
        };`,
      resolveDir: fileURLToPath(new URL("../", import.meta.url)),
    },
    plugins: [OF_NODE],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0].text;
}

/** Runs in the page. Its clock leaves out the message to the worker and back, which ours counts. */
async function measure(texts) {
  const worker = new Worker("/worker.js", { type: "module" });
  const heard = () =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  const figures = [];
  for (const text of texts) {
    const answer = heard();
    worker.postMessage(text);
    figures.push(await answer);
  }
  worker.terminate();
  return figures;
}

// The edge with the built site, in workerd: offline, quiet, with a state of its own.
//
// Not by `wrangler dev`: a proxy stands before its Worker, and ends the server when a browser breaks off a download
// (cloudflare/workers-sdk#15317). Miniflare, on which it stands, is told here what `wrangler.toml` says.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Log, LogLevel, Miniflare } from "miniflare";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EDGE = join(ROOT, "edge");

// wrangler reads them when it is loaded. It would ask the network for a newer version, and tell how it is used.
process.env.WRANGLER_HIDE_BANNER = "true";
process.env.WRANGLER_SEND_METRICS = "false";
process.env.WRANGLER_SEND_ERROR_REPORTS = "false";

/** Starts a server, on any free port where none is named; `{ url, stop() }`. */
export async function startServer({ port = 0 } = {}) {
  for (const needed of ["dist/site/index.html", "edge/build/index.js"]) {
    if (!existsSync(join(ROOT, needed))) throw new Error(`${needed} is missing; type \`cargo xtask build\` first.`);
  }
  const { unstable_getMiniflareWorkerOptions } = await import("wrangler");
  const { workerOptions, main, externalWorkers } = unstable_getMiniflareWorkerOptions(join(EDGE, "wrangler.toml"));
  const edge = { ...workerOptions, name: "edge", modules: true, modulesRoot: EDGE, scriptPath: main };
  const server = new Miniflare({
    host: "localhost",
    port,
    log: new Log(LogLevel.WARN),
    cf: false, // It would ask the network where this machine is.
    telemetry: { enabled: false },
    workers: [edge, ...externalWorkers],
  });
  try {
    return { url: (await server.ready).origin, stop: () => server.dispose() };
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

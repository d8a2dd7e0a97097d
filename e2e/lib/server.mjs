// Starts the edge with the built site on a free port: `wrangler dev`, local, quiet, with a state of its own.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WRANGLER = join(ROOT, "e2e/node_modules/wrangler/wrangler-dist/cli.js");

// It starts in 2 to 4 s on two busy cores; ten times that means that it will not.
const START_LIMIT_MS = 60_000;

/** Starts a server; `{ url, stop() }`. */
export async function startServer() {
  for (const needed of ["dist/site/index.html", "edge/build/index.js"]) {
    if (!existsSync(join(ROOT, needed))) throw new Error(`${needed} is missing; type \`cargo xtask build\` first.`);
  }
  const port = await freePort();
  const state = await mkdtemp(join(tmpdir(), "conclave-edge-"));
  const child = spawn(
    process.execPath,
    // prettier-ignore
    ["--no-warnings", WRANGLER, "dev", "--local", "--log-level", "warn", "--show-interactive-dev-session=false",
      "--inspector-port", "0", "--port", String(port), "--persist-to", state],
    {
      cwd: join(ROOT, "edge"),
      detached: true, // A group of its own, so that one signal ends the runtime and the bundler too.
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_SEND_ERROR_REPORTS: "false",
        WRANGLER_HIDE_BANNER: "true",
        WRANGLER_LOG_PATH: join(state, "logs"),
        CLOUDFLARE_CF_FETCH_ENABLED: "false", // It would ask the network where this machine is.
      },
    },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const killGroup = () => {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended already.
    }
  };
  process.once("exit", killGroup);
  const stop = async () => {
    killGroup();
    await ended;
    process.removeListener("exit", killGroup);
    await rm(state, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  try {
    await untilHealthy(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function untilHealthy(url, child) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}; its messages stand above.`);
    const response = await fetch(`${url}/healthz`).catch(() => null);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`The server does not answer at ${url}.`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "localhost", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

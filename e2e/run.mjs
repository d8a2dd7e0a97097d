// Runs the browser tests, two files at a time, against one server: `node run.mjs [part of a file's name …]`.

import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { startServer } from "./lib/server.mjs";

/** A file that takes longer than this hangs; the longest takes two minutes. */
const HANGS_MS = 1_800_000;
const TESTS = fileURLToPath(new URL("tests/", import.meta.url));

const wanted = process.argv.slice(2);
const names = (await readdir(TESTS)).filter((name) => name.endsWith(".test.mjs")).sort();
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`No test file has ${wanted.join(" or ")} in its name; there are ${names.join(", ")}.`);
  process.exit(2);
}

const server = process.env.CONCLAVE_URL ? { url: process.env.CONCLAVE_URL, stop() {} } : await startServer();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

// Two files at a time: a test waits more than it works, and two cores end the run in two thirds of the time. A test that waits
// for a model says itself how long.
const runner = spawn(
  process.execPath,
  ["--test", "--test-concurrency=2", `--test-timeout=${HANGS_MS}`, "--test-reporter=spec", ...chosen.map((name) => TESTS + name)],
  { env: { ...process.env, CONCLAVE_URL: server.url }, stdio: ["ignore", "pipe", "inherit"] },
);
const counts = {};
for await (const line of createInterface({ input: runner.stdout })) {
  console.log(line);
  const [, what, count] = line.match(/^ℹ (tests|pass|fail|cancelled|skipped) (\d+)$/) ?? [];
  if (what) counts[what] = Number(count);
}
const code = await new Promise((resolve) => (runner.exitCode === null ? runner.once("exit", resolve) : resolve(runner.exitCode)));
await server.stop();
const failed = (counts.fail ?? 0) + (counts.cancelled ?? 0);
console.log(`browser tests: ${counts.pass ?? 0} passed, ${failed} failed, ${counts.skipped ?? 0} skipped`);
// A run in which nothing ran proves nothing.
process.exitCode = code === 0 && counts.pass > 0 ? 0 : 1;

// Serves the built site until it is told to stop: `node serve.mjs <port>`. `cargo xtask run` starts it.

import { startServer } from "./lib/server.mjs";

const port = Number(process.argv[2]);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error("usage: node serve.mjs <port>");
  process.exit(2);
}

const server = await startServer({ port });
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => server.stop().finally(() => process.exit(0)));
}

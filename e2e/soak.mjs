// Long runs in which things are made to fail: `node soak.mjs import [files] [kills] [seed]`. One line of JSON for each step.

import { startServer } from "./lib/server.mjs";
import { soakImport } from "./soak/import.mjs";

const [suite, files = "1000", kills = "50", seed = "1"] = process.argv.slice(2);
if (suite !== "import") {
  console.error("There is one run so far: import.");
  process.exit(2);
}
const server = process.env.CONCLAVE_URL ? { url: process.env.CONCLAVE_URL, stop() {} } : await startServer();
const say = (step) => console.log(JSON.stringify(step));
try {
  await soakImport(server.url, { files: Number(files), kills: Number(kills), seed: Number(seed), say });
} finally {
  await server.stop();
}

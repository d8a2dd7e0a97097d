// A slice of `cargo xtask soak import`: few files, few kills.

import { test } from "node:test";

import { serverUrl } from "../harness.mjs";
import { soakImport } from "../soak/import.mjs";

test("files become documents, whatever ends the tab or the browser meanwhile", async () => {
  await soakImport(await serverUrl(), { files: 60, kills: 4, say: (step) => console.log(JSON.stringify(step)) });
});

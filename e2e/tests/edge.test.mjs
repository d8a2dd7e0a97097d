// The real edge with the real site: what a browser gets, and what the Content-Security-Policy stops.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createServer, get } from "node:http";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { openBrowser, serverUrl } from "../harness.mjs";

const SITE = fileURLToPath(new URL("../../dist/site/", import.meta.url));
const YEAR = "public, max-age=31536000, immutable";

let url;
let html;
before(async () => {
  url = await serverUrl();
  html = await (await fetch(url)).text();
});

/** The scripts that the page starts as workers. */
function workerScripts() {
  const found = [...html.matchAll(/<meta name="conclave-worker-[a-z]+" content="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(found.length >= 2, "the page names the engine and the redactor");
  return found;
}

/** Whether this script starts a worker that reads files or draws pages of them. */
const isReader = (script) => /^\/(import|view)_loader-/.test(script);

/** The policy as a map from directive to sources. */
function policyOf(response) {
  const header = response.headers.get("content-security-policy");
  assert.ok(header, `${response.url} has a policy`);
  return new Map(header.split(";").map((part) => part.trim().split(/ (.*)/s)).map(([name, sources]) => [name, sources]));
}

describe("headers", () => {
  test("health names the version and is not kept", async () => {
    const response = await fetch(`${url}/healthz`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^ok \d+\.\d+\.\d+\n$/);
    assert.equal(response.headers.get("cache-control"), "no-store");
  });

  test("the page is isolated and may load only its own code", async () => {
    const response = await fetch(url);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(response.headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(response.headers.get("cross-origin-embedder-policy"), "require-corp");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
    assert.equal(response.headers.get("cache-control"), "no-cache");
    const policy = policyOf(response);
    assert.equal(policy.get("default-src"), "'none'");
    assert.equal(policy.get("script-src"), "'self' 'wasm-unsafe-eval'");
    assert.equal(policy.get("connect-src"), "'self'");
    assert.equal(policy.get("form-action"), "'none'");
  });

  test("every script of the site carries a policy of its own, workers first", async () => {
    const files = await readdir(SITE, { recursive: true });
    const scripts = files.filter((name) => name.endsWith(".js")).map((name) => `/${name.replaceAll("\\", "/")}`);
    for (const script of workerScripts()) assert.ok(scripts.includes(script), `${script} is in the site`);
    for (const script of scripts) {
      const response = await fetch(url + script);
      assert.equal(response.status, 200, script);
      assert.equal(response.headers.get("content-type"), "text/javascript; charset=utf-8", script);
      const policy = policyOf(response);
      assert.equal(policy.get("default-src"), "'none'", script);
      const isEngine = script.startsWith("/engine_loader-");
      // The engine's worker alone may ask the models' host for files; those that read files ask nobody.
      const sources = isEngine ? "'self' https://huggingface.co https://*.hf.co" : isReader(script) ? "'none'" : "'self'";
      assert.equal(policy.get("connect-src"), sources, script);
      // It alone starts workers: helpers, and those that read files.
      assert.equal(policy.get("worker-src"), isEngine ? "'self'" : "'none'", script);
    }
  });

  test("types are right, named content is kept for ever, the rest is asked for again", async () => {
    const manifests = [];
    for (const pack of await readdir(`${SITE}models`)) manifests.push(`/models/${pack}/manifest.json`);
    assert.equal(manifests.length, 2);
    const manifest = JSON.parse(await readFile(SITE + manifests[0].slice(1), "utf8"));
    const part = manifests[0].replace("manifest.json", manifest.files.at(-1).parts[0].name);
    const files = await readdir(SITE);
    const wasm = `/${files.find((name) => name.endsWith(".wasm"))}`;
    const style = `/${files.find((name) => name.endsWith(".css"))}`;
    for (const [path, type, cache] of [
      [wasm, "application/wasm", YEAR],
      [style, "text/css; charset=utf-8", YEAR],
      [workerScripts()[0], "text/javascript; charset=utf-8", YEAR],
      [part, "application/octet-stream", YEAR],
      [manifests[0], "application/json", "no-cache"],
      ["/manifest.webmanifest", "application/manifest+json", "no-cache"],
      ["/icon.svg", "image/svg+xml", "no-cache"],
    ]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get("content-type"), type, path);
      assert.equal(response.headers.get("cache-control"), cache, path);
      assert.equal(response.headers.get("cross-origin-resource-policy"), "same-origin", path);
      await response.arrayBuffer();
    }
  });

  test("an unchanged page costs a 304", async () => {
    const first = await fetch(url);
    const etag = first.headers.get("etag");
    assert.ok(etag);
    const second = await fetch(url, { headers: { "if-none-match": etag } });
    assert.equal(second.status, 304);
    assert.ok(second.headers.get("content-security-policy"));
  });

  test("the edge only reads", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const response = await fetch(url, { method });
      assert.equal(response.status, 405, method);
      assert.equal(response.headers.get("allow"), "GET, HEAD");
    }
    const head = await fetch(url, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), "");
  });

  test("a missing file is a plain 404 that nobody keeps", async () => {
    for (const path of ["/nothing", "/engine-0123456789abcdef.js", "/models/none/manifest.json"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 404, path);
      assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(policyOf(response).get("default-src"), "'none'");
      assert.doesNotMatch(await response.text(), /</);
    }
  });
});

describe("a browser that goes in the middle of a download", () => {
  // The first part of a model, which is larger than what a connection holds back.
  const download = async () => {
    const [pack] = await readdir(`${SITE}models`);
    const { files } = JSON.parse(await readFile(`${SITE}models/${pack}/manifest.json`, "utf8"));
    return `${url}/models/${pack}/${files.find(({ size_bytes }) => size_bytes > 8_000_000).parts[0].name}`;
  };

  /** Reads until `bytes` have come, then resets the connection. */
  const breakOff = (address, bytes) =>
    new Promise((resolve) => {
      const request = get(address, { agent: false }, (response) => {
        let come = 0;
        response.on("data", (chunk) => {
          come += chunk.length;
          if (come > bytes) response.socket.resetAndDestroy();
        });
        response.on("close", resolve);
      });
      request.on("error", resolve);
    });

  test("does not end the server", async () => {
    const address = await download();
    for (let round = 0; round < 40; round++) {
      await Promise.all([0, 100_000, 2_000_000].map((bytes) => breakOff(address, bytes)));
      assert.equal((await fetch(`${url}/healthz`)).status, 200, `round ${round}`);
    }
  });
});

describe("a foreign fetch", () => {
  let foreign;
  let asked;
  let browser;
  before(async () => {
    // A real server that would answer anybody: only the policy can stop the request.
    asked = [];
    foreign = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" });
      response.end("stolen");
    });
    await new Promise((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    browser = await openBrowser();
  });
  after(async () => {
    await browser.remove();
    foreign.close();
  });

  const address = (path) => `http://127.0.0.1:${foreign.address().port}${path}`;

  test("is possible where no policy stands, so that this test can fail", async () => {
    const page = await browser.context.newPage();
    await page.goto(address("/page"));
    assert.equal(await page.evaluate((from) => fetch(from).then((r) => r.text()), address("/free")), "stolen");
    await page.close();
  });

  test("is blocked in the page", async () => {
    const page = await browser.context.newPage();
    await page.goto(url);
    const tell = (from) =>
      new Promise((resolve) => {
        addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true });
        fetch(from).then(
          () => resolve("answered"),
          () => {},
        );
      });
    assert.equal(await page.evaluate(tell, address("/from-page")), "connect-src");
    await page.close();
  });

  test("is blocked inside every worker of the page", async () => {
    const page = await browser.context.newPage();
    await page.goto(url);
    for (const script of workerScripts()) {
      const started = page.waitForEvent("worker", { predicate: (worker) => worker.url() === url + script });
      await page.evaluate((from) => void new Worker(from, { type: "module" }), script);
      const worker = await started;
      const told = await worker.evaluate(async (from) => {
        const own = await fetch(self.location.href).then(
          (response) => response.status,
          () => "blocked",
        );
        const foreign = await fetch(from).then(
          () => "answered",
          () => "blocked",
        );
        return { own, foreign };
      }, address(`/from${script}`));
      // Workers that read files reach not even their own origin.
      assert.deepEqual(told, { own: isReader(script) ? "blocked" : 200, foreign: "blocked" }, script);
    }
    await page.close();
  });

  test("never reached the foreign server from our origin", () => {
    assert.deepEqual(asked.filter((path) => path.startsWith("/from")), []);
    assert.ok(asked.includes("/free"));
  });
});

// Hugging Face as a browser sees it: an address at huggingface.co that sends it on to a host of the network behind, which
// serves ranges. Chromium is told that the names are this machine, so addresses, redirects and policies are the real ones.

import { createServer } from "node:https";

import { selfSigned } from "./certificate.mjs";

const NETWORK = "us.aws.cdn.hf.co";
/** A host that no model comes from; it would answer anybody. */
const FOREIGN = "models.example.com";

/**
 * Starts the host. `files` maps a file's name to its bytes; other names that answer differently are listed in `answer`.
 * Returns the arguments for Chromium, `asked` (one `{ host, path, range, headers, method }` per request), `hold(range)`, after which
 * requests for that range wait until `release` is called (`reached` tells that one does), and `stop`.
 */
export async function startModelHost(files) {
  const { key, cert, pin } = selfSigned("huggingface.co");
  const asked = [];
  const held = new Map();
  const server = createServer({ key, cert }, async (request, response) => {
    const { host, range } = request.headers;
    const path = request.url.split("?")[0];
    asked.push({ host, path, range, method: request.method, headers: request.headers });
    const gate = held.get(range);
    if (host === NETWORK && gate) {
      gate.reach();
      await gate.released;
    }
    if (!response.destroyed) answer({ host, path, range, files, etag: server.etag }, response);
  });
  server.etag = '"1"';
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const to = `127.0.0.1:${server.address().port}`;
  return {
    asked,
    /** Ranges asked of the network, as their first bytes. */
    begins: () => asked.filter(({ host }) => host === NETWORK).map(({ range }) => Number(/^bytes=(\d+)-/.exec(range)?.[1])),
    change: () => (server.etag = '"2"'),
    hold(range) {
      let [reach, open] = [];
      const reached = new Promise((resolve) => (reach = resolve));
      const released = new Promise((resolve) => (open = resolve));
      held.set(range, { reach, released });
      const release = () => {
        held.delete(range);
        open();
      };
      return { reached, release };
    },
    args: [
      `--host-resolver-rules=${["huggingface.co", "*.hf.co", FOREIGN].map((name) => `MAP ${name} ${to}`).join(", ")}`,
      `--ignore-certificate-errors-spki-list=${pin}`,
    ],
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer({ host, path, range, files, etag }, response) {
  const name = path.split("/").pop();
  const send = (status, headers, body) =>
    response.writeHead(status, { "access-control-allow-origin": "*", ...headers }).end(body);
  if (host === FOREIGN) return send(206, { "content-range": "bytes 0-3/4" }, "GGUF");
  if (host === "huggingface.co") {
    if (name === "gated.gguf") return send(403, { "content-type": "text/plain" }, "Access to this model is restricted.");
    if (name === "login.gguf") return send(200, { "content-type": "text/html" }, "<!doctype html><title>Log in</title>");
    if (name === "elsewhere.gguf") return send(302, { location: `https://${FOREIGN}/${name}` });
    if (!files.has(name) && name !== "whole.gguf") return send(404, { "content-type": "text/plain" }, "Entry not found");
    return send(302, { location: `https://${NETWORK}/${name}?Signature=of-the-day` });
  }
  if (name === "whole.gguf") return send(200, { "content-type": "application/octet-stream" }, Buffer.alloc(100_000));
  const bytes = files.get(name);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  if (Number(first) >= bytes.length) return send(416, { "content-range": `bytes */${bytes.length}` });
  const end = Math.min(Number(last) + 1, bytes.length);
  const headers = {
    "access-control-expose-headers": "Content-Range, ETag",
    "content-type": "application/octet-stream",
    "content-range": `bytes ${first}-${end - 1}/${bytes.length}`,
    etag,
  };
  send(206, headers, bytes.subarray(Number(first), end));
}

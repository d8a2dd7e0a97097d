// A server between browser and edge that damages what it passes on, with the edge's own headers: what a bad disk, a bad
// proxy or somebody on the way does. Playwright's routes would not do: they switch the browser's cache off.

import { createServer } from "node:http";

/** Headers that describe the body as the edge sent it; `fetch` has decoded it. */
const OF_THE_BODY = new Set(["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"]);

/**
 * Starts a proxy before `target`; `change(path, bytes)` gives the bytes to pass on, or a promise of them. Returns its address, the number of
 * answers given per path, and `stop`.
 */
export async function startProxy(target, change) {
  const asked = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, target);
    try {
      const answer = await fetch(target + request.url);
      const bytes = await change(pathname, Buffer.from(await answer.arrayBuffer()));
      const headers = [...answer.headers].filter(([name]) => !OF_THE_BODY.has(name));
      response.writeHead(answer.status, Object.fromEntries(headers)).end(bytes);
      asked.set(pathname, (asked.get(pathname) ?? 0) + 1);
    } catch {
      response.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://localhost:${server.address().port}`, asked, stop };
}

// IndexedDB against the origin private file system: where the library's records would be read fastest.

import { openBrowser } from "../lib/browser.mjs";
import { inWorkers } from "./host.mjs";

const STORES = ["indexedDb", "files"];

/** Milliseconds by store and kind of record: written, and read by a browser that was started again. */
export async function measureStorage() {
  const first = await openBrowser();
  const pieces = (phase) => STORES.map((store) => ({ store, phase }));
  const byStore = ({ answers }) => Object.fromEntries(STORES.map((store, at) => [store, answers[at]]));
  try {
    const wrote = await inWorkers(first.context, "storage-worker.mjs", pieces("write"));
    await first.close();
    const again = await openBrowser({ profile: first.profile });
    // The records belong to the origin, and so to the port.
    const read = await inWorkers(again.context, "storage-worker.mjs", pieces("read"), { port: wrote.port });
    await again.close();
    return { wrote: byStore(wrote), read: byStore(read) };
  } finally {
    await first.remove().catch(() => {});
  }
}

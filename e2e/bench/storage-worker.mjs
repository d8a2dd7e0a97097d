// Runs in a worker: the same records in IndexedDB and in the origin private file system, written durably and read back.

const PARTS = { segments: { count: 12, bytes: 8 << 20 }, texts: { count: 2_000, bytes: 2_048 } };
const STORES = { indexedDb, files };

onmessage = async ({ data }) => {
  try {
    postMessage(await STORES[data.store](data.phase));
  } catch (error) {
    postMessage({ error: `${data.store}: ${error?.stack ?? error}` });
  }
};

/** Milliseconds for each kind of record, written or read. */
async function timed(work) {
  const figures = {};
  for (const [kind, { count, bytes }] of Object.entries(PARTS)) {
    const began = performance.now();
    await work(kind, count, bytes);
    figures[kind] = performance.now() - began;
  }
  return figures;
}

/** Bytes that no file system stores as a hole, and no database packs. */
function noise(bytes, seed) {
  const record = new Uint32Array(bytes / 4);
  let state = seed + 1;
  for (let at = 0; at < record.length; at++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    record[at] = state ^ (state >>> 15);
  }
  return new Uint8Array(record.buffer);
}

function sound(record, bytes) {
  if (record?.byteLength !== bytes) throw new Error("a record did not come back");
}

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function indexedDb(phase) {
  const opening = indexedDB.open("bench", 1);
  opening.onupgradeneeded = () => Object.keys(PARTS).forEach((kind) => opening.result.createObjectStore(kind));
  const database = await settled(opening);
  const figures = await timed(async (kind, count, bytes) => {
    const transaction = database.transaction([kind], phase === "write" ? "readwrite" : "readonly", { durability: "strict" });
    const store = transaction.objectStore(kind);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    if (phase === "write") for (let at = 0; at < count; at++) store.put(noise(bytes, at), at);
    else {
      const requests = Array.from({ length: count }, (_, at) => settled(store.get(at)));
      for (const request of requests) sound(await request, bytes);
    }
    await ended;
  });
  database.close();
  return figures;
}

async function files(phase) {
  const root = await navigator.storage.getDirectory();
  return timed(async (kind, count, bytes) => {
    const folder = await root.getDirectoryHandle(kind, { create: true });
    for (let at = 0; at < count; at++) {
      const handle = await folder.getFileHandle(String(at), { create: phase === "write" });
      const file = await handle.createSyncAccessHandle();
      if (phase === "write") {
        file.write(noise(bytes, at), { at: 0 });
        file.flush();
      } else {
        const record = new Uint8Array(file.getSize());
        file.read(record, { at: 0 });
        sound(record, bytes);
      }
      file.close();
    }
  });
}

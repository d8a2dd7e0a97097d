// Looks whether this browser can run Conclave before anything of it starts, and says in plain words what is missing.
// Then starts the page's program, whose files the build names in <link rel="modulepreload"> and <link rel="preload">, and
// meanwhile the engine, where no other tab runs it.

// A function that makes a v128 constant and counts its bits: the smallest module that only SIMD128 validates.
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

// Opening an empty database takes a few milliseconds; a browser that has not answered by then will not.
const STORAGE_PATIENCE_MS = 5000;

const NEWER_BROWSER = "Use a current version of Chrome, Edge, Firefox or Safari.";

function wasmSimd() {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD_MODULE)) {
    return {
      what: "This browser cannot run WebAssembly with SIMD, which the models are computed with.",
      next: NEWER_BROWSER + " If it is current, WebAssembly is switched off in its settings or by a security policy.",
    };
  }
  return null;
}

function moduleWorkers() {
  let reads = false;
  const options = {
    get type() {
      reads = true;
      return "module";
    },
  };
  try {
    // This file does nothing in a worker, and the worker ends at once: only whether `type` is read counts.
    new Worker(import.meta.url, options).terminate();
  } catch {
    reads = false;
  }
  return reads
    ? null
    : { what: "This browser cannot run modules in workers, where the models work.", next: NEWER_BROWSER };
}

function secure() {
  return window.isSecureContext
    ? null
    : {
        what: "This page was opened over an insecure connection, where browsers refuse storage and encryption.",
        next: "Open it with https:// in front, or on localhost.",
      };
}

function storage() {
  const blocked = {
    what: "This browser does not let the page store anything (IndexedDB is blocked).",
    next: "Allow cookies and site data for this site, or leave private browsing. Then load the page again.",
  };
  return new Promise((resolve) => {
    const name = "conclave-boot";
    setTimeout(() => resolve(blocked), STORAGE_PATIENCE_MS);
    try {
      const request = indexedDB.open(name);
      request.onerror = () => resolve(blocked);
      request.onblocked = () => resolve(blocked);
      request.onsuccess = () => {
        request.result.close();
        indexedDB.deleteDatabase(name);
        resolve(null);
      };
    } catch {
      resolve(blocked);
    }
  });
}

function say(title, problems) {
  const place = document.getElementById("missing");
  if (!place) return;
  const heading = document.createElement("h2");
  heading.textContent = title;
  const list = document.createElement("ul");
  for (const { what, next } of problems) {
    const item = document.createElement("li");
    const first = document.createElement("strong");
    first.textContent = what;
    item.append(first, " ", next);
    list.append(item);
  }
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => location.reload());
  place.replaceChildren(heading, list, again);
  place.hidden = false;
  document.documentElement.dataset.boot = "missing";
}

function applyTheme() {
  try {
    const theme = localStorage.getItem("conclave-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the check below says so in words.
  }
}

const named = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** The engine's program, with the addresses of the programs that it may start, as many as it finds useful. */
function engineAddress() {
  const told = {
    helper: named("conclave-worker-helper"),
    import: named("conclave-worker-import"),
    parsers: named("conclave-parsers"),
    view: named("conclave-worker-view"),
    pages: named("conclave-pages"),
  };
  const pairs = Object.entries(told).map(([name, address]) => `${name}=${address}`);
  return `${named("conclave-worker-engine")}#${pairs.join("&")}`;
}

/**
 * Starts the engine if no other tab has its lock; gives undefined where one has, or where the browser has no locks: then the
 * page's program waits for its turn. Whatever the engine says is kept until the program takes it over.
 */
async function startEngine() {
  if (!navigator.locks) return undefined;
  const lock = await new Promise((resolve) => {
    const held = (lock) => lock && new Promise((release) => resolve({ release, lost }));
    const lost = navigator.locks.request(named("conclave-shared-engine"), { ifAvailable: true }, held);
    // Over without having been held: it is another tab's.
    lost.then(() => resolve(undefined), () => resolve(undefined));
  });
  if (!lock) return undefined;
  let worker;
  try {
    worker = new Worker(engineAddress(), { type: "module" });
  } catch {
    // The page's program tries again, and says that it failed.
    lock.release();
    return undefined;
  }
  const kinds = ["message", "messageerror", "error"];
  const said = [];
  const keep = (event) => said.push(event);
  for (const kind of kinds) worker.addEventListener(kind, keep);
  // Another tab runs it now; two would write to one storage.
  lock.lost.catch(() => worker.terminate());
  return {
    ...lock,
    /** Gives the worker to a caller that listens to it at once; what it has said comes next, in its order. */
    take() {
      for (const kind of kinds) worker.removeEventListener(kind, keep);
      queueMicrotask(() => said.forEach((event) => worker.dispatchEvent(event)));
      return worker;
    },
    end() {
      worker.terminate();
      lock.release();
    },
  };
}

/** Fetches and compiles the program; the function that it gives runs it. */
async function load() {
  const script = document.querySelector('link[rel="modulepreload"]');
  const wasm = document.querySelector('link[rel="preload"][type="application/wasm"]');
  const [program, compiled] = await Promise.all([
    import(script.href),
    WebAssembly.compileStreaming(fetch(wasm.href)),
  ]);
  return () => program.default({ module_or_path: compiled });
}

/** Waits until the browser has read the page to its end, and its styles: the page's program measures what it builds. */
async function parsed() {
  if (document.readyState === "loading") {
    await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  }
  const missing = [...document.querySelectorAll('link[rel="stylesheet"]')].filter((link) => !link.sheet);
  const come = (link) =>
    new Promise((resolve) => ["load", "error"].forEach((event) => link.addEventListener(event, resolve, { once: true })));
  await Promise.all(missing.map(come));
}

async function boot() {
  applyTheme();
  const problems = [wasmSimd(), moduleWorkers(), secure()].filter(Boolean);
  // The page's program is compiled while the storage opens, and does not run before both are through. The engine comes after
  // it: two cores, or a slow network, have enough to do with what a person types into.
  const loading = problems.length === 0 ? load() : undefined;
  const parts = loading ? [loading, loading.then(startEngine, () => undefined)] : [];
  const [stored, , loaded, started] = await Promise.allSettled([storage(), parsed(), ...parts]);
  if (stored.value) problems.push(stored.value);
  if (problems.length > 0) {
    started?.value?.end();
    say("This browser lacks something that Conclave needs", problems);
    return;
  }
  // app/src/link/early.rs takes it over.
  globalThis.conclaveEngine = { address: engineAddress(), early: started.value };
  try {
    if (loaded.status === "rejected") throw loaded.reason;
    await loaded.value();
  } catch {
    // What was thrown may quote what a person wrote; it is told nowhere.
    // A page that already runs says itself what broke.
    if (document.documentElement.dataset.boot !== "ready") {
      globalThis.conclaveEngine.early?.end();
      say("Conclave could not start", [
        { what: "A part of the page did not load or did not run.", next: "Check the network and try again." },
      ]);
    }
  }
}

if (typeof document !== "undefined") boot();

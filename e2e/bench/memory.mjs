// Memory of the bench's browser, as the system counts it.

import { readdir, readFile } from "node:fs/promises";

/**
 * Memory of the largest renderer that runs, from /proc (Linux): its peak, or with `VmRSS` what it has now. The bench's own
 * browser is the only one open.
 */
export async function largestRendererMb(figure = "VmHWM") {
  const found = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
    const words = (await read("cmdline")).split(/[\0 ]/);
    if (words.includes("--type=renderer")) {
      found.push(Number((await read("status")).match(new RegExp(`${figure}:\\s+(\\d+) kB`))?.[1] ?? 0));
    }
  }
  return (Math.max(...found) * 1024) / 1e6;
}

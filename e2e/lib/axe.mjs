// WCAG 2.2 AA and good practice, as far as axe can tell.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** How a page is opened for axe: it measures colours while they stand still, and is injected past the Content-Security-Policy. */
export const FOR_AXE = { reducedMotion: "reduce", bypassCSP: true };

/** The violations that axe finds, one line each. */
export async function violations(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate((runOnly) => axe.run(document, { runOnly }), RULES);
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

// What a person does on the page, as a test says it.

import { fileURLToPath } from "node:url";

/** Loading, verifying and preparing both models on two busy cores, and an answer of the slowest kind. */
export const MODEL_MS = 180_000;

/** Full path of a document in `e2e/documents`. */
export const document = (name) => fileURLToPath(new URL(`../documents/${name}`, import.meta.url));

/** Adds files through the hidden input behind the button for dropping and picking. */
export async function addFiles(page, files) {
  await page.locator('input[type="file"]').setInputFiles(files);
}

/** Waits until `count` documents are listed and nothing is on its way any more. */
export async function documentsListed(page, count) {
  await page.getByRole("tab", { name: "Sources" }).click();
  await page.waitForFunction(
    (wanted) =>
      document.querySelectorAll(".documents .document").length === wanted &&
      document.querySelectorAll(".imports .import:not([data-trouble])").length === 0,
    count,
    { timeout: MODEL_MS },
  );
}

/** Types a question and sends it; gives the article of its turn once the council has ended. */
export async function ask(page, question, timeout = MODEL_MS) {
  const before = await page.locator("article.turn:not(.live)").count();
  await page.getByLabel("Your question").fill(question);
  await page.getByLabel("Your question").press("Enter");
  const turn = page.locator("article.turn:not(.live)").nth(before);
  await turn.waitFor({ timeout });
  return turn;
}

/** Waits until both models can be used: the engine has told about them, and the strip with their progress is gone. */
export async function modelsReady(page) {
  const threads = page.locator("nav.threads");
  await threads.waitFor({ state: "attached" });
  await threads.getByText("Opening…").waitFor({ state: "detached" });
  await page.locator("section.models").waitFor({ state: "detached", timeout: MODEL_MS });
}

// The whole vault as one file: made on one device, brought back on another, each with a profile of its own.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { screenshot, serverUrl, withoutModels } from "../harness.mjs";
import { findChromium } from "../lib/chromium.mjs";
import { addFiles, documentsListed } from "../lib/council.mjs";

const PASSPHRASE = "four words of nobody";

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "conclave-vault-"));
  await writeFile(join(folder, "geese.txt"), "The goose Walburga flies south in October.\n");
  await writeFile(join(folder, "no-backup.age"), "This is no backup.");
});
after(() => rm(folder, { recursive: true, force: true }));

const vault = (page) => page.getByRole("dialog", { name: "Storage and backups" });

async function openVault(page) {
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "What is stored, and backups" }).click();
  await vault(page).waitFor();
  // It follows the settings, which were scrolled down to that button, and begins at its own head.
  await page.waitForFunction(() => {
    const heading = document.querySelector("dialog h2");
    return document.activeElement === heading && heading.getBoundingClientRect().top > 0;
  });
  return vault(page);
}

async function bringBack(page, file, passphrase) {
  const dialog = vault(page);
  await dialog.getByLabel("Backup file").setInputFiles(file);
  await dialog.getByLabel("Its passphrase").fill(passphrase);
  await dialog.getByRole("button", { name: "Bring it back" }).click();
}

describe("a backup", () => {
  test("is saved as one file, and brings everything back on another device", async () => {
    const saved = join(folder, "backup.age");
    await withoutModels(async ({ page }) => {
      await addFiles(page, [join(folder, "geese.txt")]);
      await documentsListed(page, 1);
      const dialog = await openVault(page);
      await dialog.getByText("1 document, 43 characters of text").waitFor();
      await screenshot(page, "vault");
      const make = dialog.getByRole("button", { name: "Make the backup" });
      await dialog.getByLabel("Passphrase", { exact: true }).fill("short");
      await dialog.getByText("7 more characters.").waitFor();
      assert.equal(await make.getAttribute("aria-disabled"), "true");
      await dialog.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
      await dialog.getByLabel("The same again").fill(PASSPHRASE);
      await make.click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        dialog.getByRole("button", { name: "Save the file" }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^conclave-\d{4}-\d\d-\d\d\.age$/);
      await screenshot(page, "vault-backup");
      await download.saveAs(saved);
    });
    const bytes = await readFile(saved);
    assert.equal(bytes.subarray(0, 22).toString(), "age-encryption.org/v1\n");
    assert.ok(!bytes.includes("Walburga") && (await stat(saved)).size > 1_000);

    await withoutModels(async ({ page }) => {
      const dialog = await openVault(page);
      await bringBack(page, join(folder, "no-backup.age"), PASSPHRASE);
      await dialog.getByRole("alert").getByText("This file is no backup of Conclave.").waitFor();
      await bringBack(page, saved, "another passphrase");
      await dialog.getByRole("alert").getByText("The passphrase is not the one").waitFor();
      await screenshot(page, "vault-wrong");
      await bringBack(page, saved, PASSPHRASE);
      await dialog.getByText("1 document and 0 threads came back.").waitFor();
      await screenshot(page, "vault-back");
      await page.keyboard.press("Escape");
      await documentsListed(page, 1);
      await page.reload();
      await documentsListed(page, 1);
    });
  });

  test("has a passphrase made up for whoever wants one", () =>
    withoutModels(async ({ page }) => {
      const dialog = await openVault(page);
      await dialog.getByRole("button", { name: "Make one up" }).click();
      const words = await dialog.locator(".made-up").innerText();
      assert.match(words, /^([0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/);
      assert.equal(await dialog.getByLabel("The same again").inputValue(), words);
      assert.equal(await dialog.getByRole("button", { name: "Make the backup" }).getAttribute("aria-disabled"), "false");
    }));
});

test("a private window keeps documents as long as it is open", async () => {
  // A context that is not persistent is Chromium's off-the-record profile.
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const context = await browser.newContext();
    await context.route("**/models/**", (route) => route.abort());
    const page = await context.newPage();
    await page.goto(await serverUrl());
    await addFiles(page, [join(folder, "geese.txt")]);
    await documentsListed(page, 1);
    await page.reload();
    await documentsListed(page, 1);
    const field = page.getByLabel("Search the documents");
    await field.fill("Walburga");
    await field.press("Enter");
    await page.getByText("flies south in October").first().waitFor();
  } finally {
    await browser.close();
  }
});

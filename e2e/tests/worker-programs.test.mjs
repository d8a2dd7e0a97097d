// The worker programs `engine` and `redact` as the page talks to them, without the page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { useBuild } from "../lib/builds.mjs";
import { engine, withWorkers } from "../lib/programs.mjs";

const TEXT = "The warranty of the Aero 3 pump lasts two years.\n\nRinse the filter every week.\n";

test("the engine keeps documents and settings when its worker is killed", () =>
  withWorkers(async ({ page, start }) => {
    const first = await engine(page, start);
    const { Ready: empty } = await first.ask("Hello");
    assert.deepEqual([empty.documents, empty.threads, empty.problems], [[], [], []]);
    const info = await first.add({ name: "pump.txt", text: TEXT });
    const { Settings: saved } = await first.ask({ SaveSettings: { settings: { ...empty.settings, theme: "Dark" } } });
    await first.end();

    const second = await engine(page, start);
    const { Ready: kept } = await second.ask("Hello");
    assert.deepEqual([kept.documents, kept.settings], [[info], saved]);
    const { Found: passages } = await second.ask({ Search: { query: "warranty", limit: 5 } });
    assert.match(passages[0].text, /two years/);
    assert.equal(await second.ask({ RemoveDocuments: { documents: [info.id] } }), "Done");
    assert.deepEqual(await second.unasked("Removed"), [info.id]);
    assert.deepEqual((await second.ask("Hello")).Ready.documents, []);
  }));

test("two tabs see each other's documents", () =>
  withWorkers(async ({ page, start }) => {
    const [one, other] = [await engine(page, start), await engine(page, start)];
    await one.ask("Hello");
    await other.ask("Hello");
    const info = await one.add({ name: "pump.txt", text: TEXT });
    assert.deepEqual(await other.unasked("Added"), [info]);
    const { Found: passages } = await other.ask({ Search: { query: "filter", limit: 5 } });
    assert.match(passages[0].text, /Rinse/);
  }));

test("bad requests and files get a plain answer, and the engine goes on", () =>
  withWorkers(async ({ page, start }) => {
    const { ask, add, unasked, post } = await engine(page, start);
    const code = async (body, file) => (await ask(body, file)).Failed?.code;
    const refused = async (name, bytes) => (await add({ name, bytes })).state.Refused.code;
    assert.equal(await refused("huge.txt", 100_000_001), "TooLarge");
    assert.equal(await refused("empty.txt", 0), "EmptyFile");
    assert.equal(await refused("zeros.txt", 1000), "NotText");
    assert.equal(await code({ AddFiles: { files: [{ path: "none.txt", size_bytes: 5 }], left: 0 } }), "BadRequest");
    assert.equal(await code({ ReadThread: { thread: "../../x" } }), "BadRequest");
    assert.equal(await code({ Ask: { thread: "0".repeat(32), question: "  " } }), "BadRequest");
    await post("nonsense");
    assert.equal((await unasked("Failed")).code, "VersionMismatch");
    assert.ok((await ask("Hello")).Ready);
  }));

test("both builds of the engine compute the same, to the last bit", () =>
  withWorkers(async ({ page, start }) => {
    // One that is answered from a passage, and a text that is written freely.
    const questions = ["How long is the warranty?", "Write two sentences about the sea."];
    const said = [];
    for (const build of ["engine", "engine_relaxed"]) {
      await useBuild(page, build);
      const { ask, add, end } = await engine(page, start);
      const { Ready: ready } = await ask("Hello");
      const { Device: report } = await ask("ProbeDevice");
      assert.equal(report.device.byte_dots, build === "engine_relaxed");
      assert.equal(report.speed.is_exact, true);
      if (ready.documents.length === 0) await add({ name: "pump.txt", text: TEXT });
      // Until then passages are found by their words alone, and ranked otherwise.
      await ask("LoadModels");
      const isEmbedded = async () => (await ask("Hello")).Ready.documents[0].embedded;
      while (!(await isEmbedded())) await new Promise((resolve) => setTimeout(resolve, 100));
      const turns = [];
      for (const [index, question] of questions.entries()) {
        const thread = `${said.length}${index}`.padStart(32, "0");
        const { TurnEnded: turn } = await ask({ Ask: { thread, question } }, undefined, ["TurnEnded", "Failed"]);
        // Not what is the run's own: its name, its times.
        const reports = turn.reports.map(({ took_ms: _, ...report }) => report);
        turns.push({ text: turn.outcome.Answered.text, scores: turn.passages.map((passage) => passage.score), reports });
      }
      said.push(turns);
      await end();
    }
    assert.ok(said[0].every((turn) => turn.text.length > 20 && turn.reports.some((report) => report.tokens_out > 0)));
    assert.deepEqual(said[1], said[0]);
  }));

test("the redactor marks a prompt", () =>
  withWorkers(async ({ page, start }) => {
    const n = await start("redact");
    const text = `Mail ann@example.com or call +1 415 555 2671, card 4111 1111 1111 1111. ${"Plain words follow. ".repeat(95)}`;
    const { marks, took } = await page.evaluate(
      async ({ n, text }) => {
        const { worker, until } = globalThis.programs[n];
        await until((message) => message === "Ready");
        const times = [];
        let last;
        for (let id = 1; id <= 21; id++) {
          const begin = performance.now();
          worker.postMessage({ Mark: { id, text } });
          last = await until((message) => message.Marks?.id === id);
          times.push(performance.now() - begin);
        }
        // A line for each, its fields between tabs: engine/protocol/src/redaction/lines.rs.
        const marks = last.Marks.marks.split("\n").map((line) => line.split("\t"));
        return { marks: marks.map(([start, end, , , , , token]) => ({ start: +start, end: +end, token })), took: times.sort((a, b) => a - b)[10] };
      },
      { n, text },
    );
    assert.deepEqual(marks.map((mark) => mark.token), ["[EMAIL_01]", "[PHONE_01]", "[CREDIT_CARD_01]"]);
    assert.equal(text.slice(marks[0].start, marks[0].end), "ann@example.com");
    // Median of 21 round trips. A figure to look at, not a limit that fails on a busy machine.
    console.log(JSON.stringify({ row: "redact 2 KB, median round trip", ours: took, unit: "ms" }));
  }));

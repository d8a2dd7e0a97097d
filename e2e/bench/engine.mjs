// The engine program alone, spoken to as the page does. Both functions run in a page of the site, so neither may use anything
// from around it: `page.evaluateHandle(startEngine, script)`.

/** Starts the engine and asks it a first question, for which it loads the models that the browser has stored. */
export async function startEngine(script) {
  const created = performance.now();
  const worker = new Worker(script, { type: "module" });
  let number = 0;
  let hear = () => {};
  const nameOf = (body) => (typeof body === "string" ? body : Object.keys(body)[0]);
  const version = await new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (nameOf(event.body) === "Started") resolve(event.body.Started.version);
      else hear(event);
    };
  });
  const request = (body, closing, on = () => {}) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      hear = ({ id: of, body: event }) => {
        const name = nameOf(event);
        if (of !== id) return;
        if (name === "Failed") reject(new Error(JSON.stringify(event)));
        on(name, event[name]);
        if (name === closing) resolve(event[name]);
      };
      worker.postMessage([{ version, id, body }, undefined]);
    });
  await request("Hello", "Ready");

  // No earlier engine's: what was asked before in a thread is read again with the next question.
  const thread = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  /** A question in a thread of its own: when Logos began, when the pieces of its draft came, its report. */
  const draft = async (question) => {
    let [ready, began] = [0, 0];
    const pieces = [];
    const turn = await request({ Ask: { thread: thread(), question } }, "TurnEnded", (name, event) => {
      if (name !== "Trace") return;
      if (event.Phase?.Considering && !ready) ready = performance.now();
      if (event.Phase?.Considering?.seat === "Logos" && !began) began = performance.now();
      if (event.DraftText?.round === 1) pieces.push(performance.now());
    });
    return { ready, began, pieces, report: turn.reports.find((report) => report.seat === "Logos") };
  };
  /** Median milliseconds of a search for so many tokens: the encoder's, for there are no documents. */
  const search = async (tokens) => {
    const times = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      // The text's first and last token are the encoder's own.
      await request({ Search: { query: "ship ".repeat(tokens - 2), limit: 1 } }, "Found");
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[times.length >> 1];
  };
  const { ready, pieces } = await draft("What is the capital of France?");
  return { draft, search, end: () => worker.terminate(), load: ready - created, firstToken: pieces[0] - created };
}

/** Reads a long prompt, writes a long answer, embeds; says what the generator read, so that a rival can read the same. */
export async function measureEngine({ engine, prompt }) {
  const long = await engine.draft(`Rewrite this text: ${prompt}`);
  const story = await engine.draft("Write a long story about the sea.");
  const perSecond = (count, from, to) => count / ((to - from) / 1000);
  return {
    prefill: perSecond(long.report.tokens_in - long.report.tokens_reused, long.began, long.pieces[0]),
    decode: perSecond(story.pieces.length - 1, story.pieces[0], story.pieces.at(-1)),
    embed: await engine.search(128),
    texts: 1000 / (await engine.search(64)),
    load: engine.load,
    firstToken: engine.firstToken,
    read: long.report.tokens_in,
    prompts: { long: long.report.prompt, story: story.report.prompt, tokens: story.pieces.length },
  };
}

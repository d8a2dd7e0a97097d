// What a page and its workers say to whoever listens to the browser: console, log, exceptions, requests. By the DevTools
// protocol, because it hears workers of workers too, and what the browser itself notes.

const LISTENED = ["Runtime", "Log", "Network"];
const KEPT = new Set([
  "Runtime.consoleAPICalled",
  "Runtime.exceptionThrown",
  "Log.entryAdded",
  "Network.requestWillBeSent",
  "Network.requestWillBeSentExtraInfo",
  "Network.webSocketCreated",
]);

/**
 * Listens to a page and to every worker below it, from now on. `heard` fills with `{ target, method, text }`, the event as
 * JSON; `targets` with the addresses of those that are listened to.
 */
export async function listen(context, page) {
  const heard = [];
  const targets = [];
  const devtools = await context.newCDPSession(page);
  const attach = async (session, target) => {
    targets.push(target);
    for (const method of KEPT) session.on(method, (params) => heard.push({ target, method, text: JSON.stringify(params) }));
    session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) =>
      attach(below(session, sessionId), targetInfo.url).catch(() => {}), // It may have ended meanwhile.
    );
    for (const domain of LISTENED) await session.send(`${domain}.enable`);
    // Not flat: Playwright hands on what is said in one session alone.
    await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  };
  await attach(devtools, page.url());
  return { heard, targets };
}

/** The session of a target that was attached to through another session. */
function below(parent, sessionId) {
  const listeners = [];
  const waiting = new Map();
  let last = 0;
  parent.on("Target.receivedMessageFromTarget", (received) => {
    if (received.sessionId !== sessionId) return;
    const { id, method, params, error } = JSON.parse(received.message);
    if (method) return listeners.filter(([name]) => name === method).forEach(([, heard]) => heard(params));
    waiting.get(id)?.(error);
    waiting.delete(id);
  });
  return {
    on: (method, heard) => listeners.push([method, heard]),
    send(method, params = {}) {
      const id = ++last;
      const answered = new Promise((resolve, reject) => {
        // A domain that this kind of target does not have has nothing to say.
        waiting.set(id, (error) => (error && !/wasn't found/.test(error.message) ? reject(new Error(error.message)) : resolve()));
      });
      return parent
        .send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) })
        .then(() => answered);
    },
  };
}

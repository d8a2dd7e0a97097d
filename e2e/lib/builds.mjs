// The two builds of the engine, of which its loader starts the faster one.

/** From now on the engine's loader starts this build, `engine` or `engine_relaxed`, in the page; without a name its own choice. */
export async function useBuild(page, build) {
  await page.unroute(LOADER);
  if (!build) return;
  await page.route(LOADER, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    if (!text.includes(CHOICE)) throw new Error("the engine's loader chooses in another way than this expects");
    return route.fulfill({ response, body: text.replace(CHOICE, `const isRelaxed = ${build === "engine_relaxed"};`) });
  });
}

const LOADER = "**/engine_loader-*.js";
/** As worker/loader/choose.js has it. */
const CHOICE = "const isRelaxed = bytesAreAsFast();";

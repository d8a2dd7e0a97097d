// The two builds of the engine, of which its loader starts the faster one.

/** From now on the engine's loader starts this build, `engine` or `engine_relaxed`, in the page; without a name its own choice. */
export async function useBuild(page, build) {
  await page.unroute(LOADER);
  if (!build) return;
  await page.route(LOADER, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const wanted = [...text.matchAll(NAMES)].find(([, name]) => name === build)[0];
    // Asked to choose between one and itself, it takes that one.
    return route.fulfill({ response, body: text.replace(NAMES, () => wanted) });
  });
}

const LOADER = "**/engine_loader-*.js";
const NAMES = /"\.\/(engine(?:_relaxed)?)-\w+\.js"/g;

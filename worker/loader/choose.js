// Starts the program in the build that is the faster one here: with dot products of bytes (relaxed SIMD) where the processor
// has an instruction for them, else without. Both compute the same, to the last bit.

/** `pace.wat`, assembled. */
const PACE = Uint8Array.from("{pace}".match(/../g), (byte) => parseInt(byte, 16));

/** Long enough for clocks that move in steps of a tenth of a millisecond. */
const TIMES = 40_000;
/** The quickest of these counts. The first of them compile. */
const ROUNDS = 4;
/** With the instruction a chain of bytes takes 0.5 to 1 times as long as one of words, without it 1.5 times and more. */
const AS_FAST = 1.2;

function bytesAreAsFast() {
  if (!WebAssembly.validate(PACE)) return false;
  const { words, bytes } = new WebAssembly.Instance(new WebAssembly.Module(PACE)).exports;
  const took = [words, bytes].map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    [words, bytes].forEach((chain, index) => {
      const start = performance.now();
      chain(TIMES);
      took[index] = Math.min(took[index], performance.now() - start);
    });
  }
  // Browsers that hide the time say 0 for both.
  return took[0] > 0 && took[1] < took[0] * AS_FAST;
}

const isRelaxed = bytesAreAsFast();
// The program comes beside the script that runs it.
const program = fetch(new URL(isRelaxed ? "./{name}_relaxed_bg.wasm" : "./{name}_bg.wasm", import.meta.url));
const { default: init } = await (isRelaxed ? import("./{name}_relaxed.js") : import("./{name}.js"));
await init({ module_or_path: program });

// A GGUF file with its quantised tensors in another format: Q8_0, which wllama reads fastest, or F32, with which it rounds no
// activations to 8 bits. Layout: the specification of GGUF v3 in ggml's docs/gguf.md; blocks: ggml-common.h.

const ALIGNMENT = 32;
/** Numbers of the tensor types. */
const TYPES = { F32: 0, Q4_1: 3, Q8_0: 8 };
const WEIGHTS = 32;
/** Bytes of a block of 32 weights. */
const BLOCK = { F32: 128, Q4_1: 20, Q8_0: 34 };

export const FORMATS = Object.keys(TYPES);
const [STRING, ARRAY] = [8, 9];
/** Bytes of a value, by its type's number. */
const SIZES = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

/** The file `bytes` (a Buffer) with its Q4_1 and Q8_0 tensors in a format of [`FORMATS`]; everything else stays as it is. */
export function inFormat(format, bytes) {
  if (format === "Q4_1") return bytes;
  let at = 8;
  const long = () => Number(bytes.readBigUInt64LE((at += 8) - 8));
  const word = () => bytes.readUInt32LE((at += 4) - 4);
  const skipString = () => {
    const length = long();
    at += length;
  };
  const skipValue = (type) => {
    if (type === STRING) return skipString();
    if (type !== ARRAY) return void (at += SIZES[type]);
    const [of, count] = [word(), long()];
    for (let i = 0; i < count; i++) skipValue(of);
  };
  const tensorCount = long();
  const valueCount = long();
  for (let i = 0; i < valueCount; i++) {
    skipString();
    skipValue(word());
  }
  const head = bytes.subarray(0, at);
  const tensors = Array.from({ length: tensorCount }, () => {
    const start = at;
    skipString();
    for (let dimensions = word(); dimensions > 0; dimensions--) at += 8;
    return { info: Buffer.from(bytes.subarray(start, at + 12)), type: word(), offset: long() };
  });
  const data = bytes.subarray(Math.ceil(at / ALIGNMENT) * ALIGNMENT);
  tensors.sort((a, b) => a.offset - b.offset);
  const contents = [];
  let offset = 0;
  tensors.forEach((tensor, index) => {
    let content = data.subarray(tensor.offset, tensors[index + 1]?.offset);
    const read = { [TYPES.Q4_1]: readNibbles, [TYPES.Q8_0]: readBytes }[tensor.type];
    if (read && tensor.type !== TYPES[format]) {
      content = rewritten(content, read, format);
      tensor.info.writeUInt32LE(TYPES[format], tensor.info.length - 12);
    }
    tensor.info.writeBigUInt64LE(BigInt(offset), tensor.info.length - 8);
    contents.push(content, padding(content.length));
    offset += content.length + padding(content.length).length;
  });
  const infos = tensors.map(({ info }) => info);
  return Buffer.concat([head, ...infos, padding(head.length + infos.reduce((sum, info) => sum + info.length, 0)), ...contents]);
}

const padding = (length) => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

/** Blocks as blocks of a format. */
function rewritten(blocks, read, format) {
  const write = { F32: writeFloats, Q8_0: writeBytes }[format];
  const size = read === readNibbles ? BLOCK.Q4_1 : BLOCK.Q8_0;
  const count = Math.floor(blocks.length / size);
  const out = Buffer.alloc(count * BLOCK[format]);
  const values = new Float32Array(WEIGHTS);
  for (let block = 0; block < count; block++) {
    read(blocks, block * size, values);
    write(out, block * BLOCK[format], values);
  }
  return out;
}

/** A block of Q4_1: scale, minimum, nibbles. */
function readNibbles(blocks, at, values) {
  const [scale, minimum] = [half(blocks.readUInt16LE(at)), half(blocks.readUInt16LE(at + 2))];
  for (let i = 0; i < WEIGHTS / 2; i++) {
    const two = blocks[at + 4 + i];
    values[i] = scale * (two & 15) + minimum;
    values[i + WEIGHTS / 2] = scale * (two >> 4) + minimum;
  }
}

/** A block of Q8_0: scale, bytes. */
function readBytes(blocks, at, values) {
  const scale = half(blocks.readUInt16LE(at));
  for (let i = 0; i < WEIGHTS; i++) values[i] = scale * blocks.readInt8(at + 2 + i);
}

function writeFloats(out, at, values) {
  values.forEach((value, i) => out.writeFloatLE(value, at + 4 * i));
}

/** A block of Q8_0: a scale and bytes. */
function writeBytes(out, at, values) {
  const largest = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  out.writeUInt16LE(asHalf(largest / 127), at);
  values.forEach((value, i) => out.writeInt8(Math.round((value * 127) / (largest || 1)), at + 2 + i));
}

/** The number of an IEEE 754 half; scales are neither infinite nor NaN. */
function half(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** The half nearest to a positive number within its range. */
function asHalf(value) {
  if (value < 2 ** -14) return Math.round(value * 2 ** 24);
  const exponent = Math.floor(Math.log2(value));
  // A fraction that rounds up to 1024 carries into the exponent.
  return ((exponent + 15) << 10) + Math.round((value / 2 ** exponent - 1) * 1024);
}

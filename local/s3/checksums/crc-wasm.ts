import { CRC_POLYNOMIALS, type CrcName } from './crc';

/**
 * Computes CRC32C and CRC64NVME of many bytes in WebAssembly. This module generates the code and sends it to the threads that run it,
 * because a bundle of this library cannot contain a .wasm file.
 *
 * A table lookup for each byte is slow. Adding a multiple of the polynomial to a message does not change its CRC. Some multiples have
 * few terms, which are far apart and all at whole bytes. `fold` uses such a multiple: it adds (xor) each byte to the message at a few
 * distances after it, 16 bytes at a time, until only the last bytes of the message determine the CRC. These bytes are the window, which is
 * as long as the multiple. `update` computes the CRC of the window by tables: 16 bytes at a time, with a table of 256 values for each
 * (slicing by 16).
 *
 * `fold` also adds the bytes of the last window to the window, although they are still in the window themselves. This adds copies of the
 * window that are shifted by the distances and truncated at the end. Leading zeros do not change a CRC without an initial value. So the CRC
 * of the message is the xor of the CRCs of the window and of its `prefixes`, each of which is shorter by a distance.
 */
const SLICES = 16;
const TABLE_BYTES = SLICES * 256 * 8;

/**
 * The distances, in bytes, at which `fold` adds a byte. For distances a, b, …, d, 1 + x^8(d−a) + x^8(d−b) + … + x^8d is a multiple of the
 * polynomial. They were found by a search. Shorter distances need more terms.
 */
export const FOLD_DISTANCES: Readonly<Record<FoldedCrc, readonly number[]>> = {
  CRC32C: [767, 2524, 5275],
  CRC64NVME: [9609, 98_115, 135_149, 142_634],
};

export type FoldedCrc = Exclude<CrcName, 'CRC32'>;

/** Number of bytes that one step of `fold` processes. All distances must be at least as long. */
const FOLD_STEP = 64;

/** Offset of the data in the memory of an instance. It is aligned, because copies of shared memory are slow at other offsets. */
function dataOffset(windowBytes: number): number {
  return Math.ceil((TABLE_BYTES + windowBytes) / 16) * 16;
}

const I32 = 0x7f;
const I64 = 0x7e;
const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  branch: (depth: number) => [0x0c, depth],
  branchIf: (depth: number) => [0x0d, depth],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  /** Loads 8 bytes. They need not be aligned. */
  load: (offset: number) => [0x29, 0, ...unsigned(offset)],
  i32: (value: number) => [0x41, ...signed(value)],
  i64: (value: number) => [0x42, ...signed(value)],
  isZero: [0x45],
  lessUnsigned: [0x49],
  add: [0x6a],
  subtract: [0x6b],
  shiftLeft: [0x74],
  and64: [0x83],
  xor64: [0x85],
  shiftRight64: [0x88],
  wrap: [0xa7],
  load8: [0x31, 0, 0],
  load8As32: (offset: number) => [0x2d, 0, ...unsigned(offset)],
  store8: (offset: number) => [0x3a, 0, ...unsigned(offset)],
  xor32: [0x73],
  load128: (offset: number) => [0xfd, 0x00, 0, ...unsigned(offset)],
  store128: (offset: number) => [0xfd, 0x0b, 0, ...unsigned(offset)],
  xor128: [0xfd, 0x51],
} as const;

// The parameters and local variables of both functions: update(crc, at, length) -> crc, and fold, which returns the CRC unchanged.
const CRC = 0;
const AT = 1;
const LENGTH = 2;
const LOW = 3;
const HIGH = 4;

/** Pushes the entry of a slice's table for the n-th byte of a variable. */
function lookup(local: number, byte: number, slice: number): number[] {
  return [
    ...op.get(local),
    ...(byte === 0 ? [] : [...op.i64(byte * 8), ...op.shiftRight64]),
    ...op.i64(255),
    ...op.and64,
    ...op.wrap,
    ...op.i32(3),
    ...op.shiftLeft,
    ...op.load(slice * 256 * 8),
  ];
}

function slicedStep(): number[] {
  const bytes = [...Array(SLICES).keys()];
  const entries = bytes.flatMap((byte) => [
    ...lookup(byte < 8 ? LOW : HIGH, byte % 8, SLICES - 1 - byte),
    ...(byte === 0 ? [] : op.xor64),
  ]);
  return [
    ...[...op.get(AT), ...op.load(0), ...op.get(CRC), ...op.xor64, ...op.set(LOW)],
    ...[...op.get(AT), ...op.load(8), ...op.set(HIGH)],
    ...[...entries, ...op.set(CRC)],
  ];
}

function byteStep(): number[] {
  const index = [...op.get(AT), ...op.load8, ...op.get(CRC), ...op.xor64, ...op.set(LOW), ...lookup(LOW, 0, 0)];
  return [...index, ...op.get(CRC), ...op.i64(8), ...op.shiftRight64, ...op.xor64, ...op.set(CRC)];
}

/** Adds the bytes at each distance before the current bytes to them. AT is the address of the byte at the greatest distance, so no offset is negative. */
function foldStep(distances: readonly number[], bytes: number): number[] {
  const greatest = Math.max(...distances);
  const [load, xor, store] = bytes === 1 ? [op.load8As32, op.xor32, op.store8] : [op.load128, op.xor128, op.store128];
  const width = bytes === 1 ? 1 : 16;
  const code: number[] = [];
  for (let offset = 0; offset < bytes; offset += width) {
    const sum = distances.flatMap((distance) => [...op.get(AT), ...load(greatest - distance + offset), ...xor]);
    code.push(...op.get(AT), ...op.get(AT), ...load(greatest + offset), ...sum, ...store(greatest + offset));
  }
  return code;
}

/** Repeats a step while there are enough bytes left for it. */
function whileLeft(bytes: number, step: readonly number[]): number[] {
  const done =
    bytes === 1 ? [...op.get(LENGTH), ...op.isZero] : [...op.get(LENGTH), ...op.i32(bytes), ...op.lessUnsigned];
  const forward = [...op.get(AT), ...op.i32(bytes), ...op.add, ...op.set(AT)];
  const shorter = [...op.get(LENGTH), ...op.i32(bytes), ...op.subtract, ...op.set(LENGTH)];
  const body = [...done, ...op.branchIf(1), ...step, ...forward, ...shorter, ...op.branch(0)];
  return [...op.block, ...op.loop, ...body, ...op.end, ...op.end];
}

function assemble(distances: readonly number[], pages: number): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
  const body = (steps: readonly number[]): number[] => {
    const code = [...[1, 2, I64], ...steps, ...op.get(CRC), ...op.end];
    return [...unsigned(code.length), ...code];
  };
  const update = [...whileLeft(SLICES, slicedStep()), ...whileLeft(1, byteStep())];
  const fold = [...whileLeft(FOLD_STEP, foldStep(distances, FOLD_STEP)), ...whileLeft(1, foldStep(distances, 1))];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I64, I32, I32, 1, I64]),
    ...section(3, [2, 0, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [3, ...name('update'), 0, 0, ...name('fold'), 0, 1, ...name('memory'), 2, 0]),
    ...section(10, [2, ...body(update), ...body(fold)]),
  ]);
}

/** The tables of all slices: entry i of slice n is the CRC of byte i followed by n zero bytes. */
function tables(polynomial: bigint): BigUint64Array<ArrayBuffer> {
  const table = new BigUint64Array(TABLE_BYTES / 8);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    table[byte] = value;
  }
  for (let index = 256; index < table.length; index++) {
    const before = table[index - 256] ?? 0n;
    table[index] = (before >> 8n) ^ (table[Number(before & 255n)] ?? 0n);
  }
  return table;
}

/** The eight (or four) bytes whose CRC, without initial value and final xor, is `value`. It reverses the steps of a CRC. */
function bytesWithCrc(value: bigint, polynomial: bigint, width: number): bigint {
  const highest = 1n << BigInt(width - 1);
  let bytes = value;
  for (let bit = 0; bit < width; bit++) bytes = bytes & highest ? ((bytes ^ polynomial) << 1n) | 1n : bytes << 1n;
  return bytes;
}

/** The data that a thread needs to compute a CRC. After each piece, the last `windowBytes` of window and piece are the next window. */
export interface CrcProgram {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly tables: BigUint64Array<ArrayBuffer>;
  /** Offset of a piece in the memory of an instance. The window precedes it, the tables precede the window. */
  readonly dataOffset: number;
  readonly windowBytes: number;
  /** The lengths of the prefixes of the last window whose CRCs are added, ascending. The last is the whole window. */
  readonly prefixes: readonly number[];
  /** The end of the first window. It replaces the initial value. */
  readonly start: Uint8Array<ArrayBuffer>;
  /** All ones: the final xor. */
  readonly mask: bigint;
}

const programs = new Map<FoldedCrc, CrcProgram>();

/** @param pieceBytes maximum number of bytes that one call processes */
export function crcProgram(algorithm: FoldedCrc, pieceBytes: number): CrcProgram {
  const known = programs.get(algorithm);
  if (known !== undefined) return known;
  const polynomial = CRC_POLYNOMIALS[algorithm];
  const distances = FOLD_DISTANCES[algorithm];
  const width = algorithm === 'CRC64NVME' ? 64 : 32;
  const mask = (1n << BigInt(width)) - 1n;
  const start = new BigUint64Array([bytesWithCrc(mask, polynomial, width)]);
  const windowBytes = Math.max(...distances);
  const offset = dataOffset(windowBytes);
  const program: CrcProgram = {
    code: assemble(distances, Math.ceil((offset + pieceBytes) / 65_536)),
    tables: tables(polynomial),
    dataOffset: offset,
    windowBytes,
    prefixes: [0, ...distances].map((distance) => windowBytes - distance).sort((a, b) => a - b),
    start: new Uint8Array(start.buffer, 0, width / 8),
    mask,
  };
  programs.set(algorithm, program);
  return program;
}

/** LEB128, the format of numbers in WebAssembly. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const low = value & 127;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...signed(rest)];
}

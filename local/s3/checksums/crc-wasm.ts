import { CRC_POLYNOMIALS, type CrcName } from './crc';

/**
 * CRC32C and CRC64NVME of many bytes, in WebAssembly that is assembled here: 16 bytes a step, with a table of 256 values for each
 * (slicing by 16). It is sent to the threads that run it: a bundle of this library could not ship it as a file.
 */
const SLICES = 16;
const TABLE_BYTES = SLICES * 256 * 8;

/** Where the bytes lie in the memory of an instance, behind the tables. */
export const CRC_DATA_OFFSET = 64 * 1024;

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
  /** Of 8 bytes that need not be aligned. */
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
} as const;

// The parameters and variables of the function: update(crc, at, length) -> crc.
const CRC = 0;
const AT = 1;
const LENGTH = 2;
const LOW = 3;
const HIGH = 4;

/** The entry of a slice's table for the n-th byte of a variable, on the stack. */
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

/** Repeats a step of so many bytes while as many are left. */
function whileLeft(bytes: number, step: readonly number[]): number[] {
  const done =
    bytes === 1 ? [...op.get(LENGTH), ...op.isZero] : [...op.get(LENGTH), ...op.i32(bytes), ...op.lessUnsigned];
  const forward = [...op.get(AT), ...op.i32(bytes), ...op.add, ...op.set(AT)];
  const shorter = [...op.get(LENGTH), ...op.i32(bytes), ...op.subtract, ...op.set(LENGTH)];
  const body = [...done, ...op.branchIf(1), ...step, ...forward, ...shorter, ...op.branch(0)];
  return [...op.block, ...op.loop, ...body, ...op.end, ...op.end];
}

function assemble(pages: number): Uint8Array<ArrayBuffer> {
  const code = [
    ...[1, 2, I64],
    ...whileLeft(SLICES, slicedStep()),
    ...whileLeft(1, byteStep()),
    ...op.get(CRC),
    ...op.end,
  ];
  const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I64, I32, I32, 1, I64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...name('update'), 0, 0, ...name('memory'), 2, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** The tables of all slices: entry i of slice n is byte i followed by n zero bytes. */
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

/** What a thread needs to compute a CRC: `update` takes the CRC before its final xor, and the bytes at CRC_DATA_OFFSET. */
export interface CrcProgram {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly tables: BigUint64Array<ArrayBuffer>;
  /** All ones: initial value and final xor. */
  readonly mask: bigint;
}

const programs = new Map<CrcName, CrcProgram>();

/** The program for pieces of at most so many bytes. */
export function crcProgram(algorithm: CrcName, pieceBytes: number): CrcProgram {
  const known = programs.get(algorithm);
  if (known !== undefined) return known;
  const program: CrcProgram = {
    code: assemble((CRC_DATA_OFFSET + pieceBytes) / 65_536),
    tables: tables(CRC_POLYNOMIALS[algorithm]),
    mask: algorithm === 'CRC64NVME' ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn,
  };
  programs.set(algorithm, program);
  return program;
}

/** LEB128, as WebAssembly writes numbers. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const low = value & 127;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...signed(rest)];
}

const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

/** The sizes of the benchmark, by printed name. */
export const SIZES: Readonly<Record<string, number>> = {
  '1GiB': GIB,
  '10GiB': 10 * GIB,
  '100GiB': 100 * GIB,
  '1TiB': TIB,
  '5TiB': 5 * TIB,
  '48.8TiB': Math.floor(48.8 * TIB),
};

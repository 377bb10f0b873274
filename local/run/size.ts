const UNITS: Record<string, number> = {
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Text that is not a size. */
export class InvalidSize extends Error {
  constructor(text: string) {
    super(
      `${JSON.stringify(text)} is not a size; write a number and a unit, such as 256MiB or 1.5TB (units: ${Object.keys(UNITS).join(', ')})`,
    );
    this.name = 'InvalidSize';
  }
}

/**
 * Number of bytes of a size such as `5MiB`, `1.5 TB` or `0`. Fractions of a byte are dropped.
 *
 * @throws InvalidSize
 */
export function parseSize(text: string): number {
  const [, digits, unit = 'B'] = /^(\d+(?:\.\d+)?)(?:\s*([A-Za-z]+))?$/.exec(text.trim()) ?? [];
  const factor = Object.entries(UNITS).find(([name]) => name.toLowerCase() === unit.toLowerCase())?.[1];
  if (digits === undefined || factor === undefined) throw new InvalidSize(text);
  const bytes = Math.floor(Number(digits) * factor);
  if (!Number.isSafeInteger(bytes)) throw new InvalidSize(text);
  return bytes;
}

/** Formats a size with the largest binary unit that is not larger than the size: `1.50 GiB`. */
export function formatSize(bytes: number): string {
  const [name, factor] = [...Object.entries(UNITS)]
    .filter(([unit, bytesOfUnit]) => (unit === 'B' || unit.endsWith('iB')) && bytesOfUnit <= Math.max(bytes, 1))
    .at(-1)!;
  const value = bytes / factor;
  return `${Number.isInteger(value) ? value : value.toFixed(2)} ${name}`;
}

/*
 * Sizes as text.
 */

/**
 * A number, and a unit. Units are powers of 1024 whether they are written `M`, `MB` or `MiB`, as in the configuration of
 * the AWS CLI.
 *
 * @see https://docs.aws.amazon.com/cli/latest/topic/s3-config.html
 */
export const SIZE_TEXT = /^(\d{1,15})([KkMmGgTt]?)(?:[Ii]?[Bb])?$/;

const UNITS = ['', 'k', 'm', 'g', 't'];

/** @returns bytes; undefined if the text is no size */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = SIZE_TEXT.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * 1024 ** UNITS.indexOf(unit.toLowerCase());
}

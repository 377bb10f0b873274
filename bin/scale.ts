import { InvalidArgumentError } from 'commander';

/** Parses the argument of `--time-scale`. */
export function scaleArgument(text: string): number {
  const scale = Number(text);
  if (!(scale > 0) || !Number.isFinite(scale))
    throw new InvalidArgumentError('Specify a number above 0, such as 1 or 100.');
  return scale;
}

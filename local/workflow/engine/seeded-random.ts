import { fractionOf } from '../random';

/** The random values of an execution, repeatable by a seed. */
export class SeededRandom {
  constructor(private readonly seed: string) {}

  /** A number in [0, 1) that depends only on the seed and the name. */
  fraction(name: string): number {
    return fractionOf(`${this.seed}/${name}`);
  }

  /** A practically unique text that depends only on the seed and the name. */
  seedOf(name: string): string {
    return `${this.seed}/${name}`;
  }
}

import { fractionOf } from '../random';

/** Everything in an execution that happens by chance, repeatable by a seed. */
export class Chance {
  constructor(private readonly seed: string) {}

  /** A number in [0, 1) for what the text names. */
  fraction(name: string): number {
    return fractionOf(`${this.seed}/${name}`);
  }

  /** A text that is as good as unique for what the name names. */
  seedOf(name: string): string {
    return `${this.seed}/${name}`;
  }
}

import { type Json } from '../json';
import { type Stack } from './stack';

/** Account and Region, in which names of exports and SSM parameters are unique. */
export interface Environment {
  readonly accountId: string;
  readonly region: string;
}

type Values = Map<string, () => Json>;

/** What the stacks of an app know of each other: exports, outputs, and the SSM parameters that they make. */
export class References {
  private readonly exports: Values = new Map();
  private readonly parameters: Values = new Map();
  private readonly stacks: Stack[] = [];

  add(stack: Stack): void {
    this.stacks.push(stack);
    for (const [name, value] of stack.exports()) this.exports.set(keyOf(stack, name), value);
    for (const { region, name, value } of stack.ssmParameters()) {
      this.parameters.set(keyOf({ ...stack, region }, name), value);
    }
  }

  /** Undefined for a name that no stack exports. */
  importValue(environment: Environment, name: string): Json | undefined {
    return this.exports.get(keyOf(environment, name))?.();
  }

  /** Output of a stack by its name; of any account, since a role may read that of another one. */
  stackOutput(stackName: string, region: string, output: string): Json | undefined {
    return this.stacks.find((stack) => stack.name === stackName && stack.region === region)?.output(output);
  }

  /** Undefined for a parameter that no stack makes. */
  ssmParameter(environment: Environment, name: string): Json | undefined {
    return this.parameters.get(keyOf(environment, name))?.();
  }
}

function keyOf({ accountId, region }: Environment, name: string): string {
  return `${accountId}/${region}/${name}`;
}

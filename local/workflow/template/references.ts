import { type Json } from '../json';

/** Account and Region, in which names of exports and SSM parameters are unique. */
export interface Environment {
  readonly accountId: string;
  readonly region: string;
}

/** What other stacks can refer to in a stack. */
export interface ReferencedStack extends Environment {
  readonly name: string;
  /** The exports by name; the values are resolved when they are read. */
  exports(): Map<string, () => Json>;
  /** The SSM parameters that the stack creates; the values are resolved when they are read. */
  ssmParameters(): { readonly region: string; readonly name: string; readonly value: () => Json }[];
  /** @throws UnresolvedIntrinsic */
  output(key: string): Json | undefined;
}

type Values = Map<string, () => Json>;

/** What the stacks of an app can refer to in each other: exports, outputs, and the SSM parameters that they create. */
export class References {
  private readonly exports: Values = new Map();
  private readonly parameters: Values = new Map();
  private readonly stacks: ReferencedStack[] = [];

  add(stack: ReferencedStack): void {
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

  /** Output of a stack by name. The stack can be in any account, since a role can read outputs of another account. */
  stackOutput(stackName: string, region: string, output: string): Json | undefined {
    return this.stacks.find((stack) => stack.name === stackName && stack.region === region)?.output(output);
  }

  /** Undefined for a parameter that no stack creates. */
  ssmParameter(environment: Environment, name: string): Json | undefined {
    return this.parameters.get(keyOf(environment, name))?.();
  }
}

function keyOf({ accountId, region }: Environment, name: string): string {
  return `${accountId}/${region}/${name}`;
}

import {
  ActiveRule,
  checkFaultFields,
  checkRuleFields,
  count,
  type FaultSelection,
  type Fields,
  milliseconds,
  oneOf,
  readRules,
  text,
} from '../fault-rules';
import { type Clock } from './clock';
import { InvalidFaults } from './errors';
import { fractionOf } from './random';

/** The faults of Lambda and Step Functions. */
export type PlatformFault =
  /** All concurrent executions are in use: `Lambda.TooManyRequestsException`. The function does not run. */
  | { readonly kind: 'throttled' }
  /** Lambda answers with an error of its own instead of running the function; Step Functions puts `Lambda.` before the name. */
  | { readonly kind: 'error'; readonly name: string; readonly message?: string }
  /**
   * The function has been idle for weeks. After the first invocation, all invocations fail with
   * `Lambda.CodeArtifactUserPendingException` for some time. Default 60,000 milliseconds.
   */
  | { readonly kind: 'inactive'; readonly milliseconds?: number }
  /**
   * The environment is killed when this number of requests of the invocation have been answered, or when the invocation
   * ends. Default 0.
   */
  | {
      readonly kind: 'killed';
      readonly afterRequests?: number;
      readonly error?: 'Runtime.ExitError' | 'Lambda.Unknown';
    }
  /** Like `killed`, but there is no answer until the time limit of the function, or of the state (`States.Timeout`). */
  | {
      readonly kind: 'timed-out';
      readonly afterRequests?: number;
      readonly error?: 'Sandbox.Timedout' | 'Lambda.Unknown' | 'States.Timeout';
    }
  /** The function runs to its end, and its answer does not arrive. */
  | {
      readonly kind: 'answer-lost';
      readonly error?: 'Lambda.SdkClientException' | 'Lambda.ClientExecutionTimeoutException' | 'Lambda.Unknown';
    }
  /** The function runs twice at the same time with the same event. Only one of the runs answers. */
  | { readonly kind: 'duplicated' }
  /** The execution is stopped when it enters the state, as by StopExecution. */
  | { readonly kind: 'stop-execution'; readonly error?: string; readonly cause?: string }
  /**
   * EventBridge cannot deliver an event to a target. `error` is a code of dead-letter queues. THROTTLING, the default,
   * is retried; NO_PERMISSIONS is not.
   */
  | { readonly kind: 'undelivered'; readonly error?: string; readonly message?: string }
  /** ListExecutions, ListMapRuns and DescribeExecution return the state of up to this many milliseconds ago. */
  | { readonly kind: 'lagging-reads'; readonly milliseconds: number };

export interface PlatformFaultRule extends FaultSelection {
  /** Name of a state, also of a state in a Map; `*` matches all states. */
  readonly state?: string;
  /** Logical ID, construct ID or name of a function; `*` matches all functions. */
  readonly function?: string;
  /**
   * Logical ID, construct path or name of an EventBridge rule or schedule, for `undelivered`; `*` matches all of them.
   */
  readonly rule?: string;
  /** The state whose first entry starts the time of `after` and `until`. Default: the start of the first execution. */
  readonly since?: string;
  readonly fault: PlatformFault;
}

type FaultOf<K extends PlatformFault['kind']> = Extract<PlatformFault, { kind: K }>;
export type InvocationFault = Exclude<PlatformFault, { kind: 'stop-execution' | 'lagging-reads' | 'undelivered' }>;
const NOT_OF_INVOCATIONS: ReadonlySet<string> = new Set(['stop-execution', 'lagging-reads', 'undelivered']);

/** The properties of an invocation that rules use. */
export interface InvocationTarget {
  /** Undefined if no state invokes the function. */
  readonly state: string | undefined;
  /** The names of the function. */
  readonly functionNames: readonly string[];
}

/** Fields of each kind of fault, besides `kind`. */
const KINDS: Readonly<Record<PlatformFault['kind'], Fields>> = {
  throttled: {},
  error: { required: { name: text }, optional: { message: text } },
  inactive: { optional: { milliseconds } },
  killed: { optional: { afterRequests: count, error: oneOf('Runtime.ExitError', 'Lambda.Unknown') } },
  'timed-out': {
    optional: { afterRequests: count, error: oneOf('Sandbox.Timedout', 'Lambda.Unknown', 'States.Timeout') },
  },
  'answer-lost': {
    optional: {
      error: oneOf('Lambda.SdkClientException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.Unknown'),
    },
  },
  duplicated: {},
  'stop-execution': { optional: { error: text, cause: text } },
  undelivered: { optional: { error: text, message: text } },
  'lagging-reads': { required: { milliseconds } },
};
const RULE_FIELDS: Fields = { optional: { state: text, function: text, rule: text, since: text } };
/** Other fields than states and functions that select faults of a kind. */
const SELECTORS: Readonly<Record<string, readonly string[]>> = {
  'lagging-reads': [],
  'stop-execution': ['state'],
  undelivered: ['rule'],
};

/**
 * Reads rules from the text of a file: a JSON array, or one rule per line.
 *
 * @throws InvalidFaults
 */
export function parsePlatformFaults(content: string, name: string): readonly PlatformFaultRule[] {
  return readRules(content, name, checkRule, InvalidFaults);
}

function checkRule(rule: PlatformFaultRule): void {
  checkRuleFields(rule, RULE_FIELDS, InvalidFaults);
  const { kind } = rule.fault;
  checkFaultFields(rule.fault, KINDS, InvalidFaults);
  const selectors = (Object.hasOwn(SELECTORS, kind) ? SELECTORS[kind] : undefined) ?? ['state', 'function'];
  if (selectors.length > 0 && !selectors.some((field) => field in rule)) {
    const fields = selectors.map((field) => `'${field}'`).join(' or ');
    throw new InvalidFaults(`a fault rule of kind ${kind} needs the field ${fields}: a name, or * for all`);
  }
  const unused = ['state', 'function', 'rule'].find((field) => field in rule && !selectors.includes(field));
  if (unused !== undefined) throw new InvalidFaults(`a fault rule of kind ${kind} cannot have the field '${unused}'`);
}

/** Simulates faults of Lambda and Step Functions by rules. If several rules match, the first one applies. */
export class PlatformFaults {
  private readonly rules: readonly ActiveRule<PlatformFaultRule>[];
  private readonly inactiveUntil = new Map<string, number>();

  constructor(
    rules: readonly PlatformFaultRule[],
    private readonly clock: Clock,
  ) {
    this.rules = rules.map((rule) => new ActiveRule(rule));
  }

  /** Call it when an execution starts. */
  start(): void {
    this.begin(undefined);
  }

  /** @throws InvalidFaults if a rule names a state or a function that does not exist */
  checkNames(states: readonly string[], functions: readonly string[], rules: readonly string[]): void {
    const check = (what: string, name: string | undefined, known: readonly string[]): void => {
      if (name === undefined || name === '*' || known.includes(name)) return;
      throw new InvalidFaults(`A rule names the ${what} ${name}. There are: ${known.join(', ')}.`);
    };
    for (const { rule } of this.rules) {
      check('state', rule.state, states);
      check('state', rule.since, states);
      check('function', rule.function, functions);
      check('rule', rule.rule, rules);
    }
  }

  /** The fault of an invocation, if it has one. */
  ofInvocation({ state, functionNames }: InvocationTarget): InvocationFault | undefined {
    const [id = ''] = functionNames;
    if (this.clock.now() < (this.inactiveUntil.get(id) ?? -Infinity)) return { kind: 'inactive' };
    const fault = this.next(
      (rule) =>
        !NOT_OF_INVOCATIONS.has(rule.fault.kind) &&
        matches(rule.state, state === undefined ? [] : [state]) &&
        matches(rule.function, functionNames),
    );
    if (fault?.kind === 'inactive') this.inactiveUntil.set(id, this.clock.now() + (fault.milliseconds ?? 60_000));
    return fault as InvocationFault | undefined;
  }

  /**
   * Call it when an execution enters a state.
   *
   * @returns whether the execution is stopped there
   */
  ofState(state: string): FaultOf<'stop-execution'> | undefined {
    this.begin(state);
    const fault = this.next((rule) => rule.fault.kind === 'stop-execution' && matches(rule.state, [state]));
    return fault as FaultOf<'stop-execution'> | undefined;
  }

  /** Call it when an event is delivered to a target of the rule or schedule with these names. */
  ofDelivery(ruleNames: readonly string[]): FaultOf<'undelivered'> | undefined {
    const fault = this.next((rule) => rule.fault.kind === 'undelivered' && matches(rule.rule, ruleNames));
    return fault as FaultOf<'undelivered'> | undefined;
  }

  /** The lag, in milliseconds, of reads of the execution or Map Run with that name. */
  lagOf(name: string): number {
    const now = this.clock.now();
    const active = this.rules.find((each) => each.rule.fault.kind === 'lagging-reads' && each.isInWindow(now));
    if (active === undefined) return 0;
    const { milliseconds: longest } = active.rule.fault as FaultOf<'lagging-reads'>;
    return longest * fractionOf(`${active.rule.seed ?? 0}/lag/${name}`);
  }

  private next(isFor: (rule: PlatformFaultRule) => boolean): PlatformFault | undefined {
    const now = this.clock.now();
    const selected = this.rules.find(
      (active) => isFor(active.rule) && active.isInWindow(now) && active.select(randomOf),
    );
    return selected?.rule.fault;
  }

  private begin(since: string | undefined): void {
    for (const active of this.rules) if (active.rule.since === since) active.begin(this.clock.now());
  }
}

function randomOf(seed: string | number, match: number): number {
  return fractionOf(`${seed}/${match}`);
}

function matches(wanted: string | undefined, names: readonly string[]): boolean {
  return wanted === undefined || (wanted === '*' && names.length > 0) || names.includes(wanted);
}

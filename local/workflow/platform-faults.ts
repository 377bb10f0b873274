import { type Clock } from './clock';
import { InvalidFaults } from './errors';
import { asText, isObject } from './json';
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

export interface PlatformFaultRule {
  /** Name of a state, also of a state in a Map; `*` matches all states. */
  readonly state?: string;
  /** Logical ID, construct ID or name of a function; `*` matches all functions. */
  readonly function?: string;
  /**
   * Logical ID, construct path or name of an EventBridge rule or schedule, for `undelivered`; `*` matches all of them.
   */
  readonly rule?: string;
  /** Number of matching invocations before the first fault. Default 0. */
  readonly skip?: number;
  /** Maximum number of faults. Default: unlimited. */
  readonly times?: number;
  /** Probability of the fault for each match, 0 to 1. Default 1. */
  readonly probability?: number;
  /** The same seed selects the same matches in every run. Default `0`. */
  readonly seed?: string | number;
  /** Start of the faults, in milliseconds after `since`. Default 0. */
  readonly after?: number;
  /** End of the faults, in milliseconds after `since`. Default: never. */
  readonly until?: number;
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
const FIELDS: Readonly<Record<PlatformFault['kind'], readonly string[]>> = {
  throttled: [],
  error: ['name', 'message'],
  inactive: ['milliseconds'],
  killed: ['afterRequests', 'error'],
  'timed-out': ['afterRequests', 'error'],
  'answer-lost': ['error'],
  duplicated: [],
  'stop-execution': ['error', 'cause'],
  undelivered: ['error', 'message'],
  'lagging-reads': ['milliseconds'],
};
const RULE_FIELDS = [
  ...['state', 'function', 'rule', 'skip', 'times', 'probability', 'seed', 'after', 'until', 'since', 'fault'],
];
/** Other fields than states and functions that select faults of a kind. */
const SELECTORS: Readonly<Record<string, readonly string[]>> = {
  'lagging-reads': [],
  'stop-execution': ['state'],
  undelivered: ['rule'],
};
const NUMBERS = ['skip', 'times', 'after', 'until', 'milliseconds', 'afterRequests'];

interface ActiveRule {
  readonly rule: PlatformFaultRule;
  /** Start of the time of `after` and `until`. */
  start: number | undefined;
  seen: number;
  done: number;
}

/**
 * Reads rules from the text of a file: a JSON array, or one rule per line.
 *
 * @throws InvalidFaults
 */
export function parsePlatformFaults(text: string, name: string): readonly PlatformFaultRule[] {
  const trimmed = text.trim();
  const lines = trimmed.split('\n').filter((line) => line.trim() !== '');
  let rules: unknown;
  try {
    rules = trimmed.startsWith('[') ? JSON.parse(trimmed) : lines.map((line): unknown => JSON.parse(line));
  } catch (error) {
    throw new InvalidFaults(`${name} is not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(rules)) throw new InvalidFaults(`${name} does not hold a JSON array of rules.`);
  return rules.map((rule) => checkRule(rule, name));
}

/** A misspelt field would make a rule match more than it should. */
function checkRule(rule: unknown, name: string): PlatformFaultRule {
  const fail = (why: string): never => {
    throw new InvalidFaults(`${name}: ${why} in the rule ${JSON.stringify(rule)}`);
  };
  if (!isObject(rule) || !isObject(rule.fault)) return fail('{"state": "CopyPart", "fault": {"kind": …}} is expected');
  const { fault } = rule;
  const kind = asText(fault.kind);
  if (!Object.hasOwn(FIELDS, kind))
    return fail(`the kind of the fault is not one of ${Object.keys(FIELDS).join(', ')}`);
  const known = FIELDS[kind as PlatformFault['kind']];
  const unknown = [
    ...Object.keys(rule).filter((field) => !RULE_FIELDS.includes(field)),
    ...Object.keys(fault).filter((field) => field !== 'kind' && !known.includes(field)),
  ];
  if (unknown.length > 0) fail(`there is no field ${unknown.join(', ')}`);
  for (const [field, value] of Object.entries({ ...rule, ...fault })) {
    if (NUMBERS.includes(field) && !(typeof value === 'number' && value >= 0)) fail(`${field} is not a number from 0`);
  }
  const { probability = 1 } = rule;
  if (!(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
    fail('the probability is not between 0 and 1');
  }
  const selectors = (Object.hasOwn(SELECTORS, kind) ? SELECTORS[kind] : undefined) ?? ['state', 'function'];
  if (selectors.length > 0 && !selectors.some((field) => field in rule)) {
    fail(`a ${selectors.join(' or a ')} is missing ("*" is every one)`);
  }
  const wrong = ['state', 'function', 'rule'].find((field) => field in rule && !selectors.includes(field));
  if (wrong !== undefined) fail(`${wrong} makes no sense`);
  return rule as unknown as PlatformFaultRule;
}

/** Simulates faults of Lambda and Step Functions by rules. If several rules match, the first one applies. */
export class PlatformFaults {
  private readonly rules: readonly ActiveRule[];
  private readonly inactiveUntil = new Map<string, number>();

  constructor(
    rules: readonly PlatformFaultRule[],
    private readonly clock: Clock,
  ) {
    this.rules = rules.map((rule) => ({ rule, start: undefined, seen: 0, done: 0 }));
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
      ({ rule }) =>
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
    const fault = this.next(({ rule }) => rule.fault.kind === 'stop-execution' && matches(rule.state, [state]));
    return fault as FaultOf<'stop-execution'> | undefined;
  }

  /** Call it when an event is delivered to a target of the rule or schedule with these names. */
  ofDelivery(ruleNames: readonly string[]): FaultOf<'undelivered'> | undefined {
    const fault = this.next(({ rule }) => rule.fault.kind === 'undelivered' && matches(rule.rule, ruleNames));
    return fault as FaultOf<'undelivered'> | undefined;
  }

  /** The lag, in milliseconds, of reads of the execution or Map Run with that name. */
  lagOf(name: string): number {
    const active = this.rules.find((each) => each.rule.fault.kind === 'lagging-reads' && this.isTime(each));
    if (active === undefined) return 0;
    const { milliseconds } = active.rule.fault as FaultOf<'lagging-reads'>;
    return milliseconds * fractionOf(`${active.rule.seed ?? 0}/lag/${name}`);
  }

  private next(isFor: (active: ActiveRule) => boolean): PlatformFault | undefined {
    for (const active of this.rules) {
      const { rule } = active;
      if (!isFor(active) || !this.isTime(active)) continue;
      const number = active.seen++;
      if (number < (rule.skip ?? 0) || active.done >= (rule.times ?? Infinity)) continue;
      if (fractionOf(`${rule.seed ?? 0}/${number}`) >= (rule.probability ?? 1)) continue;
      active.done++;
      return rule.fault;
    }
    return undefined;
  }

  private begin(since: string | undefined): void {
    for (const active of this.rules) if (active.rule.since === since) active.start ??= this.clock.now();
  }

  private isTime({ rule: { after = 0, until = Infinity }, start }: ActiveRule): boolean {
    const now = this.clock.now();
    return start !== undefined && now >= start + after && now < start + until;
  }
}

function matches(wanted: string | undefined, names: readonly string[]): boolean {
  return wanted === undefined || (wanted === '*' && names.length > 0) || names.includes(wanted);
}

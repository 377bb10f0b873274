/*
 * What executions cannot request: changes of fixed options, and values beyond the limits of other options. Whoever deploys the workflow
 * chooses the defaults and fixed options, so no limit applies to them.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  asFixed,
  asInput,
  groupOf,
  isConfidentialOption,
  nameOf,
  type RawOptions,
  valueProblems,
} from './option-rules';
import { show } from './problems';

/** Limits of what executions can set. What is absent is as in `DEFAULT_LIMITS`. */
export interface ExecutionLimits {
  /** Canned ACLs. */
  readonly acls?: readonly string[];
  /** Whether executions can set a retention in compliance mode. */
  readonly compliance?: boolean;
  /** Of retentions, from the start of the execution, whether the execution sets them or the source has them. */
  readonly retentionDays?: number;
  readonly restoreDays?: number;
  /** Whether executions can name a version of the source. */
  readonly versions?: boolean;
}

/** What cannot be undone has to be allowed by whoever deploys the workflow. */
export const DEFAULT_LIMITS = {
  acls: ['private', 'bucket-owner-read', 'bucket-owner-full-control', 'aws-exec-read'],
  compliance: false,
  restoreDays: 30,
  versions: true,
} as const satisfies ExecutionLimits;

/** Part of `WorkflowSettings`. */
export interface Restrictions {
  readonly maxConcurrency: number;
  /** Options for executions that leave them out. */
  readonly options?: RawOptions;
  /** Options that no execution changes. */
  readonly fixed?: RawOptions;
  readonly limits?: ExecutionLimits;
}

/** What an execution requests. Each value is valid by itself. */
export interface Requested {
  /** The options of the execution, without those of the workflow. */
  readonly options: RawOptions;
  readonly versionId?: string;
}

/** @returns what the workflow does not allow, each as a sentence without an end */
export function restrictionProblems(requested: Requested, restrictions: Restrictions): string[] {
  return [...fixedProblems(requested.options, restrictions.fixed ?? {}), ...limitProblems(requested, restrictions)];
}

function fixedProblems(own: RawOptions, fixed: RawOptions): string[] {
  const fixedValues = new Map(Object.entries(fixed));
  return Object.entries(own).flatMap(([name, value]) => {
    const group = groupOf(name);
    const by = Object.hasOwn(fixed, name)
      ? name
      : Object.keys(fixed).find((other) => group !== undefined && groupOf(other) === group);
    if (by === undefined || (by === name && isDeepStrictEqual(value, fixedValues.get(name)))) return [];
    const shown = (option: string, optionValue: unknown) =>
      isConfidentialOption(option) ? '' : ` ${show(optionValue)}`;
    return [
      `${asInput([name])}${shown(name, value)} conflicts with ${asFixed([by])}${shown(by, fixedValues.get(by))}, which no execution can change`,
    ];
  });
}

/** Of a limit: the option, whether a value is beyond it, and what the workflow allows. */
type Limit = readonly [path: readonly [string, string?], isBeyond: (value: never) => boolean, allowed: string];

function limitProblems(
  { options, versionId }: Requested,
  { maxConcurrency, options: defaults, limits }: Restrictions,
): string[] {
  const { acls, compliance, restoreDays, versions } = { ...DEFAULT_LIMITS, ...limits };
  const rows: Limit[] = [
    [['maxConcurrency'], (value: number) => value > maxConcurrency, `at most ${maxConcurrency} (maxConcurrency)`],
    [['acl'], (value: string) => !acls.includes(value), `${acls.join(', ')} (limits.cannedAcls)`],
    [
      ['objectLockMode'],
      (value: string) => value === 'COMPLIANCE' && !compliance,
      "GOVERNANCE; nobody can undo 'COMPLIANCE' (limits.complianceRetention)",
    ],
    [['restore', 'days'], (value: number) => value > restoreDays, `at most ${restoreDays} days (limits.maxRestoreFor)`],
  ];
  const beyond = rows.flatMap(([path, isBeyond, allowed]) => {
    const [value, chosen] = [valueAt(options, path), valueAt(defaults ?? {}, path)];
    if (value === undefined || value === chosen || !isBeyond(value as never)) return [];
    return [`${asInput(path as readonly string[])} is ${show(value)}, and this workflow allows ${allowed}`];
  });
  if (versionId === undefined || versions) return beyond;
  return [
    `${nameOf(['source', 'versionId'])} names a version, and this workflow copies only current versions (limits.sourceVersions)`,
    ...beyond,
  ];
}

function valueAt(options: RawOptions, [name, field]: readonly [string, string?]): unknown {
  const value = new Map(Object.entries(options)).get(name);
  if (field === undefined || typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value)).get(field);
}

/** Checks the retention of a copy, whether the execution or the source determines it. @returns undefined if it is allowed */
export function retentionProblem(
  retainUntil: string | undefined,
  startTime: string,
  { retentionDays }: ExecutionLimits = {},
): string | undefined {
  if (retainUntil === undefined || retentionDays === undefined) return undefined;
  const latest = Date.parse(startTime) + retentionDays * 86_400_000;
  if (Date.parse(retainUntil) <= latest) return undefined;
  return `the copy would be retained until ${retainUntil}, and this workflow allows ${retentionDays} days, until ${new Date(latest).toISOString()} (limits.maxRetention)`;
}

/** The limits that allow an execution with these options, as far as they are valid. */
export function neededLimits(options: RawOptions): ExecutionLimits {
  const { acl, objectLockMode, restore } = valueProblems(options).length === 0 ? options : {};
  const days = (restore as { readonly days?: unknown } | undefined)?.days;
  return {
    ...(typeof acl === 'string' && { acls: [acl] }),
    ...(objectLockMode === 'COMPLIANCE' && { compliance: true }),
    ...(typeof days === 'number' && { restoreDays: days }),
  };
}

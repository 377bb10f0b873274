import { modelledSeconds } from '../../../lib/private/estimates/copy-model';
import type { CopyResult, CopyState, PartPlan } from '../../../lib/private/protocol';
import type { Visit } from './history';
import { isObject, parseObject } from './json';
import type { CopyEnd, CopySummary } from './report';

const ACTIONS: readonly string[] = [
  'NOTHING',
  'RESTORE',
  'WAIT_FOR_RESTORE',
  'COPY_OBJECT',
  'COPY_PARTS',
] satisfies CopyState['action'][];

/** Options whose values may be confidential. A report may be attached to a ticket, so it does not contain them. */
const PRIVATE_OPTIONS = ['metadata', 'tagging', 'tags'];

/**
 * Summarizes the copy: source, destination, plan and result. Undefined for an execution of another workflow.
 *
 * @param input of the execution, JSON text
 * @param output of the execution, JSON text
 */
export function readCopy(
  visits: readonly Visit[],
  input: string | undefined,
  output: string | undefined,
): CopySummary | undefined {
  const state = planned(visits);
  const result = resultOf(parseObject(output));
  const source = endOf(result?.source) ?? endOf(state?.source) ?? endOf(state?.result?.source);
  const destination = endOf(result?.destination) ?? endOf(state?.destination) ?? endOf(state?.result?.destination);
  if (source === undefined || destination === undefined) return undefined;
  const { plan } = state ?? {};
  const bytes = plan?.length ?? result?.source.size ?? state?.source?.size;
  return {
    action: state?.action ?? 'UNKNOWN',
    source: { ...endOf(state?.source), ...source },
    destination: { ...endOf(state?.destination), ...destination },
    ...(bytes !== undefined && { bytes }),
    storageClass: state?.properties?.storageClass ?? 'STANDARD',
    ...(plan && { plan, ...expectation(plan, state?.partNumbers?.length ?? plan.parts) }),
    ...(result && { result }),
    options: optionsOf(parseObject(input)),
  };
}

/** @param missing number of parts that have to be copied */
function expectation(plan: PartPlan, missing: number): Pick<CopySummary, 'reusedParts' | 'expectedSeconds'> {
  if (missing === plan.parts) return { expectedSeconds: modelledSeconds(plan, plan.length) };
  const expectedSeconds = missing === 0 ? 0 : modelledSeconds({ ...plan, parts: missing }, plan.length);
  return { reusedParts: plan.parts - missing, expectedSeconds };
}

/** The fields of Plan's output that a report uses. All are optional, because the history may be from another version of the workflow. */
interface Planned {
  readonly action: CopySummary['action'];
  readonly source?: { readonly size?: number };
  readonly destination?: object;
  readonly plan?: PartPlan;
  readonly partNumbers?: readonly number[];
  readonly properties?: { readonly storageClass?: string };
  readonly result?: { readonly source?: object; readonly destination?: object };
}

/** The last output of Plan. */
function planned(visits: readonly Visit[]): Planned | undefined {
  const state = visits
    .map(({ output }) => parseObject(output))
    .filter((value) => typeof value?.action === 'string' && ACTIONS.includes(value.action))
    .at(-1);
  if (state === undefined) return undefined;
  const { plan, partNumbers, ...rest } = state;
  return {
    ...rest,
    ...(isPlan(plan) && { plan }),
    ...(Array.isArray(partNumbers) && { partNumbers }),
  } as unknown as Planned;
}

function isPlan(plan: unknown): plan is PartPlan {
  if (!isObject(plan)) return false;
  const { parts, partSize, length, maxConcurrency } = plan;
  return [parts, partSize, length, maxConcurrency].every((value) => typeof value === 'number' && value > 0);
}

function resultOf(output: Record<string, unknown> | undefined): CopyResult | undefined {
  const { status, source, destination, integrity } = output ?? {};
  const isResult = typeof status === 'string' && isObject(source) && isObject(destination) && isObject(integrity);
  return isResult ? (output as unknown as CopyResult) : undefined;
}

function endOf(object: unknown): CopyEnd | undefined {
  if (!isObject(object)) return undefined;
  const { bucket, key, versionId, region } = object;
  if (typeof bucket !== 'string' || typeof key !== 'string') return undefined;
  return {
    bucket,
    key,
    ...(typeof versionId === 'string' && versionId !== '' && { versionId }),
    ...(typeof region === 'string' && { region }),
  };
}

function optionsOf(input: Record<string, unknown> | undefined): [string, string][] {
  const { options } = input ?? {};
  if (!isObject(options)) return [];
  return Object.entries(options).map(([name, value]) => [name, optionText(name, value)]);
}

function optionText(name: string, value: unknown): string {
  if (PRIVATE_OPTIONS.includes(name)) return '(not shown)';
  if (isObject(value)) return Object.keys(value).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

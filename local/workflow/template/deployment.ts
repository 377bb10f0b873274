import { InvalidAssembly, InvalidParameter, StateMachineNotFound } from '../errors';
import { asObject } from '../json';
import { type MissingContext, readAssembly, readTemplateFile, type StackSource } from './assembly';
import { describeStack, type DeployedOutput, type DeployedStack } from './deployed-stack';
import {
  type DeployedQueue,
  type DeployedRule,
  type DeployedSchedule,
  findQueues,
  findRules,
  findSchedules,
} from './events';
import { DeployedFunction } from './functions';
import { withNestedStacks } from './nested-stacks';
import { References } from './references';
import { findRoles, type DeployedRole } from './roles';
import { Stack } from './stack';
import { DeployedStateMachine } from './state-machines';
import {
  findAccessPoints,
  findBuckets,
  findKeys,
  findSecrets,
  type DeployedAccessPoint,
  type DeployedBucket,
  type DeployedKey,
  type DeployedSecret,
} from './storage';

export interface DeploymentOptions {
  /**
   * Name, artifact ID or display name of one stack; only this stack and its dependencies are used. Default: all stacks.
   */
  readonly stack?: string;
  /** Region of stacks without an environment. Default `us-east-1`. */
  readonly region?: string;
  /** Account of stacks without an environment. Default `123456789012`, the account of AWS's examples. */
  readonly accountId?: string;
  /**
   * Values of template parameters, and of SSM parameters that no stack creates, by name. `Stack:Name` sets a parameter
   * of one stack.
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The resources of a cloud assembly that a state machine needs, with resolved intrinsic functions. Nothing is created:
 * the caller creates the buckets, and `LocalStepFunctions` runs the rest. Names and ARNs that AWS would generate are
 * derived from the stack name and the logical ID, so they are the same in every run.
 */
export class LocalDeployment {
  /** @throws InvalidAssembly */
  static fromAssembly(directory: string, options: DeploymentOptions = {}): LocalDeployment {
    const sources = readAssembly(directory);
    if (options.stack === undefined) return new LocalDeployment(sources, options);
    return new LocalDeployment(withDependencies(sources, findStack(sources, options.stack)), options);
  }

  /**
   * One template file, inside or outside of a cloud assembly. Assets are searched next to it. Inside an assembly, the
   * stacks that it depends on are included.
   *
   * @throws InvalidAssembly
   */
  static fromTemplate(file: string, options: DeploymentOptions = {}): LocalDeployment {
    const { stacks, stack } = readTemplateFile(file);
    return new LocalDeployment(withDependencies(stacks, stack), options);
  }

  readonly buckets: readonly DeployedBucket[];
  readonly accessPoints: readonly DeployedAccessPoint[];
  readonly secrets: readonly DeployedSecret[];
  readonly keys: readonly DeployedKey[];
  readonly functions: readonly DeployedFunction[];
  readonly stateMachines: readonly DeployedStateMachine[];
  /** Roles with all policy documents that the templates attach to them. */
  readonly roles: readonly DeployedRole[];
  readonly rules: readonly DeployedRule[];
  readonly schedules: readonly DeployedSchedule[];
  readonly queues: readonly DeployedQueue[];
  readonly stacks: readonly DeployedStack[];
  readonly outputs: readonly DeployedOutput[];
  /** Context values that are not in `cdk.context.json`. */
  readonly missingContext: readonly MissingContext[];

  private constructor(sources: readonly StackSource[], options: DeploymentOptions) {
    const parameters = new Map(Object.entries(options.parameters ?? {}));
    checkParameterNames(sources, parameters.keys());
    const references = new References();
    const stacks = sources.flatMap((source) =>
      withNestedStacks(
        new Stack(source, {
          region: source.region ?? options.region ?? 'us-east-1',
          accountId: source.accountId ?? options.accountId ?? '123456789012',
          // In the format of `cdk deploy --parameters`: for all stacks, or for one.
          parameter: (name) => parameters.get(`${source.name}:${name}`) ?? parameters.get(name),
          references,
        }),
      ),
    );
    for (const stack of stacks) references.add(stack);
    this.buckets = stacks.flatMap(findBuckets);
    this.accessPoints = stacks.flatMap(findAccessPoints);
    this.secrets = stacks.flatMap(findSecrets);
    this.keys = stacks.flatMap(findKeys);
    this.functions = stacks.flatMap((stack) =>
      stack.resources('AWS::Lambda::Function').map((resource) => new DeployedFunction(resource)),
    );
    this.stateMachines = stacks.flatMap((stack) =>
      stack.resources('AWS::StepFunctions::StateMachine').map((resource) => new DeployedStateMachine(resource)),
    );
    this.roles = findRoles(stacks);
    this.rules = stacks.flatMap(findRules);
    this.schedules = stacks.flatMap(findSchedules);
    this.queues = stacks.flatMap(findQueues);
    this.stacks = stacks.map(describeStack);
    this.missingContext = sources.flatMap(({ missingContext = [] }) => missingContext);
    this.outputs = this.stacks.flatMap(({ outputs }) => outputs);
  }

  /**
   * Finds a state machine by its logical ID, name, ARN or construct path (`Copy` or `Stack/Copy` for `new
   * MultipartCopyWorkflow(stack, 'Copy')`). Default: the only state machine.
   *
   * @throws StateMachineNotFound if none or several match
   */
  stateMachine(wanted?: string): DeployedStateMachine {
    const candidates = wanted === undefined ? this.stateMachines : bestMatches(this.stateMachines, wanted);
    const [found] = candidates;
    if (candidates.length === 1 && found !== undefined) return found;
    if (this.stateMachines.length === 0) {
      throw new StateMachineNotFound(
        'The template contains no AWS::StepFunctions::StateMachine. Specify the app or template of a stack with a MultipartCopyWorkflow.',
      );
    }
    const paths = (candidates.length === 0 ? this.stateMachines : candidates).map(({ path }) => path).join(', ');
    if (candidates.length === 0) {
      throw new StateMachineNotFound(`No state machine is called "${wanted}". There are: ${paths}.`);
    }
    const count = `${candidates.length} state machines${wanted === undefined ? '' : ` called "${wanted}"`}`;
    throw new StateMachineNotFound(`There are ${count}: ${paths}. Specify one of these paths (--state-machine).`);
  }
}

function bestMatches(machines: readonly DeployedStateMachine[], wanted: string): DeployedStateMachine[] {
  const best = Math.max(0, ...machines.map((machine) => machine.matches(wanted)));
  return best === 0 ? [] : machines.filter((machine) => machine.matches(wanted) === best);
}

/** @throws InvalidParameter for a name that no template contains, since a misspelled name would be ignored */
function checkParameterNames(sources: readonly StackSource[], names: Iterable<string>): void {
  for (const name of names) {
    const isKnown = sources.some((source) => {
      const own = name.startsWith(`${source.name}:`) ? name.slice(source.name.length + 1) : name;
      return Object.hasOwn(asObject(source.template.Parameters), own) || JSON.stringify(source.template).includes(own);
    });
    if (isKnown) continue;
    const known = sources.flatMap((source) => Object.keys(asObject(source.template.Parameters)));
    throw new InvalidParameter(
      `No template has a parameter ${name}, which --parameter names. There are: ${[...new Set(known)].join(', ') || 'none'}.`,
    );
  }
}

function findStack(sources: readonly StackSource[], wanted: string): StackSource {
  const found = sources.find((source) => source.name === wanted || source.aliases.includes(wanted));
  if (found !== undefined) return found;
  const names = sources.map((source) => source.name).join(', ');
  throw new InvalidAssembly(`There is no stack "${wanted}". The assembly contains: ${names || 'no stack'}.`);
}

function withDependencies(sources: readonly StackSource[], root: StackSource): StackSource[] {
  const taken = new Set<StackSource>();
  const take = (source: StackSource): void => {
    if (taken.has(source)) return;
    taken.add(source);
    sources.filter((other) => source.dependencies.some((id) => other.aliases.includes(id))).forEach(take);
  };
  take(root);
  return sources.filter((source) => taken.has(source));
}

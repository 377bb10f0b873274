import { App, type AppProps, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { CopyDestination, CopySource, MultipartCopyWorkflow, type MultipartCopyWorkflowProps } from '../../lib';
import { flatten } from '../asl';

// aws-cdk-lib's own check of templates takes longer than most of these tests; one test has it on.
process.env.CDK_VALIDATION = 'false';

afterAll(() => CloudAssembly.cleanupTemporaryDirectories());

/** A stack in an app of its own: nothing is shared between tests. */
export function newStack(context: AppProps['context'] = {}, props: StackProps = {}): Stack {
  return new Stack(new App({ context, analyticsReporting: false }), 'Test', props);
}

/** What a test says of the ends of copies. */
export type Locations = Partial<Pick<MultipartCopyWorkflowProps, 'sources' | 'destinations'>>;

export interface Copy {
  readonly stack: Stack;
  readonly workflow: MultipartCopyWorkflow;
  /** Synthesizes, so comes last. */
  readonly template: () => Template;
}

/** A workflow `Copy` between the buckets `Source` and `Destination`, unless the props name others. */
export function copy(props: Partial<MultipartCopyWorkflowProps> = {}, stack = newStack()): Copy {
  const workflow = new MultipartCopyWorkflow(stack, 'Copy', {
    ...props,
    sources: props.sources ?? [CopySource.bucket(new s3.Bucket(stack, 'Source'))],
    destinations: props.destinations ?? [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'))],
  });
  return { stack, workflow, template: () => Template.fromStack(stack) };
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The one resource of a type whose logical id, without its hash, is `id`. */
export function resource(template: Template, type: string, id: string): { logicalId: string; Properties: any } {
  const found = Object.entries(template.findResources(type)).filter(([key]) => key.replace(/[0-9A-F]{8}$/, '') === id);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} are called ${id}`);
  const [logicalId, { Properties }] = found[0]!;
  return { logicalId, Properties };
}

/** All statements that a role of the template has, sorted; the id is without its hash. */
export function statementsOf(template: Template, roleId: string): Statement[] {
  const role = resource(template, 'AWS::IAM::Role', roleId);
  for (const other of ['ManagedPolicyArns', 'Policies']) {
    if (other in role.Properties) throw new Error(`${roleId} has ${other}`);
  }
  return sorted(
    Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => Properties.Roles?.some((entry: { Ref: string }) => entry.Ref === role.logicalId))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.map(toStatement)),
  );
}

export function toStatement(raw: Record<string, unknown>): Statement {
  const { Action, Resource, ...rest } = flatten(raw) as any;
  return { ...rest, Action: [Action].flat(), Resource: [Resource].flat() };
}

export function allow(actions: string[], resources: string | string[], condition?: Statement['Condition']): Statement {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: [resources].flat(),
    ...(condition && { Condition: condition }),
  };
}

export function sorted(statements: Statement[]): Statement[] {
  const text = ({ Action, Resource, Condition }: Statement) => JSON.stringify([Action, Resource, Condition]);
  return [...statements].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, type CfnElement, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgeFindings } from '../../examples/cdk-nag/acknowledge';
import {
  ChildExecutions,
  CopyDestination,
  CopySource,
  type MultipartCopyWorkflow,
  type MultipartCopyWorkflowProps,
} from '../../lib';
import { copy, newStack } from './support';

const DOCUMENT = readFileSync(join(__dirname, '..', '..', 'docs', 'cdk-nag.md'), 'utf8');

interface Report {
  readonly pluginReports: {
    readonly pluginName: string;
    readonly violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[];
  }[];
}

/** A workflow with all that it can have, and what cdk-nag finds in it: not in the buckets, which are the user's. */
function findings(
  prepare: (workflow: MultipartCopyWorkflow) => void = () => undefined,
  more: CopySource[] = [],
  stack = newStack(),
  props: Partial<MultipartCopyWorkflowProps> = {},
): string[] {
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234');
  const { workflow } = copy(
    {
      sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { prefix: 'raw/', encryptionKey }), ...more],
      destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'))],
      copyAcl: true,
      copyObjectLock: true,
      copyAnnotations: true,
      allowRestore: true,
      customerKeys: [secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'sse-c')],
      vpc: new ec2.Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }),
      childExecutions: ChildExecutions.AUTO,
      notifications: {},
      ...props,
    },
    stack,
  );
  workflow.copyOnObjectCreated('OnUpload', { deadLetterQueue: new sqs.Queue(stack, 'Dead') });
  prepare(workflow);
  const app = stack.node.root as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    app.synth();
  } catch {
    // What is found is in the report.
  } finally {
    log.mockRestore();
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report;
  const { violations } = report.pluginReports.find(({ pluginName }) => pluginName === 'AwsSolutions')!;
  return violations.flatMap(({ ruleName, violatingConstructs }) =>
    violatingConstructs
      .filter(({ constructPath }) => /^Test\/(Copy|Machine)\//.test(constructPath))
      .map(({ constructPath }) => `${constructPath.replace('Test/Copy/', '')}: ${ruleName}`),
  );
}

const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
const NAME_OF_ARN = '{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"CopyStateMachine"}]}]}';
const PUBLISHED: [string, string[]][] = [
  ['CopyRole/DefaultPolicy', ['<Source.Arn>/raw/*', '<Destination.Arn>/*', '*']],
  ['StateMachine/Role/DefaultPolicy', ['*']],
  [
    'StateMachine/DistributedMapPolicy',
    [
      `${STATES}:execution:${NAME_OF_ARN}:*`,
      `${STATES}:execution:${NAME_OF_ARN}/CopyParts:*`,
      `${STATES}:execution:${NAME_OF_ARN}/CopyPartsExpress:*`,
    ],
  ],
  [
    'MapRunPolicy',
    [
      `${STATES}:execution:<CopyStateMachine.Name>:*`,
      `${STATES}:mapRun:<CopyStateMachine.Name>/CopyParts:*`,
      `${STATES}:execution:<CopyStateMachine.Name>/CopyParts:*`,
      ...['mapRun', 'execution', 'express'].map(
        (kind) => `${STATES}:${kind}:<CopyStateMachine.Name>/CopyPartsExpress:*`,
      ),
    ],
  ],
  ['SweeperRole/DefaultPolicy', ['<Destination.Arn>/*', '*', `${STATES}:execution:<CopyStateMachine.Name>:*`]],
  ['NotifierRole/DefaultPolicy', ['*', `${STATES}:execution:<CopyStateMachine.Name>:*`]],
];

test('cdk-nag finds exactly what docs/cdk-nag.md lists', () => {
  const expected = PUBLISHED.flatMap(([policy, resources]) =>
    resources.map((resource) => `${policy}/Resource: AwsSolutions-IAM5[Resource::${resource}]`),
  );
  const found = findings().map((finding) => finding.replace(/(?<=Source|Destination|StateMachine)[0-9A-F]{8}/g, ''));
  expect(found.sort()).toEqual(expected.sort());
  for (const [policy] of PUBLISHED) expect(DOCUMENT).toContain(`\`${policy}\``);
});

test('the acknowledgements cover all findings', () => {
  expect(
    findings((workflow) =>
      acknowledgeFindings(workflow, ['<Source71E471F1.Arn>/raw/*', '<Destination920A3C57.Arn>/*']),
    ),
  ).toEqual([]);
});

describe('the acknowledgements cover all findings', () => {
  const recommended = JSON.parse(
    readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
  ) as Record<string, unknown>;
  const env = { account: '111122223333', region: 'eu-west-1' };

  test.each<[string, Record<string, unknown>, StackProps]>([
    ['without an environment, with the feature flags of cdk init', recommended, {}],
    ['with an environment', {}, { env }],
    ['with an environment and the feature flags of cdk init', recommended, { env }],
    ['with an environment and literal partitions', { '@aws-cdk/core:enablePartitionLiterals': true }, { env }],
  ])('%s', (_, context, props) => {
    const acknowledge = (workflow: MultipartCopyWorkflow) => {
      const stack = Stack.of(workflow);
      const [source, destination] = ['Source', 'Destination'].map((id) =>
        stack.getLogicalId(stack.node.findChild(id).node.defaultChild as CfnElement),
      );
      acknowledgeFindings(workflow, [`<${source}.Arn>/raw/*`, `<${destination}.Arn>/*`]);
    };
    expect(findings(acknowledge, [], newStack(context, props))).toEqual([]);
  });
});

test('the acknowledgements cover the policies of roles that are brought', () => {
  const stack = newStack();
  const role = (id: string, service: string) =>
    new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal(`${service}.amazonaws.com`) });
  const props = {
    copyRole: role('Workers', 'lambda'),
    sweeper: { role: role('Sweeper', 'lambda') },
    notifications: { role: role('Notifier', 'lambda') },
    stateMachineRole: role('Machine', 'states'),
  };
  const keys = ['<Source71E471F1.Arn>/raw/*', '<Destination920A3C57.Arn>/*'];
  expect(findings((workflow) => acknowledgeFindings(workflow, keys), [], stack, props)).toEqual([]);
});

test('the acknowledgements cover overflow policies', () => {
  const names = Array.from({ length: 20 }, (_, index) => `bucket-with-a-long-name-${index}`);
  const keys = names.map((name) => `arn:<AWS::Partition>:s3:::${name}/*`);
  const more = names.map((name) => CopySource.bucketName(name));
  expect(findings(undefined, more)).toContainEqual(expect.stringMatching('^CopyRole/OverflowPolicy1/Resource: '));
  expect(
    findings(
      (workflow) =>
        acknowledgeFindings(workflow, ['<Source71E471F1.Arn>/raw/*', '<Destination920A3C57.Arn>/*', ...keys]),
      more,
    ),
  ).toEqual([]);
});

test('docs/cdk-nag.md has the acknowledgements of the example', () => {
  const example = readFileSync(join(__dirname, '..', '..', 'examples', 'cdk-nag', 'acknowledge.ts'), 'utf8');
  expect(DOCUMENT).toContain(`\`\`\`ts\n${example}\`\`\``);
});

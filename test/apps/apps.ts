/*
 * Small apps as people write them. Each puts one or two stacks into an app. apps.test.ts synthesizes all of them, and runs
 * those that can run.
 */
import { type App, CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  CopyDestination,
  CopyOutcome,
  CopyOverwrite,
  CopySource,
  MultipartCopyWorkflow,
  type MultipartCopyWorkflowProps,
} from '../../lib';

export const HOME = { env: { account: '123456789012', region: 'us-east-1' } };

type Props = Partial<MultipartCopyWorkflowProps>;

function buckets(stack: Construct): Pick<MultipartCopyWorkflowProps, 'sources' | 'destinations'> {
  return {
    sources: [CopySource.bucket(new s3.Bucket(stack, 'Raw'), { prefix: 'in/' })],
    destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Lake'), { prefix: 'out/' })],
  };
}

function workflow(stack: Construct, props: Props = {}): MultipartCopyWorkflow {
  return new MultipartCopyWorkflow(stack, 'Copy', { ...buckets(stack), ...props });
}

function service(stack: Stack, id: string, name: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal(`${name}.amazonaws.com`) });
}

/** A key whose policy does not leave it to IAM who may use it, and its bucket. */
function lockedBucket(stack: Stack, bucketName?: string): { key: kms.Key; bucket: s3.Bucket } {
  const key = new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
  return { key, bucket: new s3.Bucket(stack, 'Locked', { encryptionKey: key, bucketName }) };
}

function addOwnerStatements(made: MultipartCopyWorkflow, to: CopyDestination, key: kms.Key, bucket: s3.Bucket): void {
  const { bucketPolicy, keyPolicy } = made.ownerStatements(to);
  for (const statement of keyPolicy) key.addToResourcePolicy(statement);
  for (const statement of bucketPolicy) bucket.addToResourcePolicy(statement);
}

function ownedElsewhere(app: App, copyRoleName?: string): void {
  const storage = new Stack(app, 'Storage', HOME);
  const { key, bucket } = lockedBucket(storage);
  const to = CopyDestination.bucket(bucket);
  addOwnerStatements(workflow(new Stack(app, 'Test', HOME), { destinations: [to], copyRoleName }), to, key, bucket);
}

function manyWithKeys(stack: Construct, count: number): CopySource[] {
  return Array.from({ length: count }, (_, index) =>
    CopySource.bucket(new s3.Bucket(stack, `Source${index}`, { encryption: s3.BucketEncryption.KMS })),
  );
}

/** A workflow from isolated subnets into a directory bucket. */
function isolated(stack: Stack): ec2.Vpc {
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  const destinations = [CopyDestination.directoryBucket('fast--use1-az4--x-s3')];
  workflow(stack, { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, destinations });
  return vpc;
}

const one = (build: (stack: Stack) => void) => (app: App) => build(new Stack(app, 'Test', HOME));

export const APPS = {
  'owner statements for a key and a bucket of the same stack': one((stack) => {
    const { key, bucket } = lockedBucket(stack);
    const to = CopyDestination.bucket(bucket);
    addOwnerStatements(workflow(stack, { destinations: [to] }), to, key, bucket);
  }),
  'owner statements for a key and a bucket of another stack': (app: App) => ownedElsewhere(app),
  'owner statements for another stack, with the name of the role': (app: App) => ownedElsewhere(app, 'copies'),
  'a role of its own and 3 buckets with keys': one((stack) => {
    workflow(stack, { copyRole: service(stack, 'Role', 'lambda'), sources: manyWithKeys(stack, 3) });
  }),
  'a role of its own and 40 buckets with keys': one((stack) => {
    workflow(stack, { copyRole: service(stack, 'Role', 'lambda'), sources: manyWithKeys(stack, 40) });
  }),
  '100 locations': one((stack) => {
    workflow(stack, {
      sources: Array.from({ length: 100 }, (_, index) => CopySource.bucketName(`team-${index}-uploads`)),
    });
  }),
  '80 locations with prefixes of their own': (app: App) => {
    // As `cdk init` sets them: policies then have no tokens that the CDK would count as long texts.
    for (const flag of ['core:enablePartitionLiterals', 'aws-iam:minimizePolicies']) {
      app.node.setContext(`@aws-cdk/${flag}`, true);
    }
    workflow(new Stack(app, 'Test', HOME), {
      sources: Array.from({ length: 80 }, (_, index) =>
        CopySource.bucketName(`team-${index}-uploads-production-x`, { prefix: `incoming/${index}/` }),
      ),
    });
  },
  'prefixes that policies escape, with the validation of the CDK': (app: App) => {
    for (const flag of ['enablePartitionLiterals', 'validateAgainstDefaultRules']) {
      app.node.setContext(`@aws-cdk/core:${flag}`, true);
    }
    workflow(new Stack(app, 'Test', HOME), {
      sources: ['in/*', 'a$b?/', '${x}/'].map((prefix) => CopySource.bucketName('raw', { prefix })),
      destinations: [CopyDestination.bucketName('lake', { prefix: '${x}/' })],
    });
  },
  '300 locations': one((stack) => {
    workflow(stack, {
      sources: Array.from({ length: 300 }, (_, index) => CopySource.bucketName(`team-${index}-uploads`)),
    });
  }),
  'Node.js 20': one((stack) => workflow(stack, { runtime: lambda.Runtime.NODEJS_20_X })),
  Python: one((stack) => workflow(stack, { runtime: lambda.Runtime.PYTHON_3_13 })),
  'Node.js 22': one((stack) => workflow(stack, { runtime: lambda.Runtime.NODEJS_22_X })),
  'an access point in another Region': one((stack) => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Far', 'far');
    const arn = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/readers';
    workflow(stack, { sources: [CopySource.accessPoint(arn, { bucket })] });
  }),
  'a directory bucket from isolated subnets, with an endpoint in another VPC': one((stack) => {
    isolated(stack);
    const serviceName = 'com.amazonaws.us-east-1.s3express';
    new ec2.CfnVPCEndpoint(stack, 'OfOthers', { vpcId: 'vpc-0123456789abcdef0', serviceName });
  }),
  'a directory bucket from isolated subnets with its endpoint': one((stack) => {
    const vpc = isolated(stack);
    new ec2.GatewayVpcEndpoint(stack, 'S3Express', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3_EXPRESS });
  }),
  'an encrypted directory bucket as source': one((stack) => {
    const encryptionKey = new kms.Key(stack, 'Key');
    workflow(stack, { sources: [CopySource.directoryBucket('fast--use1-az4--x-s3', { encryptionKey })] });
  }),
  'a key that is known by its alias': one((stack) => {
    const key = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'Source', { encryptionKey: key });
    key.addAlias('alias/data');
    const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'alias/data');
    workflow(stack, { sources: [CopySource.bucket(bucket, { prefix: 'in/', encryptionKey })] });
  }),
  'events about copies, to a queue and to people': one((stack) => {
    const eventBus = new events.EventBus(stack, 'Bus');
    const made = workflow(stack, { notifications: { eventBus, deadLetterQueue: new sqs.Queue(stack, 'Dead') } });
    made.onCopySucceeded('Next', { target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')) });
    made.notify(new sns.Topic(stack, 'People'), { outcomes: [CopyOutcome.FAILED, CopyOutcome.SKIPPED] });
  }),
  'a rule with a destination of its own, and schedules': one((stack) => {
    const destination = CopyDestination.bucket(new s3.Bucket(stack, 'Archive'), { prefix: 'kept/' });
    const made = workflow(stack);
    made.addDestination(destination);
    made.copyOnObjectCreated('OnUpload', { keySuffix: '.mp4', destination, overwrite: CopyOverwrite.IF_DIFFERENT });
    const input = events.RuleTargetInput.fromObject({ source: 's3://raw/in/dump.bin' });
    new events.Rule(stack, 'Nightly', {
      schedule: events.Schedule.rate(Duration.days(1)),
      targets: [made.eventTarget({ input })],
    });
    new scheduler.Schedule(stack, 'Weekly', {
      schedule: scheduler.ScheduleExpression.rate(Duration.days(7)),
      target: new StepFunctionsStartExecution(made.stateMachine, {
        input: scheduler.ScheduleTargetInput.fromObject({ source: 's3://raw/in/dump.bin' }),
      }),
    });
  }),
  'events about copies with an encrypted state machine': one((stack) => {
    workflow(stack, { notifications: {}, encryptionKey: new kms.Key(stack, 'Key') });
  }),
  'roles that are brought': one((stack) => {
    const copyRole = service(stack, 'Workers', 'lambda');
    const made = workflow(stack, {
      copyRole,
      sweeper: { role: copyRole },
      stateMachineRole: service(stack, 'Machine', 'states'),
    });
    made.copyOnObjectCreated('OnUpload', { role: service(stack, 'Rule', 'events') });
  }),
  'one role for functions, state machine and rules': one((stack) => {
    const services = ['lambda', 'states', 'events'].map((name) => new iam.ServicePrincipal(`${name}.amazonaws.com`));
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.CompositePrincipal(...services) });
    const brought = { copyRole: role, sweeper: { role }, stateMachineRole: role, notifications: { role } };
    const made = workflow(stack, brought);
    for (const id of ['First', 'Second']) made.copyOnObjectCreated(id, { role });
  }),
  'roles of another stack': (app: App) => {
    const roles = new Stack(app, 'Roles', HOME);
    const made = workflow(new Stack(app, 'Test', HOME), {
      copyRole: service(roles, 'Workers', 'lambda'),
      sweeper: { role: service(roles, 'Sweeper', 'lambda') },
      stateMachineRole: service(roles, 'Machine', 'states'),
    });
    made.copyOnObjectCreated('OnUpload', { role: service(roles, 'Rule', 'events') });
  },
  'roles that accept no policies': one((stack) => {
    const role = (id: string) =>
      iam.Role.fromRoleArn(stack, id, `arn:aws:iam::123456789012:role/${id}`, { mutable: false });
    const made = workflow(stack, { copyRole: role('A'), sweeper: { role: role('B') }, stateMachineRole: role('C') });
    made.eventTarget({ role: role('D') });
  }),
  'a state machine with the role of another account': one((stack) => {
    const stateMachineRole = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::444455556666:role/theirs');
    workflow(stack, { stateMachineRole });
  }),
  'two workflows with one role': one((stack) => {
    const copyRole = service(stack, 'Role', 'lambda');
    for (const id of ['First', 'Second']) {
      const scope = new Construct(stack, id);
      workflow(scope, { copyRole, sources: manyWithKeys(scope, 9) });
    }
  }),
  'an access point whose policy has the owner statements': one((stack) => {
    const bucket = new s3.Bucket(stack, 'Behind');
    const accessPoint = new s3.CfnAccessPoint(stack, 'Point', { bucket: bucket.bucketName, name: 'readers' });
    const from = CopySource.accessPoint(accessPoint.attrArn, { bucket });
    const { accessPointPolicy, bucketPolicy } = workflow(stack, { sources: [from] }).ownerStatements(from);
    accessPoint.policy = new iam.PolicyDocument({ statements: accessPointPolicy });
    for (const statement of bucketPolicy) bucket.addToResourcePolicy(statement);
  }),
  'an alias that is known at deployment': one((stack) => {
    const name = new CfnParameter(stack, 'Alias', { default: 'alias/data' }).valueAsString;
    const encryptionKey = kms.Alias.fromAliasName(stack, 'Key', name);
    workflow(stack, { sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { encryptionKey })] });
  }),
  'a key for logs that is known by its alias': one((stack) => {
    workflow(stack, { encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/logs') });
  }),
  'a rule that contradicts the fixed options': one((stack) => {
    const made = workflow(stack, { fixedOptions: { overwrite: CopyOverwrite.NEVER } });
    made.copyOnObjectCreated('OnUpload', { overwrite: CopyOverwrite.ALWAYS });
  }),
  'a rule before there is a source': one(
    (stack) => void workflow(stack, { sources: [] }).copyOnObjectCreated('OnUpload'),
  ),
  'wildcards in a rule': one((stack) => {
    const from = CopySource.bucket(new s3.Bucket(stack, 'Bucket', { eventBridgeEnabled: true }), { prefix: 'in/' });
    workflow(stack, { sources: [from] }).copyOnObjectCreated('OnUpload', { keyPrefix: 'in/*', keySuffix: '*.mp4' });
  }),
  'connections without a VPC': one((stack) => void workflow(stack).connections),
  'a key for logs, environment and executions': one((stack) => {
    const made = workflow(stack, {
      encryptionKey: new kms.Key(stack, 'Key'),
      tracing: false,
      reservedConcurrentExecutions: 50,
      maxConcurrency: 50,
    });
    const operator = new iam.User(stack, 'Operator');
    made.grantRead(operator);
    made.grantRedrive(operator);
  }),
  'a public subnet, and a database that lets the workers in': one((stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false, natGateways: 0 });
    const made = workflow(stack, { vpc, allowPublicSubnet: true, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } });
    const endpoint = new ec2.SecurityGroup(stack, 'Endpoint', { vpc });
    endpoint.connections.allowFrom(made, ec2.Port.tcp(443));
  }),
  'a source that is added later': one((stack) => {
    workflow(stack, { sources: [] }).addSource(CopySource.bucket(new s3.Bucket(stack, 'Later'), { prefix: 'in/' }));
  }),
  'no source at all': one((stack) => workflow(stack, { sources: [] })),
  'prefixes that match nothing': one((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    workflow(stack, {
      sources: [CopySource.bucket(bucket, { prefix: 'in/*' }), CopySource.bucket(bucket, { prefix: '/in/' })],
    });
  }),
  'a rule on a bucket that sends no events': one((stack) => void workflow(stack).copyOnObjectCreated('OnUpload')),
  'a rule on a bucket whose events are turned off': one((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: false },
    };
    workflow(stack, { sources: [CopySource.bucket(bucket)] }).copyOnObjectCreated('OnUpload');
  }),
  'a rule on a bucket that sends events': one((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket', { eventBridgeEnabled: true });
    workflow(stack, { sources: [CopySource.bucket(bucket)] }).copyOnObjectCreated('OnUpload');
  }),
  'one bucket without versions at both ends': one((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket', { bucketName: 'both' });
    workflow(stack, { sources: [CopySource.bucket(bucket)], destinations: [CopyDestination.bucket(bucket)] });
  }),
  'limits and fixed options': one((stack) => {
    workflow(stack, {
      allowRestore: true,
      limits: { maxRestoreFor: Duration.days(7) },
      fixedOptions: { preserveEtag: false },
    });
  }),
} satisfies Record<string, (app: App) => void>;

export type AppName = keyof typeof APPS;

import { asString, stableHex, stableUuid, type Json } from '../json';

/** The values from which the names and ARNs of a resource are made. */
export interface ResourceFacts {
  readonly logicalId: string;
  readonly type: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** `amazonaws.com` in most Regions. */
  readonly urlSuffix: string;
  /** A resolved property of the resource; undefined if the template omits it. */
  property(name: string): Json | undefined;
}

type Value = (resource: ResourceFacts) => Json;

interface ResourceType {
  readonly ref: Value;
  readonly attributes: Record<string, Value>;
}

/**
 * `Ref` of a resource; undefined for a type whose identity only AWS can generate. Source: "Return values" of each type
 * in the CloudFormation template reference.
 */
export function resourceRef(resource: ResourceFacts): Json | undefined {
  return TYPES[resource.type]?.ref(resource);
}

/** `Fn::GetAtt` of a resource, or undefined for an attribute that is not in the table. */
export function resourceAttribute(resource: ResourceFacts, attribute: string): Json | undefined {
  return TYPES[resource.type]?.attributes[attribute]?.(resource);
}

/** A name as CloudFormation generates it, `stack-logicalId-hash`, but with a hash that is the same in every run. */
export function generatedName(resource: ResourceFacts, maxLength: number): string {
  const suffix = stableHex(`${resource.stackName}/${resource.logicalId}`, 12);
  const stem = `${resource.stackName}-${resource.logicalId}`.slice(0, maxLength - suffix.length - 1);
  return `${stem}-${suffix.toUpperCase()}`;
}

const named =
  (property: string, maxLength = 64): Value =>
  (resource) =>
    asString(resource.property(property)) ?? generatedName(resource, maxLength);

/** Bucket names are lower-case and have at most 63 characters. */
const bucketName: Value = (resource) =>
  asString(resource.property('BucketName')) ?? generatedName(resource, 63).toLowerCase();

/** Names of directory buckets contain their zone: `name--use1-az4--x-s3`. */
const directoryBucketName: Value = (resource) => {
  const suffix = `--${asString(resource.property('LocationName')) ?? 'use1-az4'}--x-s3`;
  return (
    asString(resource.property('BucketName')) ?? generatedName(resource, 63 - suffix.length).toLowerCase() + suffix
  );
};

/** `arn:partition:service:region:account:` and the resource. */
const arn =
  (service: string, rest: (resource: ResourceFacts) => string): Value =>
  (resource) =>
    `arn:${resource.partition}:${service}:${resource.region}:${resource.accountId}:${rest(resource)}`;

const iamArn =
  (rest: (resource: ResourceFacts) => string): Value =>
  (resource) =>
    `arn:${resource.partition}:iam::${resource.accountId}:${rest(resource)}`;

const s3Arn =
  (name: Value): Value =>
  (resource) =>
    `arn:${resource.partition}:s3:::${text(name(resource))}`;

const functionName = named('FunctionName');
const functionArn = arn('lambda', (resource) => `function:${text(functionName(resource))}`);
const roleName = named('RoleName');
const queueName = named('QueueName', 80);
const topicName = named('TopicName', 256);
const tableName = named('TableName', 255);
const logGroupName = named('LogGroupName', 512);
const ruleName = named('Name');
const alarmName = named('AlarmName', 255);
const keyId: Value = (resource) => stableUuid(`${resource.accountId}/${resource.stackName}/${resource.logicalId}`);

const stateMachineName: Value = (resource) =>
  asString(resource.property('StateMachineName')) ??
  `${resource.logicalId.slice(0, 67)}-${stableHex(`${resource.stackName}/${resource.logicalId}`, 12)}`;
const stateMachineArn = arn('states', (resource) => `stateMachine:${text(stateMachineName(resource))}`);

const topicArn = arn('sns', (resource) => text(topicName(resource)));
const secretArn = arn(
  'secretsmanager',
  (resource) => `secret:${text(named('Name', 128)(resource))}-${stableHex(resource.logicalId, 6)}`,
);
const managedPolicyArn = iamArn(
  (resource) => `policy${asString(resource.property('Path')) ?? '/'}${text(named('ManagedPolicyName')(resource))}`,
);

/** The ARN of a version or alias is the function's ARN and a qualifier; `FunctionName` may be the name or the ARN. */
const qualified =
  (qualifier: Value): Value =>
  (resource) => {
    const target = text(resource.property('FunctionName') ?? '');
    const base = target.startsWith('arn:')
      ? target
      : `arn:${resource.partition}:lambda:${resource.region}:${resource.accountId}:function:${target}`;
    return `${base}:${text(qualifier(resource))}`;
  };

const bucketAttributes = (name: Value): Record<string, Value> => ({
  Arn: s3Arn(name),
  DomainName: (resource) => `${text(name(resource))}.s3.${resource.urlSuffix}`,
  RegionalDomainName: (resource) => `${text(name(resource))}.s3.${resource.region}.${resource.urlSuffix}`,
  DualStackDomainName: (resource) => `${text(name(resource))}.s3.dualstack.${resource.region}.${resource.urlSuffix}`,
  WebsiteURL: (resource) => `http://${text(name(resource))}.s3-website-${resource.region}.${resource.urlSuffix}`,
});

const TYPES: Record<string, ResourceType> = {
  'AWS::S3::Bucket': { ref: bucketName, attributes: bucketAttributes(bucketName) },
  'AWS::S3Express::DirectoryBucket': {
    ref: directoryBucketName,
    attributes: { Arn: arn('s3express', (resource) => `bucket/${text(directoryBucketName(resource))}`) },
  },
  'AWS::S3::AccessPoint': {
    ref: named('Name', 50),
    attributes: {
      Arn: arn('s3', (resource) => `accesspoint/${text(named('Name', 50)(resource))}`),
      Name: named('Name', 50),
      Alias: (resource) =>
        `${resource.logicalId.slice(0, 20)}-${stableHex(resource.logicalId, 20)}-s3alias`.toLowerCase(),
    },
  },
  'AWS::KMS::Key': { ref: keyId, attributes: { KeyId: keyId, Arn: arn('kms', (r) => `key/${text(keyId(r))}`) } },
  'AWS::KMS::Alias': { ref: named('AliasName', 256), attributes: {} },
  'AWS::Lambda::Function': {
    ref: functionName,
    attributes: { Arn: functionArn, 'SnapStartResponse.ApplyOn': () => 'None' },
  },
  'AWS::Lambda::Version': {
    ref: qualified(() => '1'),
    attributes: { FunctionArn: qualified(() => '1'), Version: () => '1' },
  },
  'AWS::Lambda::Alias': {
    ref: qualified((resource) => resource.property('Name') ?? 'live'),
    attributes: { AliasArn: qualified((resource) => resource.property('Name') ?? 'live') },
  },
  'AWS::Lambda::LayerVersion': {
    ref: arn('lambda', (resource) => `layer:${text(named('LayerName', 140)(resource))}:1`),
    attributes: { LayerVersionArn: arn('lambda', (resource) => `layer:${text(named('LayerName', 140)(resource))}:1`) },
  },
  'AWS::StepFunctions::StateMachine': {
    ref: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: stateMachineName, StateMachineRevisionId: () => 'INITIAL' },
  },
  'AWS::IAM::Role': {
    ref: roleName,
    attributes: {
      Arn: iamArn((resource) => `role${asString(resource.property('Path')) ?? '/'}${text(roleName(resource))}`),
      RoleId: (resource) => `AROA${stableHex(`${resource.stackName}/${resource.logicalId}`, 17).toUpperCase()}`,
    },
  },
  'AWS::IAM::Policy': { ref: named('PolicyName', 128), attributes: { Id: named('PolicyName', 128) } },
  'AWS::IAM::ManagedPolicy': { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } },
  'AWS::Logs::LogGroup': {
    ref: logGroupName,
    attributes: { Arn: arn('logs', (resource) => `log-group:${text(logGroupName(resource))}:*`) },
  },
  'AWS::SQS::Queue': {
    ref: (resource) =>
      `https://sqs.${resource.region}.${resource.urlSuffix}/${resource.accountId}/${text(queueName(resource))}`,
    attributes: {
      Arn: arn('sqs', (resource) => text(queueName(resource))),
      QueueName: queueName,
      QueueUrl: (resource) =>
        `https://sqs.${resource.region}.${resource.urlSuffix}/${resource.accountId}/${text(queueName(resource))}`,
    },
  },
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: topicName } },
  'AWS::DynamoDB::Table': {
    ref: tableName,
    attributes: { Arn: arn('dynamodb', (resource) => `table/${text(tableName(resource))}`) },
  },
  'AWS::Events::Rule': {
    ref: ruleName,
    attributes: {
      Arn: arn('events', (resource) => {
        const bus = asString(resource.property('EventBusName'));
        return `rule/${bus === undefined || bus === 'default' ? '' : `${bus.split('/').at(-1)}/`}${text(ruleName(resource))}`;
      }),
    },
  },
  'AWS::Scheduler::Schedule': {
    ref: ruleName,
    attributes: {
      Arn: arn('scheduler', (resource) => {
        const group = asString(resource.property('GroupName')) ?? 'default';
        return `schedule/${group}/${text(ruleName(resource))}`;
      }),
    },
  },
  'AWS::Events::EventBus': {
    ref: ruleName,
    attributes: { Arn: arn('events', (resource) => `event-bus/${text(ruleName(resource))}`), Name: ruleName },
  },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::SSM::Parameter': {
    ref: named('Name', 256),
    attributes: { Type: (resource) => resource.property('Type') ?? 'String', Value: (r) => r.property('Value') ?? '' },
  },
  'AWS::CloudWatch::Alarm': {
    ref: alarmName,
    attributes: { Arn: arn('cloudwatch', (resource) => `alarm:${text(alarmName(resource))}`) },
  },
};

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import { CfnElement, CfnParameter, CfnResource, type Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/*
 * Estimates the texts that CloudFormation deploys: the CDK counts a token as nothing, or as 150 characters, whatever
 * it stands for.
 */

/** Lengths of the longest values of pseudo parameters, such as those of `aws-us-gov`. */
const PSEUDO_PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['AWS::AccountId', 12],
  ['AWS::NoValue', 0],
  ['AWS::Partition', 10],
  ['AWS::Region', 15],
  ['AWS::StackId', 256],
  ['AWS::StackName', 128],
  ['AWS::URLSuffix', 16],
]);

/** Of names and ARNs about which nothing is known, such as outputs of other stacks: the length of the ARN of a key. */
const UNKNOWN_LENGTH = 88;

/** CloudFormation adds a dash and a random text to the names that it generates. */
const RANDOM_SUFFIX = 14;

interface Names {
  /** Property with the name that the app chose. */
  readonly property: string;
  readonly longest: number;
  /** What precedes the name in the ARN, besides `arn:PARTITION:`. */
  readonly service: string;
  /** Whether `Ref` is the ARN, and not the name. */
  readonly refIsArn?: true;
}

const REGION_AND_ACCOUNT = 'x'.repeat(15) + ':' + 'x'.repeat(12);

const RESOURCES: ReadonlyMap<string, Names> = new Map([
  ['AWS::S3::Bucket', { property: 'bucketName', longest: 63, service: 's3:::' }],
  [
    'AWS::S3Express::DirectoryBucket',
    { property: 'bucketName', longest: 63, service: `s3express:${REGION_AND_ACCOUNT}:bucket/` },
  ],
  ['AWS::S3::AccessPoint', { property: 'name', longest: 50, service: `s3:${REGION_AND_ACCOUNT}:accesspoint/` }],
  ['AWS::KMS::Key', { property: '', longest: 36, service: `kms:${REGION_AND_ACCOUNT}:key/` }],
  ['AWS::IAM::Role', { property: 'roleName', longest: 64, service: `iam::${'x'.repeat(12)}:role/` }],
  ['AWS::Logs::LogGroup', { property: 'logGroupName', longest: 512, service: `logs:${REGION_AND_ACCOUNT}:log-group:` }],
  [
    'AWS::Lambda::Function',
    { property: 'functionName', longest: 64, service: `lambda:${REGION_AND_ACCOUNT}:function:` },
  ],
  [
    'AWS::StepFunctions::StateMachine',
    {
      property: 'stateMachineName',
      longest: 80,
      service: `states:${REGION_AND_ACCOUNT}:stateMachine:`,
      refIsArn: true,
    },
  ],
  [
    'AWS::SecretsManager::Secret',
    { property: 'name', longest: 255, service: `secretsmanager:${REGION_AND_ACCOUNT}:secret:`, refIsArn: true },
  ],
]);

/** A value as JSON, in which texts of the expected length replace those that are known only at deployment. */
export function deployedJson(stack: Stack, value: unknown): string {
  return JSON.stringify(stack.resolve(value), (_key, part: unknown) =>
    isIntrinsic(part) ? textOf(stack, part) : part,
  );
}

/** The same for a text. */
export function deployedText(stack: Stack, text: string): string {
  return textOf(stack, stack.resolve(text));
}

function textOf(stack: Stack, resolved: unknown): string {
  if (!isIntrinsic(resolved)) return String(resolved);
  const [[name, argument]] = Object.entries(resolved) as [[string, unknown]];
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown];
    if (Array.isArray(parts)) return parts.map((part) => textOf(stack, part)).join(separator);
  }
  return 'x'.repeat(lengthOf(stack, name, argument));
}

function lengthOf(stack: Stack, name: string, argument: unknown): number {
  if (name === 'Ref') return pseudoLength(stack, argument as string) ?? refLength(stack, argument as string);
  if (name !== 'Fn::GetAtt') return UNKNOWN_LENGTH;
  const [logicalId, attribute] = argument as [string, string];
  const resource = findElement(stack, logicalId);
  const names = resource instanceof CfnResource ? RESOURCES.get(resource.cfnResourceType) : undefined;
  if (!names || attribute !== 'Arn') return UNKNOWN_LENGTH;
  return arnLength(stack, resource as CfnResource, names);
}

function arnLength(stack: Stack, resource: CfnResource, names: Names): number {
  return 'arn::'.length + 10 + names.service.length + nameLength(stack, resource, names);
}

/** Exact in a stack whose Region the app knows. */
function pseudoLength(stack: Stack, name: string): number | undefined {
  const longest = PSEUDO_PARAMETERS.get(name);
  if (longest === undefined || Token.isUnresolved(stack.region)) return longest;
  const { partition, domainSuffix } = RegionInfo.get(stack.region);
  const known = new Map([
    ['AWS::Partition', partition],
    ['AWS::Region', stack.region],
    ['AWS::URLSuffix', domainSuffix],
  ]);
  return known.get(name)?.length ?? longest;
}

function refLength(stack: Stack, logicalId: string): number {
  const element = findElement(stack, logicalId);
  // The value of a parameter can have any length. Its default is the best estimate.
  if (element instanceof CfnParameter) return String(element.default ?? '').length || UNKNOWN_LENGTH;
  const names = element instanceof CfnResource ? RESOURCES.get(element.cfnResourceType) : undefined;
  if (!names) return UNKNOWN_LENGTH;
  return (names.refIsArn ? arnLength : nameLength)(stack, element as CfnResource, names);
}

function nameLength(stack: Stack, resource: CfnResource, { property, longest }: Names): number {
  const chosen: unknown = Reflect.get(resource, property);
  if (typeof chosen === 'string' && !Token.isUnresolved(chosen)) return chosen.length;
  const logicalId = stack.resolve(resource.logicalId) as string;
  return Math.min(longest, `${stack.stackName}-${logicalId}`.length + RANDOM_SUFFIX);
}

const ELEMENTS = new WeakMap<Stack, ReadonlyMap<string, CfnElement>>();

/** The resource or parameter of a logical id. The stack may have more of them than before. */
function findElement(stack: Stack, logicalId: string): CfnElement | undefined {
  const known = ELEMENTS.get(stack)?.get(logicalId);
  if (known) return known;
  const elements = stack.node.findAll().filter((each) => CfnElement.isCfnElement(each) && each.stack === stack);
  const index = new Map((elements as CfnElement[]).map((each) => [stack.getLogicalId(each), each]));
  ELEMENTS.set(stack, index);
  return index.get(logicalId);
}

/** Such as `{ Ref: … }`. */
function isIntrinsic(part: unknown): part is object {
  if (typeof part !== 'object' || part === null) return false;
  const [name = '', ...others] = Object.keys(part);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

import { Annotations, Aspects, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { type BoundLocation, describeLocation } from './bound-location';

/** Warns about values that are valid but probably not intended, and about what the app cannot know. Warnings can be acknowledged. */
export function warnAbout(scope: Construct, location: BoundLocation): void {
  for (const [id, text] of [...prefixWarnings(location), ...keyWarnings(location)]) {
    Annotations.of(scope).addWarningV2(`cdk-s3-multipart-copy:${id}`, `${describeLocation(location)}: ${text}`);
  }
}

type Warning = readonly [id: string, text: string];

function prefixWarnings({ prefix }: BoundLocation): Warning[] {
  if (Token.isUnresolved(prefix)) return [];
  const shown = JSON.stringify(prefix);
  const [literal = ''] = prefix.split(/[*?]/);
  return [
    ...(prefix.startsWith('/')
      ? [
          [
            'prefixWithSlash',
            `the prefix ${shown} begins with '/', and keys in S3 usually do not: write ${JSON.stringify(prefix.replace(/^\/+/, ''))}. If the keys really begin with '/', acknowledge this warning.`,
          ] as const,
        ]
      : []),
    ...(literal !== prefix
      ? [
          [
            'prefixWithWildcard',
            `the prefix ${shown} is literal, so it matches only keys that contain '${prefix[literal.length]}': write ${JSON.stringify(literal)} for all keys that begin with it. If the keys really contain it, acknowledge this warning.`,
          ] as const,
        ]
      : []),
  ];
}

function keyWarnings({ keys, region, mayHaveUnknownKey }: BoundLocation): Warning[] {
  const unknown: Warning = [
    'unknownEncryptionKey',
    'this app does not know how the bucket is encrypted. If it uses a customer managed KMS key, pass the key, otherwise copies fail with AccessDenied; if it does not, acknowledge this warning.',
  ];
  // The Region of the bucket was left out, or the key belongs to another bucket.
  const elsewhere = keys
    .filter((arn) => !Token.isUnresolved(arn) && !Token.isUnresolved(region) && arn.split(':')[3] !== region)
    .map((arn): Warning => [
      'encryptionKeyElsewhere',
      `the encryption key ${JSON.stringify(arn)} is in ${arn.split(':')[3]} and the bucket is in ${region}. S3 uses only keys in the bucket's Region, so copies will fail: specify the bucket's Region, or pass another key.`,
    ]);
  return [...elsewhere, ...(mayHaveUnknownKey ? [unknown] : [])];
}

/**
 * Subnets without a route to the internet reach directory buckets only through an endpoint of their own. The app can add one after
 * the workflow, so it is looked for during synthesis.
 */
export function warnAboutEndpoints(
  scope: Construct,
  location: BoundLocation,
  vpc: ec2.IVpc | undefined,
  subnets: ec2.SubnetSelection | undefined,
): void {
  if (!vpc || !location.kind.policyResources.includes('directory bucket') || !areIsolated(vpc, subnets)) return;
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope || hasDirectoryBucketEndpoint(vpc)) return;
      Annotations.of(scope).addWarningV2(
        'cdk-s3-multipart-copy:directoryBucketEndpoint',
        `${describeLocation(location)}: the workers are in isolated subnets, from which they reach directory buckets only through a gateway endpoint for com.amazonaws.REGION.s3express. The endpoint for S3 does not serve them. Add the endpoint to the VPC; if it is there and this app does not know it, acknowledge this warning.`,
      );
    },
  });
}

function hasDirectoryBucketEndpoint(vpc: ec2.IVpc): boolean {
  return vpc.node.root.node.findAll().some((each) => {
    if (!CfnResource.isCfnResource(each) || each.cfnResourceType !== 'AWS::EC2::VPCEndpoint') return false;
    const { serviceName, vpcId } = each as ec2.CfnVPCEndpoint;
    return vpcId === vpc.vpcId && (serviceName?.endsWith('.s3express') ?? false);
  });
}

function areIsolated(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | undefined): boolean {
  const { subnetIds, isPendingLookup } = vpc.selectSubnets(subnets);
  if (isPendingLookup) return false;
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId));
  return subnetIds.some((id) => isolated.has(id));
}

/** S3 reads and writes through an access point only if both ends of the copy are in one Region. */
export function accessPointProblems(
  sources: readonly BoundLocation[],
  destinations: readonly BoundLocation[],
): string[] {
  const problems = (locations: readonly BoundLocation[], others: readonly BoundLocation[], other: string) =>
    locations
      .filter(({ policyNames }) => policyNames[0]!.policyOf === 'access point')
      .filter(({ region }) => others.length > 0 && others.every((each) => areDifferent(region, each.region)))
      .map(
        (location) =>
          `${describeLocation(location)} is in ${location.region}, and no ${other} is: S3 copies through an access point only within its Region; declare the bucket itself with bucket or bucketName`,
      );
  return [...problems(sources, destinations, 'destination'), ...problems(destinations, sources, 'source')];
}

function areDifferent(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}

/** In the JSON of a bucket, or of the custom resource of the CDK. Without `EventBridgeEnabled`, it is true. */
const SENDS_EVENTS = /"EventBridgeConfiguration":(?!\{"EventBridgeEnabled":false)/;

/** Whether a bucket of this app sends its events to EventBridge; undefined if the app does not know. */
export function sendsEvents({ construct }: BoundLocation): boolean | undefined {
  const resource = construct?.node.defaultChild;
  if (!construct || !resource || !CfnResource.isCfnResource(resource)) return undefined;
  const stack = Stack.of(construct);
  // `eventBridgeEnabled: true` of the CDK adds a custom resource below the bucket.
  return [resource, ...construct.node.findAll()].some((each) => {
    if (!CfnResource.isCfnResource(each)) return false;
    const { _toCloudFormation: render } = each as unknown as { _toCloudFormation?: () => unknown };
    return render !== undefined && SENDS_EVENTS.test(JSON.stringify(stack.resolve(render.call(each))));
  });
}

import { Annotations, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CopyDestination } from '../copy-destination';
import type { CopyLocation } from '../copy-location';
import type { CopySource } from '../copy-source';
import { describeLocation, type BoundLocation } from './bound-location';
import type { Feature } from './protocol';
import type { Side } from './protocol/permissions';
import { roleStatements } from './statements';
import { nameOf } from './validation';

interface RegistryOptions {
  readonly grantee: iam.IGrantable;
  readonly features: readonly Feature[];
  /** ARNs of KMS keys that copies may be encrypted with wherever they go. */
  readonly destinationKeys: string[];
}

const FACTORIES: Record<Side, string> = { source: 'CopySource', destination: 'CopyDestination' };

/** For the compiler, sources and destinations are the same; JavaScript passes anything. */
function requireSide(side: Side, location: CopyLocation | undefined): void {
  if (location?._side === side) return;
  const other = side === 'source' ? 'destination' : 'source';
  throw new Error(
    location?._side === other
      ? `a ${other} was given in the place of a ${side}: make it with ${FACTORIES[side]}, not with ${FACTORIES[other]}; a bucket that is both needs one of each`
      : `a ${side} has to be made with ${FACTORIES[side]}, such as ${FACTORIES[side]}.bucket(bucket), got ${nameOf(location)}`,
  );
}

/** The locations of a workflow, in their order. What is written into it is granted. */
export class LocationRegistry {
  public readonly sources = new Map<CopySource, BoundLocation>();
  public readonly destinations = new Map<CopyDestination, BoundLocation>();

  constructor(
    private readonly scope: Construct,
    private readonly options: RegistryOptions,
  ) {}

  /** @throws where it is no source */
  public addSource(source: CopySource): void {
    requireSide('source', source);
    if (!this.sources.has(source)) this.sources.set(source, this.bind(source));
  }

  /** @throws where it is no destination */
  public addDestination(destination: CopyDestination): void {
    requireSide('destination', destination);
    if (!this.destinations.has(destination)) this.destinations.set(destination, this.bind(destination));
  }

  public boundLocation(location: CopyLocation): BoundLocation {
    const known: ReadonlyMap<CopyLocation, BoundLocation> =
      location._side === 'source' ? this.sources : this.destinations;
    const bound = known.get(location);
    if (!bound) {
      throw new Error(
        `this ${location._side} is not one of the workflow's; pass the same object to sources, destinations, addSource or addDestination`,
      );
    }
    return bound;
  }

  private bind(location: CopyLocation): BoundLocation {
    const own = location._bind(this.scope);
    const bound = this.withDestinationKeys(location, own);
    for (const statement of roleStatements(location._side, bound, this.options.features)) {
      this.options.grantee.grantPrincipal.addToPrincipalPolicy(statement);
    }
    this.warnOfKeysElsewhere(own);
    if (bound.mayHaveUnknownKey) {
      Annotations.of(this.scope).addWarningV2(
        'cdk-s3-multipart-copy:unknownEncryptionKey',
        `${describeLocation(bound)}: this app does not know how the bucket is encrypted. If it has a customer managed KMS key, pass that, or copies fail with AccessDenied; if not, acknowledge this warning.`,
      );
    }
    return bound;
  }

  /** It means that the Region of the bucket was forgotten, or that the key is another bucket's. */
  private warnOfKeysElsewhere(bound: BoundLocation): void {
    const { keys, region } = bound;
    for (const arn of keys.filter((each) => !Token.isUnresolved(each) && !Token.isUnresolved(region))) {
      const keyRegion = arn.split(':')[3];
      if (keyRegion === region) continue;
      Annotations.of(this.scope).addWarningV2(
        'cdk-s3-multipart-copy:encryptionKeyElsewhere',
        `${describeLocation(bound)}: the encryption key ${JSON.stringify(arn)} is in ${keyRegion} and the bucket in ${region}. S3 takes keys of the bucket's own Region only, so copies fail: tell the Region of the bucket, or pass another key.`,
      );
    }
  }

  private withDestinationKeys(location: CopyLocation, bound: BoundLocation): BoundLocation {
    if (location._side === 'source' || bound.kind === 'directory bucket') return bound;
    return { ...bound, keys: [...new Set([...bound.keys, ...this.options.destinationKeys])] };
  }
}

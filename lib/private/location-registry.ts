import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CopyDestination } from '../copy-destination';
import type { CopyLocation } from '../copy-location';
import type { CopySource } from '../copy-source';
import type { BoundLocation } from './bound-location';
import { accessPointProblems, warnAbout, warnAboutEndpoints } from './location-warnings';
import type { Feature } from './protocol';
import type { Side } from './protocol/permissions';
import { roleStatements, sweeperStatements } from './statements';
import { nameOf } from './validation';

interface RegistryOptions {
  readonly grantee: iam.IGrantable;
  /** Role of the sweeper, if there is one. */
  readonly sweeper?: iam.IGrantable;
  readonly features: readonly Feature[];
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  /** ARNs of KMS keys with which copies to any destination may be encrypted. */
  readonly destinationKeys: string[];
}

const FACTORIES: Record<Side, string> = { source: 'CopySource', destination: 'CopyDestination' };

/** Sources and destinations have the same shape, so the compiler accepts one for the other. JavaScript accepts anything. */
function requireSide(side: Side, location: CopyLocation | undefined): void {
  if (location?._side === side) return;
  const other = side === 'source' ? 'destination' : 'source';
  throw new Error(
    location?._side === other
      ? `got a ${other} instead of a ${side}: create it with ${FACTORIES[side]}, not with ${FACTORIES[other]}; a bucket that is both needs one of each`
      : `a ${side} must be created with ${FACTORIES[side]}, such as ${FACTORIES[side]}.bucket(bucket), got ${nameOf(location)}`,
  );
}

/** The locations of a workflow in their order. Adding one grants access to it. */
export class LocationRegistry {
  public readonly sources = new Map<CopySource, BoundLocation>();
  public readonly destinations = new Map<CopyDestination, BoundLocation>();

  constructor(
    private readonly scope: Construct,
    private readonly options: RegistryOptions,
  ) {
    scope.node.addValidation({
      validate: () => [
        ...this.missingLocations(),
        ...accessPointProblems([...this.sources.values()], [...this.destinations.values()]),
      ],
    });
  }

  private missingLocations(): string[] {
    const problem = (list: string, add: string, example: string) =>
      `${list} is empty: pass at least one, such as [${example}], or call ${add}`;
    return [
      ...(this.sources.size === 0 ? [problem('sources', 'addSource', 'CopySource.bucket(bucket)')] : []),
      ...(this.destinations.size === 0
        ? [problem('destinations', 'addDestination', 'CopyDestination.bucket(bucket)')]
        : []),
    ];
  }

  /** @throws if it was not created by CopySource */
  public addSource(source: CopySource): void {
    requireSide('source', source);
    if (!this.sources.has(source)) this.sources.set(source, this.bind(source));
  }

  /** @throws if it was not created by CopyDestination */
  public addDestination(destination: CopyDestination): void {
    requireSide('destination', destination);
    if (!this.destinations.has(destination)) this.destinations.set(destination, this.bind(destination));
  }

  /** @throws if it is not a location of the workflow */
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
    if (location._side === 'destination' && this.options.sweeper) {
      const { grantPrincipal } = this.options.sweeper;
      for (const statement of sweeperStatements(bound)) grantPrincipal.addToPrincipalPolicy(statement);
    }
    warnAbout(this.scope, own);
    warnAboutEndpoints(this.scope, own, this.options.vpc, this.options.vpcSubnets);
    return bound;
  }

  private withDestinationKeys(location: CopyLocation, bound: BoundLocation): BoundLocation {
    if (location._side === 'source' || bound.kind.lacks.includes('severalKeys')) return bound;
    return { ...bound, keys: [...new Set([...bound.keys, ...this.options.destinationKeys])] };
  }
}

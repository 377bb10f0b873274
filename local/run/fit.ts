import type { InputOptions } from './input';
import { consoleInput } from './input';
import { keyOf } from './keys';
import type { BucketSetup, ObjectSetup, SourceSetup } from './setup/schema';

/** CDK context under which the default app finds what it is to fit. */
export const FIT_CONTEXT = 'mpcopy:local';

/** Account and Region of the default app, which are those of AWS's examples. */
export const APP_ENVIRONMENT = { account: '123456789012', region: 'us-east-1' };

/** One location of the default app. */
export interface PlaceFit {
  readonly name?: string;
  readonly versioning?: BucketSetup['versioning'];
  readonly encryption?: { sseAlgorithm: string; kmsKeyArn?: string; bucketKeyEnabled?: boolean };
  readonly objectLock?: boolean;
  readonly objectOwnership?: BucketSetup['objectOwnership'];
  /** Set where the bucket is another account's or in another Region. */
  readonly foreign?: { account: string; region: string };
  readonly accessPoint?: string;
  readonly directoryBucket?: boolean;
  /** ARNs of the KMS keys of objects, besides the bucket's own. */
  readonly keyArns: string[];
}

/** What the default app is synthesized to fit: a setup, and the options of an input. */
export interface AppFit {
  readonly source: PlaceFit;
  readonly destination: PlaceFit;
  readonly features: {
    readonly copyAcl: boolean;
    readonly copyObjectLock: boolean;
    readonly copyAnnotations: boolean;
    readonly allowRestore: boolean;
  };
  /** ARNs of secrets. */
  readonly customerKeys: string[];
}

/** Undefined where nothing asks for anything: the app is then what it is. */
export function fitOf(
  run: InputOptions,
  setup: SourceSetup | undefined,
  secretArn: (id: string) => string,
): AppFit | undefined {
  const options = consoleInput(run, setup, secretArn);
  if (setup === undefined && options === undefined) return undefined;
  const { object, existing = [], olderVersions = [], newerVersions = [] } = setup ?? {};
  const text = (name: string) => (typeof options?.[name] === 'string' ? options[name] : undefined);
  const secrets = [text('copySourceSseCustomerKeySecretArn'), text('sseCustomerKeySecretArn')];
  const versions = [...olderVersions, ...(object ? [object] : []), ...newerVersions];
  return {
    source: placeOf(setup?.sourceBucket, versions.map(keyIdOf)),
    destination: placeOf(setup?.destinationBucket, [text('ssekmsKeyId'), ...existing.map(keyIdOf)]),
    features: {
      copyAcl: text('acl') !== undefined || text('aclDirective') === 'COPY',
      copyObjectLock:
        text('objectLockDirective') === 'COPY' ||
        text('objectLockMode') !== undefined ||
        text('objectLockLegalHoldStatus') !== undefined,
      copyAnnotations: text('annotationDirective') === 'COPY',
      allowRestore: options?.restore !== undefined,
    },
    customerKeys: [...new Set(secrets.filter((arn) => arn !== undefined))],
  };
}

function keyIdOf({ ssekmsKeyId }: ObjectSetup): string | undefined {
  return ssekmsKeyId;
}

function placeOf(setup: BucketSetup = {}, keyIds: readonly (string | undefined)[]): PlaceFit {
  const { owner: account = APP_ENVIRONMENT.account, region = APP_ENVIRONMENT.region, encryption } = setup;
  const arnOf = (id: string) => keyOf(id, account, region).arn;
  const foreign = account !== APP_ENVIRONMENT.account || region !== APP_ENVIRONMENT.region;
  const { name, versioning, objectLock, objectOwnership, accessPoint, directoryBucket } = setup;
  return {
    ...{ name, versioning, objectLock, objectOwnership, accessPoint, directoryBucket },
    ...(encryption && {
      encryption: {
        sseAlgorithm: encryption.sseAlgorithm,
        bucketKeyEnabled: encryption.bucketKeyEnabled,
        ...(encryption.kmsKeyId !== undefined && { kmsKeyArn: arnOf(encryption.kmsKeyId) }),
      },
    }),
    ...(foreign && { foreign: { account, region } }),
    keyArns: [...new Set(keyIds.filter((id) => id !== undefined).map(arnOf))],
  };
}

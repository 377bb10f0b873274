import { type Clock, SYSTEM_CLOCK } from '../base/clock';
import { InvalidOptionError } from '../errors/server-errors';
import { Latency, type LatencyOption } from '../simulation/latency';
import type { RequestLogEntry } from '../simulation/request-log';

export interface S3ServerOptions {
  /**
   * Address to listen on.
   * @default `127.0.0.1`
   */
  host?: string;
  /** @default 0 (a free port) */
  port?: number;
  /**
   * Host names under which clients reach the server, besides loopback addresses, `localhost`, names below it, and those of S3. On an
   * address that is not loopback, all names are accepted.
   * @default none
   */
  allowedHosts?: readonly string[];
  /**
   * Data directory, created if it does not exist.
   * @default data is kept in memory and lost when the server stops
   */
  dir?: string;
  /** @default `us-east-1` */
  region?: string;
  /**
   * Default account ID of buckets and access keys, 12 digits.
   * @default `123456789012`
   */
  accountId?: string;
  /**
   * Simulates the latency of AWS and limits the request rate of each prefix.
   * @default no latency, no limit
   */
  latency?: LatencyOption;
  /**
   * Factor for simulated durations (latency, restores, repeated completions, time windows of faults): with 0.01, one simulated second
   * takes 10 ms.
   * @default 1
   */
  timeScale?: number;
  /**
   * Whether to enforce policies and ACLs.
   * @default false (everything is allowed)
   */
  enforceIam?: boolean;
  /**
   * Whether to refuse access keys that were not added by `addPrincipal` (InvalidAccessKeyId). Otherwise, such a key stands for a root user:
   * of the account with this ID if the key is a 12-digit account ID, otherwise of the server's account.
   * @default false
   */
  refuseUnknownAccessKeys?: boolean;
  /**
   * What to do if a request uses an unknown KMS key: refuse it as AWS does, or create the key.
   * @default `error`
   */
  unknownKmsKeys?: 'error' | 'create';
  /**
   * Simulated duration of a restore, in seconds.
   * @default 0 (immediate)
   */
  restoreSeconds?: number;
  /**
   * How long a repeated CompleteMultipartUpload gets the response of the first, in simulated seconds. After that, and always with 0, it
   * gets NoSuchUpload. AWS does not document its value.
   * @default 600
   */
  repeatCompleteSeconds?: number;
  /**
   * What happens to a part that is in flight when its upload is aborted: it is stored and reopens the upload, which must then be aborted
   * again (true), or it fails with NoSuchUpload (false). On AWS, such parts "might or might not succeed" (API reference of
   * AbortMultipartUpload).
   * @default false
   */
  latePartsReopenUploads?: boolean;
  /**
   * Source of time.
   * @default the system clock
   */
  clock?: Clock;
  /** Called with each entry of the request log. */
  onRequest?: (entry: RequestLogEntry) => void;
}

/** Options with defaults applied. Durations are in milliseconds on the clock. */
export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly dir: string | undefined;
  readonly region: string;
  readonly accountId: string;
  readonly latency: Latency | undefined;
  readonly timeScale: number;
  readonly enforceIam: boolean;
  readonly refuseUnknownAccessKeys: boolean;
  readonly unknownKmsKeys: 'error' | 'create';
  readonly restoreMilliseconds: number;
  readonly repeatCompleteMilliseconds: number;
  readonly latePartsReopenUploads: boolean;
  readonly clock: Clock;
  readonly onRequest: S3ServerOptions['onRequest'];
}

/** @throws InvalidOptionError */
export function resolveOptions(options: S3ServerOptions): ResolvedOptions {
  const { port = 0, dir, region = 'us-east-1', accountId = '123456789012' } = options;
  const { timeScale = 1, clock = SYSTEM_CLOCK, restoreSeconds = 0, repeatCompleteSeconds = 600 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidOptionError(`port ${port} is not a TCP port: use 1 to 65535, or 0 for a free one`);
  }
  if (!/^\d{12}$/.test(accountId)) {
    throw new InvalidOptionError(`accountId '${accountId}' is not an AWS account ID: use 12 digits`);
  }
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) {
    throw new InvalidOptionError(`region '${region}' is not an AWS Region: use one like us-east-1`);
  }
  if (dir === '') {
    throw new InvalidOptionError('dir is empty: specify a directory, or omit it to keep data in memory');
  }
  if (!(timeScale >= 0) || !Number.isFinite(timeScale)) {
    throw new InvalidOptionError(`timeScale ${timeScale} is not valid: use a number of 0 or more`);
  }
  return {
    host: options.host ?? '127.0.0.1',
    port,
    allowedHosts: options.allowedHosts ?? [],
    dir,
    region,
    accountId,
    latency: options.latency === undefined ? undefined : new Latency(options.latency, timeScale, clock),
    timeScale,
    enforceIam: options.enforceIam ?? false,
    refuseUnknownAccessKeys: options.refuseUnknownAccessKeys ?? false,
    unknownKmsKeys: options.unknownKmsKeys ?? 'error',
    restoreMilliseconds: milliseconds('restoreSeconds', restoreSeconds) * timeScale,
    repeatCompleteMilliseconds: milliseconds('repeatCompleteSeconds', repeatCompleteSeconds) * timeScale,
    latePartsReopenUploads: options.latePartsReopenUploads ?? false,
    clock,
    onRequest: options.onRequest,
  };
}

/** @throws InvalidOptionError */
function milliseconds(option: string, seconds: number): number {
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds * 1000;
  throw new InvalidOptionError(`${option} ${seconds} is not a valid duration: use a number of seconds, 0 or more`);
}

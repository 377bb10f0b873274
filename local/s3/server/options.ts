import { type Clock, SYSTEM_CLOCK } from '../base/clock';
import { InvalidOptionError } from '../errors/server-errors';
import { Latency, type LatencyOption } from '../simulation/latency';
import type { RequestLogEntry } from '../simulation/request-log';

export interface S3ServerOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Default 0, a free port. */
  port?: number;
  /** Data directory, kept across restarts. It is created if it does not exist. Default: data is in memory. */
  dir?: string;
  /** Default `us-east-1`. */
  region?: string;
  /** The account of the credentials that name no other, 12 digits. Default `123456789012`. */
  accountId?: string;
  /** Makes requests take as long as on AWS, and limits the request rate of each prefix. Default: no delay, no limit. */
  latency?: LatencyOption;
  /**
   * Real seconds for each second of AWS, in the latency model, restores, repeated completions and the time windows of faults.
   * Default 1.
   */
  timeScale?: number;
  /** Checks every request against the policies of its principal and its bucket. Default false: everything is allowed. */
  enforceIam?: boolean;
  /**
   * Whether requests of access keys that `addPrincipal` has not added are refused with InvalidAccessKeyId. Default false: such a key
   * is the root user of the account that it names (12 digits), or of the server's.
   */
  refuseUnknownAccessKeys?: boolean;
  /**
   * What happens if a request names a KMS key that nobody has created: it is refused as on AWS (`error`), or the key is created
   * (`create`), for servers without a KMS beside them. Default `error`.
   */
  unknownKmsKeys?: 'error' | 'create';
  /** How long a restore from an archive takes, in seconds of AWS. Default 0: it is done at once. */
  restoreSeconds?: number;
  /**
   * For how long a CompleteMultipartUpload that repeats a successful one gets the same answer again, in seconds of AWS. Afterwards
   * it gets NoSuchUpload. AWS does not document its time. Default 600; 0 is never.
   */
  repeatCompleteSeconds?: number;
  /**
   * Whether a part that is in flight when its upload is aborted is stored and opens the upload again, until that is aborted once
   * more. On AWS such parts "might or might not succeed" (API reference of AbortMultipartUpload). Default false: the part fails
   * with NoSuchUpload.
   */
  latePartsReopenUploads?: boolean;
  /** The time that the server lives by. Default: that of the machine. */
  clock?: Clock;
  /** Gets every entry of the request log as it is made. */
  onRequest?: (entry: RequestLogEntry) => void;
}

/** The options with their defaults, in the units that the server works with. */
export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
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
    throw new InvalidOptionError(`accountId '${accountId}' is not an AWS account id: use 12 digits`);
  }
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) {
    throw new InvalidOptionError(`region '${region}' is not an AWS Region: use one like us-east-1`);
  }
  if (dir === '') {
    throw new InvalidOptionError('dir is empty: name a directory, or leave it out to keep data in memory');
  }
  if (!(timeScale >= 0) || !Number.isFinite(timeScale)) {
    throw new InvalidOptionError(`timeScale ${timeScale} is not a factor: use a number from 0`);
  }
  return {
    host: options.host ?? '127.0.0.1',
    port,
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
  throw new InvalidOptionError(`${option} ${seconds} is not a duration: use a number of seconds from 0`);
}

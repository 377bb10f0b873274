import { type Clock, SYSTEM_CLOCK } from '../base/clock';
import { InvalidOptionError } from '../errors/server-errors';
import { Latency, type LatencyOption } from '../simulation/latency';
import type { RequestLogEntry } from '../simulation/request-log';

export interface S3ServerOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Default 0, a free port. */
  port?: number;
  /** Data directory, kept across restarts; it is made if missing. Default: memory. */
  dir?: string;
  /** Default `us-east-1`. */
  region?: string;
  /** The account of the credentials that name no other, 12 digits. Default `123456789012`. */
  accountId?: string;
  /** Makes requests take the time that they take on AWS, and prefixes only so many. Default: no delay, no limit. */
  latency?: LatencyOption;
  /** Real seconds for a second of the latency model and of restores. Default 1. */
  timeScale?: number;
  /** Checks every request against the policies of its principal and its bucket. Default false: everything is allowed. */
  enforceIam?: boolean;
  /**
   * What a KMS key is that nobody has created: an error, as on AWS, or created when it is first named (`create`), for a
   * server without a KMS beside it. Default `error`.
   */
  unknownKmsKeys?: 'error' | 'create';
  /** How long a restore from an archive takes, in seconds of `timeScale`. Default 0: it is done at once. */
  restoreSeconds?: number;
  /** The time that the server lives by. Default: that of the machine. */
  clock?: Clock;
  /** Gets every entry of the request log as it is made. */
  onRequest?: (entry: RequestLogEntry) => void;
}

export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly dir: string | undefined;
  readonly region: string;
  readonly accountId: string;
  readonly latency: Latency | undefined;
  readonly enforceIam: boolean;
  readonly unknownKmsKeys: 'error' | 'create';
  readonly restoreMilliseconds: number;
  readonly clock: Clock;
  readonly onRequest: S3ServerOptions['onRequest'];
}

/** The options with their defaults. */
export function checkOptions(options: S3ServerOptions): ResolvedOptions {
  const { host = '127.0.0.1', port = 0, dir, region = 'us-east-1', accountId = '123456789012', onRequest } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidOptionError(`port ${port} is not a TCP port: use 1 to 65535, or 0 for a free one`);
  }
  if (!/^\d{12}$/.test(accountId)) {
    throw new InvalidOptionError(`accountId '${accountId}' is not an AWS account id: use 12 digits`);
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new InvalidOptionError(`region '${region}' is not an AWS Region: use one like us-east-1`);
  }
  if (dir === '')
    throw new InvalidOptionError('dir is empty: name a directory, or leave it out to keep data in memory');
  const {
    enforceIam = false,
    timeScale = 1,
    unknownKmsKeys = 'error',
    restoreSeconds = 0,
    clock = SYSTEM_CLOCK,
  } = options;
  if (!(restoreSeconds >= 0) || !Number.isFinite(restoreSeconds)) {
    throw new InvalidOptionError(`restoreSeconds ${restoreSeconds} is no duration: use a number from 0`);
  }
  const restoreMilliseconds = restoreSeconds * timeScale * 1000;
  const latency = options.latency === undefined ? undefined : new Latency(options.latency, timeScale, clock);
  const access = { enforceIam, unknownKmsKeys };
  return { host, port, dir, region, accountId, onRequest, latency, restoreMilliseconds, clock, ...access };
}

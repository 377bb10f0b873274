import { PUBLISHED_MODEL } from '../../lib/private/estimates/copy-model';
import { AWS_LATENCY } from '../../local/s3/simulation/latency';

/** The speed of AWS, from published figures where there are any. All figures of the benchmark are here. Times are in seconds. */
export const PLATFORM = {
  /** The latency model of the embedded S3 (`--latency aws`): of every request, and of part copies. */
  s3: {
    requestSeconds: AWS_LATENCY.requestSeconds,
    partCopySeconds: AWS_LATENCY.partCopySeconds,
    partCopyBytesPerSecond: AWS_LATENCY.partCopyBytesPerSecond,
  },
  /**
   * Time until the handler of a new environment runs, and of a warm one. Cold: 375 ms with three clients of the SDK, including the first
   * request ("The Fastest Node 22 Lambda Coldstart Configuration", speedrun.nobackspacecrew.com, July 2025). Warm: not published; an
   * estimate.
   */
  lambdaStartSeconds: { cold: 0.4, warm: 0.02 },
  /** Lambda quotas: concurrent executions of an account, and new environments of a function per 10 seconds. */
  lambdaConcurrency: 1000,
  lambdaScaling: 1000,
  /** Overhead before a state of a Standard execution, and before the first child of a Map Run. Not published; estimates. */
  overheadSeconds: { state: 0.05, mapRun: PUBLISHED_MODEL.mapRunSeconds },
  /** Step Functions quotas: child executions that a Map Run starts per second, and concurrent iterations of an inline Map. */
  childrenPerSecond: { STANDARD: 100, EXPRESS: 1000 },
  inlineIterations: 40,
} as const;

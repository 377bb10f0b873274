import { PUBLISHED_MODEL } from '../../lib/private/estimates/copy-model';
import { AWS_LATENCY } from '../../local/s3/simulation/latency';

/** How fast AWS is, as far as it is published. All figures of the benchmark are here. Times are in seconds. */
export const PLATFORM = {
  /** Of the embedded S3 (`--latency aws`): every request, and a part copy of so many bytes per second after so many seconds. */
  s3: {
    requestSeconds: AWS_LATENCY.requestSeconds,
    partCopySeconds: AWS_LATENCY.partCopySeconds,
    partCopyBytesPerSecond: AWS_LATENCY.partCopyBytesPerSecond,
  },
  /**
   * Until the handler of a new environment runs, and of one that has run before. Cold: 375 ms with three clients of the SDK, the first
   * request included ("The Fastest Node 22 Lambda Coldstart Configuration", speedrun.nobackspacecrew.com, July 2025). Warm:
   * not published; an estimate.
   */
  lambdaStartSeconds: { cold: 0.4, warm: 0.02 },
  /** Lambda quotas: concurrent executions of an account, new environments of a function in 10 seconds. */
  lambdaConcurrency: 1000,
  lambdaScaling: 1000,
  /** Before a state of a Standard execution, and before the first child of a Map Run. Not published; estimates. */
  overheadSeconds: { state: 0.05, mapRun: PUBLISHED_MODEL.mapRunSeconds },
  /** Step Functions quotas: child executions that a Map Run starts in a second, iterations of an inline Map at a time. */
  childrenPerSecond: { STANDARD: 100, EXPRESS: 1000 },
  inlineIterations: 40,
} as const;

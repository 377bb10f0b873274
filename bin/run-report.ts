import type { CopyRun, FinishedExecution } from '../local/run';
import { version } from '../package.json';
import type { ExecutionData } from './report';
import { requireWritable, writeReport } from './report-file';

/** The page about the execution of a local run. */
export class RunReport {
  /**
   * Checks the file before the run, so that a long run does not end without a report.
   *
   * @throws UsageError
   */
  static async prepare(file: string, latency: 'aws' | undefined): Promise<RunReport> {
    await requireWritable('--report', file);
    return new RunReport(file, latency);
  }

  private data: ExecutionData | undefined;
  private timeScale = 1;

  private constructor(
    private readonly file: string,
    private readonly latency: 'aws' | undefined,
  ) {}

  /** Must run while Step Functions of the run is available. Everything is read, since the calls are free. */
  async read({ executionArn, endpoint, timeScale }: FinishedExecution): Promise<void> {
    const { createLocalClient, readExecution } = await import('./report');
    const client = createLocalClient(executionArn, endpoint);
    this.timeScale = timeScale;
    this.data = await readExecution(client, executionArn, { details: 'all', unpaced: true });
    client.destroy();
  }

  /** @throws UnwritableReport */
  async write({ report, verification }: CopyRun): Promise<void> {
    if (this.data === undefined) return;
    const { loadAssets, renderPage, toReport } = await import('./report');
    const { timeScale, latency } = this;
    const { requests, verified } = report;
    const local = { timeScale, latency, requests, verified, verification: verification.text };
    await writeReport(this.file, renderPage(toReport(this.data, local), loadAssets(), version));
  }
}

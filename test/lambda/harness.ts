import { S3Client } from '@aws-sdk/client-s3';
import {
  type CheckedState,
  type CopyAttempt,
  type MadeState,
  type UploadState,
  type CopyObjectState,
  type CopyPartEvent,
  type CopyPartsState,
  type CopyResult,
  type CopyState,
  type Locations,
  type PlanEvent,
  type Upload,
  encodeLocations,
} from '../../lib/private/protocol';
import { S3Server } from '../../local/s3';

const LOCATIONS: Locations = {
  sources: [{ bucket: 'raw', prefix: 'in/' }],
  destinations: [{ bucket: 'lake', prefix: 'out/' }],
};

export const EXECUTION_ARN = 'arn:aws:states:us-east-1:123456789012:execution:Copy:first';

/** Name of the function of Begin, if it had been deployed. */
export const BEGIN = 'begin';

export const MIB = 1024 ** 2;

/** A line of a log. */
export type Line = Readonly<Record<string, unknown>>;

/** What Lambda passes to a handler at the start of an invocation of 15 minutes. */
const CONTEXT = { awsRequestId: 'request', getRemainingTimeInMillis: () => 900_000 };

const FIRST_ATTEMPT: Earlier = { retryCount: 0 };

interface Earlier {
  readonly retryCount: number;
  readonly redriveCount?: number;
}

/** The event of a step that makes the copy. Without redrives, its context is that of an engine which has no `RedriveCount`. */
function attemptOf<S>(state: S, { retryCount, redriveCount }: Earlier): CopyAttempt<S> {
  return { state, retryCount, executionContext: { RedriveCount: redriveCount } };
}

/** The handlers, run against an embedded S3 as Lambda would run them: by environment variables alone. */
export class Harness {
  static async start(): Promise<Harness> {
    // Retries and the pauses of Abort take no time.
    jest.doMock('../../lambda/shared/time', () => ({
      SYSTEM_TIME: { now: () => Date.now(), sleep: () => Promise.resolve() },
    }));
    const lines: Line[] = [];
    jest.doMock('../../lambda/shared/logs/write', () => ({
      writeLine: (line: object) => lines.push(throughState(line) as Line),
    }));
    const server = await S3Server.start();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: server.endpoint,
      AWS_REGION: server.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      MPCOPY_LOCATIONS: encodeLocations(LOCATIONS),
      MPCOPY_SETTINGS: JSON.stringify({ account: server.accountId, maxConcurrency: 250, features: ['tags'] }),
    });
    // As S3 lists the initiator of an upload that Begin makes.
    const arn = `arn:aws:sts::${server.accountId}:assumed-role/Copy/${BEGIN}`;
    server.addPrincipal({ accessKeyId: 'test', arn });
    server.createBucket('raw', { versioning: 'Enabled' });
    server.createBucket('lake');
    return new Harness(server, lines);
  }

  readonly client: S3Client;

  private constructor(
    readonly server: S3Server,
    /** What the handlers logged. */
    readonly lines: readonly Line[],
  ) {
    this.client = new S3Client({
      endpoint: server.endpoint,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
  }

  async plan(input: unknown): Promise<CopyState> {
    const { handler } = await import('../../lambda/plan');
    const execution = { id: EXECUTION_ARN, startTime: new Date().toISOString() };
    const event: PlanEvent = { input, execution, beginFunctionName: BEGIN };
    return throughState(await handler(throughState(event)));
  }

  /** @throws if Plan decides on anything but parts */
  async planParts(input: unknown): Promise<CopyPartsState> {
    const state = await this.plan(input);
    if (state.action !== 'COPY_PARTS') throw new Error(`Plan decided on ${state.action}`);
    return state;
  }

  /** @throws if Plan decides on anything but one CopyObject */
  async planObject(input: unknown): Promise<CopyObjectState> {
    const state = await this.plan(input);
    if (state.action !== 'COPY_OBJECT') throw new Error(`Plan decided on ${state.action}`);
    return state;
  }

  async begin(state: CopyPartsState, retryCount = 0): Promise<UploadState> {
    const { handler } = await import('../../lambda/begin');
    const upload: Upload = throughState(await handler({ state, retryCount }));
    return { ...state, upload };
  }

  async copyPart(state: UploadState, partNumber: number): Promise<number> {
    const { handler } = await import('../../lambda/copy-part');
    const { execution, source, destination, plan, upload } = state;
    const event: CopyPartEvent = { partNumber, execution, source, destination, plan, upload };
    return handler(throughState({ state: event, retryCount: 0 }), CONTEXT);
  }

  async checkParts(state: UploadState): Promise<CheckedState> {
    const { handler } = await import('../../lambda/check-parts');
    return { ...state, expected: throughState(await handler(throughState(state))) };
  }

  /** Complete alone. */
  async completeUpload(state: CheckedState, earlier = FIRST_ATTEMPT): Promise<MadeState> {
    const { handler } = await import('../../lambda/complete');
    return { ...state, made: throughState(await handler(throughState(attemptOf(state, earlier)))) };
  }

  async verify(state: MadeState): Promise<CopyResult> {
    const { handler } = await import('../../lambda/verify');
    return throughState(await handler(throughState({ state, retryCount: 0, beginFunctionName: BEGIN })));
  }

  /** CheckParts, Complete and Verify. */
  async complete(state: UploadState): Promise<CopyResult> {
    return this.verify(await this.completeUpload(await this.checkParts(state)));
  }

  /** CopyObject alone. */
  async copyOnce(state: CopyObjectState, earlier = FIRST_ATTEMPT): Promise<MadeState> {
    const { handler } = await import('../../lambda/copy-object');
    return { ...state, made: throughState(await handler(throughState(attemptOf(state, earlier)))) };
  }

  /** CopyObject and Verify. */
  async copyObject(state: CopyObjectState): Promise<CopyResult> {
    return this.verify(await this.copyOnce(state));
  }

  /** All steps in the order of the state machine. */
  async copy(input: unknown): Promise<CopyResult> {
    const state = await this.plan(input);
    if (state.action === 'COPY_OBJECT') return this.copyObject(state);
    if (state.action !== 'COPY_PARTS') throw new Error(`Plan decided on ${state.action}`);
    const begun = await this.begin(state);
    for (const partNumber of state.partNumbers) await this.copyPart(begun, partNumber);
    return this.complete(begun);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.close();
  }
}

/** What is not JSON does not survive between two states. */
function throughState<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

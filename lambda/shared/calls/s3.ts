import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type * as S3Sdk from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type {
  BucketAccess,
  DestinationObject,
  SourceAddress,
  SourceObject,
  TimeWindow,
} from '../../../lib/private/protocol';
import type { S3Api } from '../../../lib/private/protocol/permissions';
import type { CallContext } from '../call-context';
import { reasonOfHead } from '../reason-of-head';
import { bucketParameters, copySourceParameters, customerKeyParameters } from '../request-parameters';
import { windowBefore } from '../time-window';
import type { Tries } from '../tries';
import { ask, type AskOptions, type Caller, DEFAULT_CALLER } from './ask';
import { customerKey } from './customer-key';
import { S3_CALLS } from './s3-calls';

const CONNECTION_TIMEOUT_MS = 5_000;

/** S3 as a worker calls it. */
export interface S3 extends Caller {
  /** The client for the Region of a bucket. */
  readonly clientFor: (bucket: BucketAccess) => S3Client;
}

/**
 * @param requestTimeoutMs how long S3 may send nothing; UploadPartCopy and CompleteMultipartUpload send nothing until they are done
 */
export function createS3(requestTimeoutMs: number, caller: Caller = DEFAULT_CALLER): S3 {
  const clients = new Map<string | undefined, S3Client>();
  const clientFor = ({ region }: BucketAccess) => {
    const client = clients.get(region) ?? createClient(requestTimeoutMs, region);
    clients.set(region, client);
    return client;
  };
  return { ...caller, clientFor };
}

function createClient(requestTimeoutMs: number, region: string | undefined): S3Client {
  return new S3Client({
    ...(region !== undefined && { region }),
    useArnRegion: true,
    // `ask` makes further attempts.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // Without this the SDK only logs a warning.
      throwOnRequestTimeout: true,
    }),
  });
}

type CommandClass<A extends S3Api> = (typeof S3Sdk)[`${A}Command`];
type Input<A extends S3Api> = ConstructorParameters<CommandClass<A>>[0];
type Output<A extends S3Api> =
  InstanceType<CommandClass<A>> extends { resolveMiddleware(...args: never[]): infer H }
    ? H extends (...args: never[]) => Promise<{ output: infer O extends object }>
      ? O
      : never
    : never;

/** Parameters that `askS3` adds. */
type CommonParameter =
  | keyof ReturnType<typeof bucketParameters>
  | keyof ReturnType<typeof customerKeyParameters>
  | keyof ReturnType<typeof copySourceParameters>;

export interface S3Request<A extends S3Api> extends Pick<CallContext, 'detail' | 'partNumber' | 'bytes' | 'effect'> {
  /** As in `ask`. */
  readonly recover?: AskOptions<Output<A>>['recover'];
  /** Absent: every attempt waits as long as the client does. */
  readonly tries?: Tries;
  /** The object that the call names if there is no destination; else what is copied. */
  readonly source?: SourceAddress;
  /** The object that the call names. */
  readonly destination?: DestinationObject;
  /** What is not common to all calls on these objects. */
  readonly parameters?: Omit<Input<A>, CommonParameter>;
  /** Reads the body of the answer, as a part of the attempt: if the body is cut off, the request is sent again. */
  readonly read?: (output: Output<A>) => Promise<void>;
  /** Headers that the SDK cannot send. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** An answer, and when S3 gave it. */
export interface TimedAnswer<O> {
  readonly output: O;
  /** From sending the request that was answered to its answer. */
  readonly answered: TimeWindow;
}

/** `askS3` for callers that do not need to know when S3 answered. */
export async function askS3<A extends S3Api>(
  s3: S3,
  api: A,
  Command: CommandClass<A>,
  request: S3Request<A>,
): Promise<Output<A>> {
  return (await askS3Timed(s3, api, Command, request)).output;
}

/**
 * Calls S3. It adds the parameters that all calls on an object have: bucket, key and version, owners and payer, the
 * customer-provided key, and for copies the source with its conditions.
 *
 * @param Command the SDK's class for `api`, passed by the caller so that a bundle holds only the commands that it uses
 * @throws CopyError
 */
export async function askS3Timed<A extends S3Api>(
  s3: S3,
  api: A,
  Command: CommandClass<A>,
  request: S3Request<A>,
): Promise<TimedAnswer<Output<A>>> {
  const { source, destination, parameters = {}, headers = {}, detail, partNumber, bytes, effect, tries } = request;
  const { isOnBucket, takesCustomerKey, hasCopySource, result } = S3_CALLS[api];
  const target = destination ?? source!;
  const own: { IfMatch?: string; IfNoneMatch?: string; VersionId?: string } = parameters;
  const input = {
    ...bucketParameters(target),
    ...(isOnBucket && { Key: undefined }),
    ...(!destination && source!.versionId !== undefined && { VersionId: source!.versionId }),
    ...(takesCustomerKey && customerKeyParameters(await customerKey(s3, target))),
    ...(hasCopySource && copySourceParameters(source as SourceObject, await customerKey(s3, source!))),
    ...parameters,
  };
  const context: CallContext = {
    ...{ api, detail, partNumber, bytes, source, destination, effect },
    ...(destination && {
      destinationVersionId: own.VersionId,
      ifMatch: own.IfMatch,
      hasCondition: (own.IfMatch ?? own.IfNoneMatch) !== undefined,
    }),
  };
  let answered: TimeWindow | undefined;
  let attempt = 0;
  const send = async () => {
    const command = new (Command as unknown as new (input: object) => SendableCommand)(input);
    addHeaders(command, headers);
    const dateOf = readDate(command);
    const sentAt = s3.time.now();
    const output = await s3
      .clientFor(target)
      .send<never, Output<A>>(command as never, { requestTimeout: tries?.timeoutMs(++attempt) })
      .catch(async (thrown: unknown) => {
        throw api === 'HeadObject' ? await reasonOfHead(thrown, () => getFirstByte(s3, request)) : thrown;
      });
    const now = s3.time.now();
    answered = windowBefore(dateOf() ?? new Date(now), now - sentAt);
    await request.read?.(output);
    return output;
  };
  const missing = (answer: Output<A>) => missingResult(answer, result);
  const output = await ask(s3, context, send, { missing, recover: request.recover, hasTime: tries?.hasTime });
  // A recovered answer has no time of its own.
  return { output, answered: answered ?? windowBefore(new Date(s3.time.now()), 0) };
}

/** A GetObject of one byte instead of a HeadObject, because its answer has a body. */
function getFirstByte(s3: S3, { source, destination, parameters }: S3Request<'HeadObject'>) {
  const { VersionId, IfMatch } = parameters ?? {};
  return askS3(s3, 'GetObject', GetObjectCommand, {
    ...{ source, destination },
    parameters: { ...(VersionId !== undefined && { VersionId }), IfMatch, Range: 'bytes=0-0' },
    read: async ({ Body }) => {
      // A server that does not know ranges would send all bytes.
      (Body as { destroy?: () => void } | undefined)?.destroy?.();
      return Promise.resolve();
    },
  });
}

interface SendableCommand {
  readonly middlewareStack: {
    add(middleware: (next: Next) => Next, options: { step: 'build' | 'deserialize'; name: string }): void;
  };
}

type Next = (args: { request: { headers: Record<string, string> } }) => unknown;

/** Reads S3's clock from the Date header. @returns a function that returns the time, undefined before the answer */
function readDate(command: SendableCommand): () => Date | undefined {
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = (await next(args)) as { response?: { headers?: Record<string, string> } };
      date = result.response?.headers?.date;
      return result;
    },
    { step: 'deserialize', name: 'readDate' },
  );
  return () => (date === undefined ? undefined : new Date(date));
}

function addHeaders(command: SendableCommand, headers: Readonly<Record<string, string | undefined>>): void {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (given.length === 0) return;
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request.headers, Object.fromEntries(given));
      return next(args);
    },
    { step: 'build', name: 'ownHeaders' },
  );
}

/** The path of the result, if the output lacks it. */
function missingResult(output: object, path: readonly string[] | undefined): string | undefined {
  const value = path?.reduce<unknown>((part, name) => {
    const parent = (part ?? {}) as Readonly<Record<string, unknown>>;
    return Object.hasOwn(parent, name) ? parent[name] : undefined;
  }, output);
  return path === undefined || value ? undefined : path.join('.');
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { close, listen, refusalOfHost, refusalOfPage } from '../front-door';

/** A version of a secret. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly versionId?: string;
  /** SecretString. Exactly one of `text` and `binary` is set. */
  readonly text?: string;
  readonly binary?: Uint8Array;
}

/** A call to authorize. */
export interface SecretAccess {
  /** Undefined: the call is not signed. */
  readonly accessKeyId: string | undefined;
  /** For example `secretsmanager:GetSecretValue`. */
  readonly action: string;
  /** ARN of the secret. */
  readonly resource: string;
  readonly operation: string;
}

export interface SecretsServerOptions {
  /**
   * Returns the reason for denying a call, or undefined to allow it.
   * @default all calls are allowed
   */
  readonly authorize?: (access: SecretAccess) => string | undefined;
}

const TARGET = 'secretsmanager.';

const MAX_BODY_BYTES = 16 * 1024;

/** Version ID of a secret without one. */
const DEFAULT_VERSION_ID = '00000000-0000-4000-8000-000000000000';

/**
 * A local AWS Secrets Manager with the operation GetSecretValue (AWS JSON 1.1 over HTTP). If several secrets have the same name, they are
 * versions of one secret, the first of which is the current one. Signatures are not verified.
 */
export class SecretsServer {
  static async start(secrets: readonly Secret[], options: SecretsServerOptions = {}): Promise<SecretsServer> {
    const server = createServer((request, response) => void answer(request, response, secrets, options));
    return new SecretsServer(server, await listen(server));
  }

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  /** For example `http://127.0.0.1:PORT`. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return close(this.server);
  }
}

/** The ARN of a secret. Secrets Manager appends six random characters to the name; here they are constant. */
export function secretArn(name: string, region: string, accountId: string, partition = 'aws'): string {
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-Local1`;
}

/** An error of Secrets Manager. */
class SecretsError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  secrets: readonly Secret[],
  options: SecretsServerOptions,
): Promise<void> {
  let status = 200;
  let body: object;
  try {
    const refusal = refusalOfHost(request.headers.host) ?? refusalOfPage(request.headers);
    if (refusal !== undefined) throw new SecretsError('AccessDeniedException', refusal);
    body = perform(request, await read(request), secrets, options);
  } catch (error) {
    const { name, message } = error as Error;
    status = error instanceof SecretsError ? 400 : 500;
    body = { __type: error instanceof SecretsError ? name : 'InternalServiceError', message };
  }
  request.resume();
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

function perform(
  request: IncomingMessage,
  body: string,
  secrets: readonly Secret[],
  { authorize }: SecretsServerOptions,
): object {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (target !== `${TARGET}GetSecretValue`) {
    throw new SecretsError(
      'InvalidRequestException',
      `The local Secrets Manager does not support the operation "${target.replace(TARGET, '')}". It supports GetSecretValue only.`,
    );
  }
  const { SecretId: id, VersionId: version, VersionStage: stage = 'AWSCURRENT' } = parse(body);
  const versions = secrets.filter(({ arn, name }) => id === arn || id === name || isPartialArn(id, arn));
  const [secret] = versions;
  const accessKeyId = /Credential=([^/,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const call = { accessKeyId, action: `secretsmanager:GetSecretValue`, operation: 'GetSecretValue' };
  const refusal = authorize?.({ ...call, resource: secret?.arn ?? id });
  if (refusal !== undefined) throw new SecretsError('AccessDeniedException', refusal);
  if (secret === undefined) {
    throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  if (stage !== 'AWSCURRENT') throw noValue(`staging label: ${String(stage)}`);
  const found =
    version === undefined ? secret : versions.find(({ versionId = DEFAULT_VERSION_ID }) => versionId === version);
  if (found === undefined) throw noValue(`VersionId: ${String(version)}`);
  return valueOf(found);
}

function noValue(requested: string): SecretsError {
  return new SecretsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${requested}`,
  );
}

function parse(body: string): { SecretId: string; VersionId?: unknown; VersionStage?: unknown } {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    throw new SecretsError('SerializationException', 'The body is not valid JSON.');
  }
  const { SecretId, VersionId, VersionStage } = (input ?? {}) as Record<string, unknown>;
  if (typeof SecretId === 'string' && SecretId !== '') return { SecretId, VersionId, VersionStage };
  throw new SecretsError('ValidationException', 'SecretId is missing: specify the name or the ARN of a secret.');
}

/** Whether an ID is an ARN without the six appended characters, which Secrets Manager accepts too. */
function isPartialArn(id: string, arn: string): boolean {
  return id === arn.replace(/-[^-]{6}$/, '');
}

function valueOf({ arn, name, versionId = DEFAULT_VERSION_ID, text, binary }: Secret): object {
  return {
    ARN: arn,
    Name: name,
    VersionId: versionId,
    VersionStages: ['AWSCURRENT'],
    CreatedDate: 1_767_225_600,
    ...(text !== undefined && { SecretString: text }),
    ...(binary !== undefined && { SecretBinary: Buffer.from(binary).toString('base64') }),
  };
}

/** Reads a body. It holds an ARN of up to 2,048 characters, a version ID and a staging label (API reference, GetSecretValue). */
async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is too long is discarded, not kept, so that the answer arrives.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES)
      throw new SecretsError('ValidationException', `The body exceeds ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A version of a secret. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly versionId?: string;
  /** Either this or `binary`. */
  readonly text?: string;
  readonly binary?: Uint8Array;
}

/** A call, as the policies of its caller are asked about it. */
export interface SecretAccess {
  readonly accessKeyId: string;
  /** `secretsmanager:GetSecretValue` */
  readonly action: string;
  /** ARN of the secret. */
  readonly resource: string;
  readonly operation: string;
}

export interface SecretsServerOptions {
  /** Says why a call is refused; undefined is allowed. Default: every call is allowed. */
  readonly authorize?: (access: SecretAccess) => string | undefined;
}

const TARGET = 'secretsmanager.';

/** Of a secret that has but one version. */
const ONLY_VERSION = '00000000-0000-4000-8000-000000000000';

/**
 * GetSecretValue of AWS Secrets Manager on this machine, in AWS JSON 1.1 over HTTP. Of a secret that is given more than once the
 * first is the current version. Signatures are not checked.
 */
export class SecretsServer {
  static async start(secrets: readonly Secret[], options: SecretsServerOptions = {}): Promise<SecretsServer> {
    const server = createServer((request, response) => void answer(request, response, secrets, options));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new SecretsServer(server);
  }

  private constructor(private readonly server: Server) {}

  /** `http://127.0.0.1:PORT` */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** The ARN of a name: with the six characters that Secrets Manager makes up, which here are always the same. */
export function secretArn(name: string, region: string, accountId: string): string {
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-Local1`;
}

/** A refusal in the words of Secrets Manager. */
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
    body = perform(request, await read(request), secrets, options);
  } catch (error) {
    const { name, message } = error as Error;
    status = error instanceof SecretsError ? 400 : 500;
    body = { __type: error instanceof SecretsError ? name : 'InternalServiceError', message };
  }
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
      `The local Secrets Manager does not have the operation "${target.replace(TARGET, '')}", only GetSecretValue.`,
    );
  }
  const { SecretId: id, VersionId: version, VersionStage: stage = 'AWSCURRENT' } = parse(body);
  const versions = secrets.filter(({ arn, name }) => id === arn || id === name || isPartialArn(id, arn));
  const [secret] = versions;
  const accessKeyId = /Credential=([^/,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'anonymous';
  const call = { accessKeyId, action: `secretsmanager:GetSecretValue`, operation: 'GetSecretValue' };
  const refusal = authorize?.({ ...call, resource: secret?.arn ?? id });
  if (refusal !== undefined) throw new SecretsError('AccessDeniedException', refusal);
  if (secret === undefined) {
    throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  if (stage !== 'AWSCURRENT') throw noValue(`staging label: ${String(stage)}`);
  const asked = version === undefined ? secret : versions.find(({ versionId = ONLY_VERSION }) => versionId === version);
  if (asked === undefined) throw noValue(`VersionId: ${String(version)}`);
  return valueOf(asked);
}

function noValue(asked: string): SecretsError {
  return new SecretsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${asked}`,
  );
}

function parse(body: string): { SecretId: string; VersionId?: unknown; VersionStage?: unknown } {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    throw new SecretsError('SerializationException', 'The body is not JSON.');
  }
  const { SecretId, VersionId, VersionStage } = (input ?? {}) as Record<string, unknown>;
  if (typeof SecretId === 'string' && SecretId !== '') return { SecretId, VersionId, VersionStage };
  throw new SecretsError('ValidationException', 'SecretId is missing: give the name or the ARN of a secret.');
}

/** An ARN without the six characters that Secrets Manager adds names the secret too. */
function isPartialArn(id: string, arn: string): boolean {
  return id === arn.replace(/-[^-]{6}$/, '');
}

function valueOf({ arn, name, versionId = ONLY_VERSION, text, binary }: Secret): object {
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

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

import { randomBytes } from 'node:crypto';
import { S3Error } from '../errors/s3-error';
import type { Accounts } from '../iam/accounts';
import type { Kms } from '../kms/kms';
import type { KmsKey, KmsKeyState } from '../store/model';

/** A response of KMS: status and JSON. */
export interface KmsAnswer {
  readonly status: number;
  readonly body: string;
}

type Input = Readonly<Record<string, unknown>>;
type Handler = (kms: Kms, input: Input, accountId: string, region?: string) => object;

/** The supported KMS operations: those that create keys and change their state. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({
    CreateKey: (kms, _input, accountId, region) => ({
      KeyMetadata: metadata(kms.createKey({ accountId, ...(region !== undefined && { region }) })),
    }),
    DescribeKey: (kms, input, accountId, region) => ({
      KeyMetadata: metadata(kms.find(text(input, 'KeyId'), accountId, region)),
    }),
    ListKeys: (kms, _input, _accountId, region) => ({
      Keys: kms.list(region).map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })),
      Truncated: false,
    }),
    EnableKey: setState('Enabled'),
    DisableKey: setState('Disabled'),
    CancelKeyDeletion: setState('Disabled'),
    ScheduleKeyDeletion: setState('PendingDeletion'),
    CreateAlias: (kms, input, accountId, region) => {
      kms.addAlias(kms.find(text(input, 'TargetKeyId'), accountId, region), text(input, 'AliasName'));
      return {};
    },
    ListAliases: (kms, _input, _accountId, region) => ({
      Aliases: kms
        .list(region)
        .flatMap((key) => key.aliases.map((AliasName) => ({ AliasName, TargetKeyId: key.keyId }))),
      Truncated: false,
    }),
  } satisfies Record<string, Handler>),
);

function setState(state: KmsKeyState): Handler {
  return (kms, input, accountId, region) => {
    const key = kms.find(text(input, 'KeyId'), accountId, region);
    kms.setState(key, state);
    return { KeyId: key.arn, KeyState: state };
  };
}

function text(input: Input, name: string): string {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return typeof value === 'string' ? value : '';
}

function metadata(key: KmsKey): object {
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.createdAt / 1000,
    Enabled: key.state === 'Enabled',
    Description: '',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    CurrentKeyMaterialId: randomBytes(32).toString('hex'),
  };
}

/** The caller, and the Region of the request's signature or else of the server. */
export interface KmsCaller {
  readonly accessKeyId: string | undefined;
  readonly region: string | undefined;
}

/** Handles a request to KMS. */
export function answerKms(kms: Kms, accounts: Accounts, target: string, body: string, caller: KmsCaller): KmsAnswer {
  const handler = HANDLERS.get(target.replace(/^TrentService\./, ''));
  if (handler === undefined) return failure('UnsupportedOperationException', `${target} is not served here`);
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof input !== 'object' || input === null) return failure('SerializationException', 'not an object');
    const answer = handler(kms, input as Input, accounts.find(caller.accessKeyId).accountId, caller.region);
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    if (error instanceof S3Error) return kmsFailure(error);
    return failure('SerializationException', 'the body is not JSON');
  }
}

/** KMS error codes that differ from those of S3. */
const KMS_NAMES: ReadonlyMap<string, string> = new Map([
  ['SignatureDoesNotMatch', 'InvalidSignatureException'],
  ['InvalidAccessKeyId', 'UnrecognizedClientException'],
  ['AccessDenied', 'AccessDeniedException'],
]);

/** An error response of KMS. */
export function kmsFailure({ code, description }: S3Error): KmsAnswer {
  return failure(KMS_NAMES.get(code) ?? code.replace(/^KMS\./, ''), description ?? '');
}

function failure(code: string, message: string): KmsAnswer {
  return { status: 400, body: JSON.stringify({ __type: code, message }) };
}

import { type ErrorFields, type S3Error, s3Error } from '../../errors/s3-error';
import type { Accounts } from '../../iam/accounts';
import type { Principal } from '../../wire/principal';
import { longDate } from '../signatures/clock';
import { checkCredential, HMAC, parseCredential } from '../signatures/presentation';
import { hmacKey } from '../signatures/signing-key';
import { checkToken, signatureMismatch } from '../signatures/verify';
import { isSignedV2 } from '../signatures/version-2';
import { type FormFields, missing } from './form';

const V4_FIELDS = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature'];
const V2_FIELDS = ['AWSAccessKeyId', 'Signature'];

/**
 * Who signed the policy of a form; nobody when it is not signed. The signature is verified when the secret of its access key is known.
 * @param region of the bucket, which policies are signed for; undefined when there is no bucket
 * @throws InvalidArgument for fields that do not make a signature, SignatureDoesNotMatch
 */
export function signerOfForm(fields: FormFields, accounts: Accounts, region: string | undefined): Principal {
  const valueOf = (name: string): string => fields.get(name.toLowerCase())?.value ?? '';
  const isThere = (name: string): boolean => fields.has(name.toLowerCase());
  const names = [V4_FIELDS, V2_FIELDS].find((all) => all.some(isThere));
  if (names === undefined) return accounts.find(undefined);
  const absent = ['policy', ...names].find((name) => !isThere(name));
  if (absent !== undefined) throw missing(absent);
  return names === V4_FIELDS ? signerV4(valueOf, accounts, region) : signerV2(valueOf, accounts);
}

function signerV4(valueOf: (name: string) => string, accounts: Accounts, region: string | undefined): Principal {
  const [algorithm, text, date] = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date'].map(valueOf);
  if (algorithm !== HMAC) throw refusal('X-Amz-Algorithm', algorithm, `X-Amz-Algorithm only supports "${HMAC}"`);
  const refuse = (detail: string): S3Error => refusal('X-Amz-Credential', text, detail);
  if (text?.startsWith('/')) throw refuse('a non-empty Access Key (AKID) must be provided in the credential.');
  const credential = parseCredential(text ?? '', HMAC, refuse);
  if (!isLongDate(date ?? '')) {
    throw refusal('X-Amz-Date', date, 'X-Amz-Date must be formated via ISO8601 Long format');
  }
  checkCredential({ credential, date: date ?? '' }, credential.accessKeyId, ['s3', 's3express'], refuse);
  const [, signed] = credential.scope;
  if (region !== undefined && signed !== region) {
    const Region = region;
    throw refusal('X-Amz-Credential', text, `the region '${signed}' is wrong; expecting '${region}'`, { Region });
  }
  const principal = accounts.find(credential.accessKeyId);
  if (principal.secretAccessKey === undefined) return principal;
  const [policy = '', signature = ''] = ['policy', 'x-amz-signature'].map(valueOf);
  if (!hmacKey(principal.secretAccessKey, credential.scope).isSigned(policy, signature)) {
    throw signatureMismatch(principal.accessKeyId, policy, signature);
  }
  checkToken(valueOf('x-amz-s3session-token') || valueOf('x-amz-security-token') || undefined, principal);
  return principal;
}

function signerV2(valueOf: (name: string) => string, accounts: Accounts): Principal {
  const principal = accounts.find(valueOf('awsaccesskeyid'));
  const { secretAccessKey } = principal;
  if (secretAccessKey === undefined) return principal;
  // Sessions do not have it.
  if (principal.sessionToken !== undefined) throw s3Error('SignatureVersionNotSupported');
  const [policy = '', signature = ''] = ['policy', 'signature'].map(valueOf);
  if (!isSignedV2(secretAccessKey, policy, signature)) {
    throw signatureMismatch(principal.accessKeyId, policy, signature);
  }
  return principal;
}

/** The signature as an Authorization header would tell it; undefined when there is none. */
export function authorizationOf(fields: FormFields): string | undefined {
  const [credential, accessKeyId] = ['x-amz-credential', 'awsaccesskeyid'].map((name) => fields.get(name)?.value);
  if (credential !== undefined) return `${HMAC} Credential=${credential}`;
  return accessKeyId === undefined ? undefined : `AWS ${accessKeyId}:`;
}

function isLongDate(text: string): boolean {
  const time = Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return !Number.isNaN(time) && longDate(time) === text;
}

function refusal(name: string, value: string | undefined, detail: string, more: ErrorFields = {}): S3Error {
  return s3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: value, ...more }, { detail });
}

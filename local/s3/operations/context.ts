import type { Accounts } from '../accounts';
import type { BlobStore } from '../content/blobs';
import type { ContentDigests } from '../content/digests';
import { s3Error } from '../errors';
import type { S3Request } from '../http/request';
import type { S3Response } from '../http/response';
import type { OperationName } from '../http/router';
import type { Authorizer } from '../iam/authorizer';
import type { Kms } from '../kms';
import type { Bucket, Store } from '../store/store';

/** What an operation works with. */
export interface OperationContext {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly digests: ContentDigests;
  readonly kms: Kms;
  readonly accounts: Accounts;
  /** Set when policies are enforced. */
  readonly authorizer: Authorizer | undefined;
  readonly region: string;
  /** The owner of the server's buckets unless they say otherwise. */
  readonly accountId: string;
  /** `http://127.0.0.1:PORT`, for the Location of a completed upload. */
  readonly endpoint: string;
  /** How long a restore from an archive takes. */
  readonly restoreMilliseconds: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

export type Operation = (context: OperationContext, request: S3Request) => Promise<S3Response> | S3Response;

/** The operations that a module serves. */
export type Operations = Partial<Record<OperationName, Operation>>;

/** HTTP dates and S3's listings know whole seconds only. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

export function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Checks the account that a request expects to own a bucket. */
export function checkExpectedOwner(bucket: Bucket, expected: string | undefined): void {
  if (expected === undefined) return;
  if (!/^\d{12}$/.test(expected)) throw s3Error('InvalidBucketOwner');
  if (expected !== bucket.settings.ownerAccountId) throw s3Error('AccessDenied');
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** A number in a query parameter, or InvalidArgument: in one way for what is no 32-bit integer, in another for a negative one. */
export function integerParameter(
  request: S3Request,
  name: string,
  options: { default: number; maximum: number },
): number {
  const text = request.parameter(name);
  if (text === undefined || text === '') return options.default;
  const value = Number(text);
  const refuse = (argument: string, detail: string): Error =>
    s3Error('InvalidArgument', { ArgumentName: argument, ArgumentValue: text }, { detail });
  if (!/^[+-]?\d{1,10}$/.test(text) || value < INT32.min || value > INT32.max) {
    throw refuse(name, `Provided ${name} not an integer or within integer range`);
  }
  if (value < 0) {
    const argument = name === 'max-keys' ? 'maxKeys' : name;
    throw refuse(argument, `Argument ${argument} must be an integer between 0 and ${INT32.max}`);
  }
  return Math.min(value, options.maximum);
}

const PART_NUMBERS = { first: 1, last: 10_000 };

export function partNumberParameter(request: S3Request): number | undefined {
  const text = request.parameter('partNumber');
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < PART_NUMBERS.first || number > PART_NUMBERS.last) {
    throw s3Error('PartNumberRange', { ArgumentName: 'partNumber', ArgumentValue: text });
  }
  return number;
}

/** The number of the part that a request brings. */
export function givenPartNumber(request: S3Request): number {
  const number = partNumberParameter(request);
  if (number !== undefined) return number;
  throw s3Error('PartNumberRange', { ArgumentName: 'partNumber', ArgumentValue: request.parameter('partNumber') });
}

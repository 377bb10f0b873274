import {
  checkFaultFields,
  checkRuleFields,
  count,
  type FaultSelection,
  type Field,
  type Fields,
  flag,
  milliseconds,
  readRules,
  text,
} from '../../fault-rules';
import { InvalidFaultError } from '../errors/server-errors';

/** The fault of a request. */
export type Fault =
  /** The request gets this error. It has no effect, unless `afterEffect` says so. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      /**
       * Whether the request takes effect before it gets the error.
       * @default false
       */
      readonly afterEffect?: boolean;
    }
  /** The request gets status 200 with an error document, as S3 answers requests that take long. */
  | {
      readonly kind: 'error-in-200';
      readonly code: string;
      readonly message: string;
      /** Whether to append a line feed to the document, which makes some clients treat it as a success. */
      readonly trailingWhitespace?: boolean;
      /**
       * Whether the request takes effect before it gets the error.
       * @default false
       */
      readonly afterEffect?: boolean;
    }
  /** The request has no effect and gets status 200 without a body. */
  | { readonly kind: 'empty-200' }
  /** The connection is reset before the request takes effect. */
  | { readonly kind: 'reset-before' }
  /** The request takes effect, and the connection is reset instead of a response. */
  | { readonly kind: 'reset-after' }
  /** The request has no effect and never gets a response. */
  | { readonly kind: 'hang' }
  /** The request takes effect, and the connection is closed after half of the response body. */
  | { readonly kind: 'truncate' }
  /** The request takes longer. It takes effect even if the client has disconnected by then. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is reset at once, and the request takes effect after this time, if it still can. */
  | { readonly kind: 'late-effect'; readonly milliseconds: number }
  /** The request has no effect and fails with the error for this state of its KMS key. */
  | { readonly kind: KmsFaultKind };

export type KmsFaultKind = 'kms-throttling' | 'kms-disabled' | 'kms-pending-deletion' | 'kms-not-found';

/** Selects requests and injects a fault into them. */
export interface FaultRule extends FaultSelection {
  /** Name of the operation, such as `UploadPartCopy`, or `*` for all operations. */
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly partNumber?: number;
  /**
   * `after` and `until` are relative to the first request of this operation.
   * @default relative to the time at which the rule is added
   */
  readonly since?: string;
  readonly fault: Fault;
}

const RULE_FIELDS: Fields = {
  required: { operation: text },
  optional: { bucket: text, key: text, partNumber: count, since: text },
};

const ERROR_FIELDS = { code: text, message: text };
const STATUS: Field = {
  accepts: (value) => Number.isInteger(value) && (value as number) >= 300 && (value as number) <= 599,
  expected: 'an HTTP status from 300 to 599',
};

const KINDS: Readonly<Record<Fault['kind'], Fields>> = {
  error: { required: { status: STATUS, ...ERROR_FIELDS }, optional: { afterEffect: flag } },
  'error-in-200': { required: ERROR_FIELDS, optional: { trailingWhitespace: flag, afterEffect: flag } },
  'empty-200': {},
  'reset-before': {},
  'reset-after': {},
  hang: {},
  truncate: {},
  delay: { required: { milliseconds } },
  'late-effect': { required: { milliseconds } },
  'kms-throttling': {},
  'kms-disabled': {},
  'kms-pending-deletion': {},
  'kms-not-found': {},
};

/**
 * Parses a file of rules: a JSON array, or one rule per line.
 * @param name name of the file, for error messages
 * @throws InvalidFaultError
 */
export function parseFaultRules(content: string, name: string, operations: readonly string[]): readonly FaultRule[] {
  return readRules<FaultRule>(content, name, (rule) => validateFaultRule(rule, operations), InvalidFaultError);
}

/** @throws InvalidFaultError */
export function validateFaultRule(rule: FaultRule, operations: readonly string[]): void {
  checkRuleFields(rule, RULE_FIELDS, InvalidFaultError);
  const { operation, since, fault } = rule;
  for (const name of [operation, since ?? '*']) {
    if (name !== '*' && !operations.includes(name)) {
      throw new InvalidFaultError(
        `unknown operation '${name}' in a fault rule: use the name of an S3 operation, such as UploadPartCopy, or * for all operations`,
      );
    }
  }
  if (since === '*') {
    throw new InvalidFaultError(`since '*' of a fault rule is not an operation: use the name of an S3 operation`);
  }
  checkFaultFields(fault, KINDS, InvalidFaultError);
}

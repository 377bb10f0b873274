import { causeText as plainCause } from '../../lib/private/protocol/cause';
import type { CopyProgress } from './copy-progress';

const RUNBOOK = 'https://github.com/cdk-s3-multipart-copy/cdk-s3-multipart-copy/blob/main/docs/runbook.md';

type Failed = Pick<CopyProgress, 'status' | 'error' | 'cause'>;

/** A copy has failed. The message is one line with the error, the cause, and a link to the runbook. */
export class CopyFailed extends Error {
  constructor(failed: Failed) {
    super(failureLine(failed));
    this.name = 'CopyFailed';
  }
}

/** `AccessDenied: … (https://…/docs/runbook.md#accessdenied)` */
export function failureLine(failed: Failed): string {
  return `${errorText(failed)} (${runbookLink(nameOf(failed))})`;
}

/** `AccessDenied: …` */
export function errorText(failed: Failed): string {
  const text = causeText(failed.cause) ?? TEXTS.get(failed.status);
  return `${nameOf(failed)}${text === undefined || text === '' ? '' : `: ${text}`}`;
}

function nameOf({ status, error }: Failed): string {
  return error ?? NAMES.get(status) ?? status;
}

/** The section of the runbook about an error. */
export function runbookLink(error: string): string {
  return `${RUNBOOK}#${SECTIONS.get(error) ?? 'by-error'}`;
}

const SECTIONS = new Map(
  Object.entries({
    KmsKeyUnavailable: 'kms-keys',
    AbortFailed: 'uploads-left-behind',
    Stopped: 'uploads-left-behind',
    TimedOut: 'uploads-left-behind',
  }),
);

const NAMES = new Map([
  ['ABORTED', 'Stopped'],
  ['TIMED_OUT', 'TimedOut'],
]);
const TEXTS = new Map([
  ['ABORTED', 'the execution was stopped; mpcopy sweep --list shows the upload that it may have left'],
  ['TIMED_OUT', 'the execution has timed out; mpcopy sweep --list shows the upload that it may have left'],
]);

/** The cause in one line, without the JSON of Lambda. */
export function causeText(cause: string | undefined): string | undefined {
  return cause === undefined
    ? undefined
    : plainCause(cause)
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ');
}

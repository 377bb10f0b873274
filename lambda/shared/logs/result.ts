import type { CopyResult } from '../../../lib/private/protocol';
import type { ResultLine } from '../../../lib/private/protocol/log-lines';
import { log } from './invocation';

/** Writes a line about how an execution ended. */
export function logResult(result: CopyResult): void {
  const { status, source, destination, parts, integrity, elapsedSeconds } = result;
  const isCopied = status === 'COPIED';
  const verifiedBy = isCopied ? integrity.verifiedBy : '';
  const line: ResultLine = {
    ...{ status, verifiedBy, size: destination.size, parts, elapsedSeconds },
    ...{ bucket: destination.bucket, key: destination.key, sourceBucket: source.bucket, sourceKey: source.key },
  };
  const values = { copies: 1, ...(isCopied && { copiesProven: 1 }) };
  log('INFO', status, line, { values, dimensions: { Status: status, ...(isCopied && { Proof: verifiedBy }) } });
}

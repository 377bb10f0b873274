import { PRICE_DATE, PRICE_REGION } from '../../lib/private/estimates/prices';
import { formatBytes, formatUSD, plural, visible } from '../report/format';
import { uriOf } from './render';
import type { StoredUpload, WorkflowUpload } from './sweep';

export interface SweptUpload extends WorkflowUpload, StoredUpload {
  /** Cost at list prices; absent if the storage class has no price in the table. */
  readonly monthlyUSD?: number;
  readonly isAborted: boolean;
}

/** A line for each upload, and the sum. */
export function renderUploads(uploads: readonly SweptUpload[], aborts: boolean): string {
  if (uploads.length === 0) return 'No uploads of this workflow.\n';
  const rows = uploads.map((upload) => [
    upload.isAborted ? 'ABORTED' : upload.state,
    formatBytes(upload.bytes),
    upload.monthlyUSD === undefined ? 'price not known' : `${formatUSD(upload.monthlyUSD)} a month`,
    `${new Date(upload.initiatedAt).toISOString().slice(0, 19)}Z`,
    uriOf(upload),
    upload.uploadId,
    upload.execution?.split(':').at(-1) ?? 'execution not known',
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => visible(cell).padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const counted = aborts ? uploads.filter(({ isAborted }) => isAborted) : uploads;
  const bytes = counted.reduce((sum, upload) => sum + upload.bytes, 0);
  const usd = counted.reduce((sum, upload) => sum + (upload.monthlyUSD ?? 0), 0);
  const what = `${plural(counted.length, 'upload')}${aborts ? ' aborted' : ''}`;
  const price = `list prices of ${PRICE_REGION}, ${PRICE_DATE}`;
  return `${lines.join('\n')}\n${what}, ${formatBytes(bytes)}, ${formatUSD(usd)} a month (${price})\n`;
}

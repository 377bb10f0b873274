import type { CopyRun } from '../local/run';
import { formatSize } from './size';

/** The report of a run as a table for people. */
export function renderRun({ report, verification, openUploads }: CopyRun): string {
  const { execution, result, requests, verified } = report;
  const rows: [string, string][] = [
    ['status', execution.status === 'FAILED' ? `FAILED: ${execution.error}` : (result?.status ?? execution.status)],
    ['states', execution.states.join(' > ')],
  ];
  if (result) {
    const { source, destination, integrity } = result;
    rows.push(
      ['source', `s3://${source.bucket}/${source.key}`],
      ['destination', `s3://${destination.bucket}/${destination.key}`],
      ['size', `${formatSize(source.size)} (${source.size} bytes)`],
      ['parts', `${result.parts} of ${formatSize(result.partSize)}`],
      ['proof in S3', [integrity.verifiedBy, integrity.algorithm, integrity.checksum].filter(Boolean).join(' ')],
      ['encryption', result.serverSideEncryption || '-'],
      ['verified', `${verified ? 'yes' : 'NO'}: ${verification.text}`],
    );
  }
  rows.push(
    [
      'requests',
      Object.entries(requests)
        .map(([operation, count]) => `${operation} ${count}`)
        .join(', ') || 'none',
    ],
    ['open uploads', String(openUploads)],
    ['elapsed', `${execution.elapsedSeconds.toFixed(1)} s`],
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`;
}

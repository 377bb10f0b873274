import type { CopyRun, IamReport } from '../local/run';
import { formatSize } from '../local/run/size';
import { visible } from './report/format';

/**
 * The report of a run as a table.
 *
 * @param place where the objects are kept
 */
export function renderRun({ report, verification }: CopyRun, place?: string): string {
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
  if (place !== undefined) rows.push(['kept in', place]);
  rows.push(...iamRows(report.iam));
  rows.push(
    [
      'requests',
      Object.entries(requests)
        .map(([operation, count]) => `${operation} ${count}`)
        .join(', ') || 'none',
    ],
    ['open uploads', String(report.openUploads)],
    ['elapsed', `${execution.elapsedSeconds.toFixed(1)} s`],
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${rows.map(([name, value]) => `${name.padEnd(width)}  ${visible(value)}`).join('\n')}\n`;
}

/** A line for each refusal, and the unused actions by the resources of their statement. */
function iamRows(iam: IamReport | undefined): [string, string][] {
  if (iam === undefined) return [];
  const unused = new Map<string, string[]>();
  for (const { action, resource } of iam.unusedByResource) {
    const on = resource.join(', ');
    unused.set(on, [...(unused.get(on) ?? []), action]);
  }
  return [
    ['IAM checks', `${iam.checked}, ${iam.denied.length} denied`],
    ...iam.denied.map(({ operation, action, resource }): [string, string] => [
      'denied',
      `${action} on ${resource} for ${operation}`,
    ]),
    ...[...unused].map(([on, actions]): [string, string] => ['not used', `${actions.join(', ')} on ${on}`]),
  ];
}

import { formatBytes, formatCount, visible } from '../format';
import type { CopyReport, CopySummary } from '../model/report';
import { untrusted, html, type Html } from './html';
import { PROOFS, uriOf } from './summary';

/** The request, the result, and the proof that both objects are equal. */
export function proofSection({ copy, local }: CopyReport): Html | undefined {
  if (copy === undefined) return undefined;
  const rows = [...requestRows(copy), ...resultRows(copy)];
  if (local)
    rows.push([
      'Compared by the local run',
      html`${local.verified ? '✓ equal' : '✕ not equal'}: ${untrusted(local.verification)}`,
    ]);
  return html`<section aria-labelledby="proof">
    <h2 id="proof">Result and proof</h2>
    <dl class="rows">
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

type Row = [name: string, value: Html | string];

function requestRows({ source, destination, plan, options }: CopySummary): Row[] {
  const rows: Row[] = [
    [
      'Source',
      html`<code>${untrusted(uriOf(source))}</code
        >${source.versionId !== undefined && html` version <code>${untrusted(source.versionId)}</code>`}`,
    ],
    [
      'Destination',
      html`<code>${untrusted(uriOf(destination))}</code
        >${destination.versionId !== undefined && html` version <code>${untrusted(destination.versionId)}</code>`}`,
    ],
  ];
  if (plan) {
    const cut = plan.boundaries === 'SOURCE' ? 'the same parts as the source' : `${formatBytes(plan.partSize)} each`;
    rows.push([
      'Plan',
      `${formatCount(plan.parts)} parts, ${cut}, at most ${formatCount(plan.maxConcurrency)} at once, ${plan.mapType === 'INLINE' ? 'inline Map' : 'Distributed Map'}`,
    ]);
  }
  if (options.length > 0) {
    rows.push([
      'Options',
      html`${options.map(([name, value], index) => html`${index > 0 && ', '}<code>${untrusted(name)}</code> ${untrusted(value)}`)}`,
    ]);
  }
  return rows;
}

function resultRows({ result, storageClass }: CopySummary): Row[] {
  if (result === undefined) return [['Result', 'none: the copy has not ended, or it failed']];
  if (result.status !== 'COPIED') return [['Result', html`${visible(result.status)}: ${untrusted(result.reason)}`]];
  const { integrity, destination, checksums, serverSideEncryption, ssekmsKeyId } = result;
  const proof = PROOFS[integrity.verifiedBy] ?? integrity.verifiedBy;
  const stored = Object.entries(checksums ?? {});
  const key = ssekmsKeyId === '' || ssekmsKeyId === undefined ? '' : `, key ${ssekmsKeyId}`;
  return [
    [
      'Proven by',
      html`${untrusted(proof)}${integrity.checksum !== '' && html`: ${untrusted(integrity.algorithm)} <code>${untrusted(integrity.checksum)}</code>, the same for source and copy`}`,
    ],
    ['ETag', html`<code>${untrusted(destination.etag)}</code>`],
    ...(stored.length > 0
      ? [
          [
            'Checksums of the copy',
            html`${stored.map(([name, value], index) => html`${index > 0 && ', '}${untrusted(name)} <code>${untrusted(value)}</code>`)}`,
          ] satisfies Row,
        ]
      : []),
    ['Storage class', untrusted(storageClass)],
    ['Encryption', serverSideEncryption ? html`${untrusted(serverSideEncryption + key)}` : 'not told'],
  ];
}

import type { CostLine } from '../../lib/private/estimates/cost';
import type { CopyEstimate } from '../../lib/private/estimates/estimate';
import { formatBytes, formatCount, formatDuration, formatUSD, plural } from '../report/format';

/** An estimate as text for people. */
export function renderPlan(estimate: CopyEstimate): string {
  const { costUSD, requests, limits, assumptions, prices } = estimate;
  const rows: [string, string][] = [
    ['way', wayOf(estimate)],
    ['time', `about ${formatDuration(estimate.estimatedSeconds * 1000)}`],
    [
      'requests',
      Object.entries(requests)
        .map(([operation, count]) => `${operation} ${formatCount(count)}`)
        .join(', '),
    ],
    ['transitions', `${formatCount(estimate.stateTransitions)} of Step Functions`],
    ['Lambda', `${plural(estimate.lambdaRequests, 'call')}, ${formatCount(estimate.lambdaGBSeconds)} GB-seconds`],
    ...optional('KMS', estimate.kmsRequests, (count) => `at least ${plural(count, 'request')}`),
    ...optional('transfer', estimate.transferredBytes, (bytes) => `${formatBytes(bytes)} between Regions`),
    ...optional('retrieval', estimate.retrievedBytes, formatBytes),
    ['cost', `${formatUSD(costUSD.total)} at list prices of ${prices.region}, ${prices.date}`],
    ...SERVICES.flatMap(([service, name]) => costRow(estimate, service, name)),
  ];
  const near = limits.filter(({ isNear }) => isNear);
  return [
    table(rows),
    ...(near.length > 0 ? ['', 'Limits that are near:'] : []),
    ...near.map(({ name, used, limit, note }) => `- ${name}: ${formatCount(used)} of ${formatCount(limit)}. ${note}`),
    '',
    'Assumptions:',
    ...assumptions.map((text) => `- ${text}`),
    '',
  ].join('\n');
}

function wayOf({ strategy, parts, partSize, mapType, childType, concurrency, waves }: CopyEstimate): string {
  if (strategy === 'COPY_OBJECT') return 'one CopyObject';
  const map =
    mapType === 'INLINE' ? 'inline Map' : `Distributed Map${childType === 'EXPRESS' ? ', Express children' : ''}`;
  return `${plural(parts, 'part')} of ${formatBytes(partSize)} in ${plural(waves, 'wave')} of ${formatCount(concurrency)} (${map})`;
}

const SERVICES: readonly (readonly [CostLine['service'], string])[] = [
  ['s3', 'S3'],
  ['stepFunctions', 'Step Functions'],
  ['lambda', 'Lambda'],
  ['kms', 'KMS'],
  ['transfer', 'transfer between Regions'],
];

function costRow({ costUSD, costLines }: CopyEstimate, service: CostLine['service'], name: string): [string, string][] {
  const lines = costLines.filter((line) => line.service === service && line.quantity > 0);
  if (lines.length === 0) return [];
  const unknown = lines.filter(({ price }) => price === undefined).map(({ item }) => item);
  const notes = [
    ...(lines.some(({ price }) => price?.isUnconfirmed) ? ['price not confirmed'] : []),
    ...(unknown.length > 0 ? [`without ${unknown.join(', ')}, whose price is not known`] : []),
  ];
  const note = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  return [['', `${formatUSD(costUSD[service]).padStart(10)}  ${name}${note}`]];
}

function optional(name: string, amount: number, text: (amount: number) => string): [string, string][] {
  return amount > 0 ? [[name, text(amount)]] : [];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

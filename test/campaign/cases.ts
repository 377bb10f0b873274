import type { ChildExecutions } from '../../lib';
import type { FaultRule, OperationPhase } from '../../local/s3';
import type { PlatformFaultRule } from '../../local/workflow';
import { customerKeyOf, KEY_ARN, markerOf } from './confidential';
import { randomFaults, randomLateEffects, randomStop } from './faults';
import { Random } from './random';

const MIB = 1024 ** 2;
const PART_SIZE = 5 * MIB;

/** Concurrent executions of Lambda with which no invocation of a run is throttled. */
export const AMPLE_CONCURRENCY = 1000;

/** What the template of a run declares. */
export interface CampaignTemplate {
  readonly sourceVersioned: boolean;
  readonly destinationVersioned: boolean;
  readonly sourceKms: boolean;
  readonly destinationKms: boolean;
  readonly childExecutions: `${ChildExecutions}`;
}

/** Something that another program does during a copy. */
export const INTERFERENCES = [
  'overwrite the source',
  'delete the source',
  'overwrite the destination',
  'overwrite the destination with equal bytes',
  'delete the destination',
  'abort the upload',
  'delete the source bucket',
  'delete the destination bucket',
  'disable the source key',
  'disable the destination key',
  'disable the source key for a minute',
  'disable the destination key for a minute',
  'enable versioning of the destination',
  'suspend versioning of the destination',
  'enable versioning of the source',
  'suspend versioning of the source',
] as const;

export interface Interference {
  readonly what: (typeof INTERFERENCES)[number];
  /** It happens at this phase of this request of the workflow. */
  readonly operation: string;
  readonly phase: OperationPhase;
  /** Number of such requests that are skipped. */
  readonly skip: number;
}

/** One run. Its seed determines everything. */
export interface Case {
  readonly seed: string;
  readonly template: CampaignTemplate;
  /** In the format of the file of `--source-setup`. */
  readonly setup: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly faults: readonly FaultRule[];
  readonly platformFaults: readonly PlatformFaultRule[];
  readonly interferences: readonly Interference[];
  readonly lambdaConcurrency: number;
  /** Whether a second execution copies the same object to the same key at the same time. */
  readonly isTwice: boolean;
}

/** Names of states of the workflow. */
export interface States {
  readonly all: readonly string[];
  /** States that invoke a function. */
  readonly tasks: readonly string[];
}

export function randomCase(seed: string, states: States): Case {
  const random = new Random(seed);
  const template = {
    sourceVersioned: random.chance(0.4),
    destinationVersioned: random.chance(0.4),
    sourceKms: random.chance(0.25),
    destinationKms: random.chance(0.3),
  };
  const size = randomSize(random);
  const isMultipart = random.chance(0.75) && size > PART_SIZE;
  const interferences = random.chance(0.45) ? randomInterferences(random) : [];
  const { faults, platformFaults } = random.chance(0.8)
    ? randomFaults(random, states.tasks)
    : { faults: [], platformFaults: [] };
  const marker = markerOf(seed);
  const object = { ...randomObject(random, marker), size };
  const drawn = {
    seed,
    setup: { ...randomSimulation(random), ...randomExisting(random, size) },
    key: randomKey(random),
    options: { ...randomOptions(random, isMultipart, marker), ...(isMultipart && { partSize: PART_SIZE }) },
    faults,
    interferences,
    lambdaConcurrency: random.chance(0.15) ? random.integer(2, 10) : AMPLE_CONCURRENCY,
    isTwice: random.chance(0.08),
  };
  // These choices were added later. They come last, so that a seed still determines the same choices above.
  const children: Children = isMultipart ? randomChildren(random) : { childExecutions: 'STANDARD' };
  const { childExecutions, size: childrenSize = size } = children;
  const customerKey = random.chance(0.1) ? { sseCustomerKeySecretArn: KEY_ARN } : {};
  const ofLambda =
    childExecutions === 'STANDARD' ? platformFaults : platformFaults.map((rule) => withExpressChildren(rule, random));
  const stops = random.chance(0.15) ? [randomStop(random, states.all)] : [];
  const lateEffects = randomLateEffects(random);
  return {
    ...drawn,
    // The first rule that matches decides.
    faults: [...lateEffects, ...faults],
    options: { ...drawn.options, ...customerKey },
    template: { ...template, childExecutions },
    // The first rule that matches decides.
    platformFaults: [...stops, ...ofLambda],
    setup: {
      object: { ...object, size: childrenSize },
      ...drawn.setup,
      secrets: { [KEY_ARN]: customerKeyOf(seed) },
      destinationBucket: { blockCustomerKeys: false },
    },
  };
}

/** Moves some faults of Standard children to Express children. */
function withExpressChildren(rule: PlatformFaultRule, random: Random): PlatformFaultRule {
  return rule.state === 'CopyPartInChild' && random.chance(0.7) ? { ...rule, state: 'CopyPartInExpressChild' } : rule;
}

type Children = Pick<CampaignTemplate, 'childExecutions'> & { readonly size?: number };

/** The type of children, and for Express children sometimes a size with more parts than an inline Map copies. */
function randomChildren(random: Random): Children {
  const childExecutions = random.pick(['STANDARD', 'STANDARD', 'EXPRESS', 'AUTO'] as const);
  return {
    childExecutions,
    ...(childExecutions !== 'STANDARD' && random.chance(0.6) && { size: random.integer(205, 240) * MIB }),
  };
}

function randomSize(random: Random): number {
  const sizes = [0, 1, PART_SIZE, PART_SIZE + 1, 11 * MIB, 100 * MIB, 5 * 1024 * MIB + 1];
  return random.chance(0.4) ? random.pick(sizes) : random.integer(1, 60 * MIB);
}

function randomObject(random: Random, marker: string): Record<string, unknown> {
  const tags = [
    { team: marker },
    { ключ: 'ü'.repeat(100), 'a/b:c': '', marker },
    Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`tag-${n}`, marker.padEnd(256, 'x')])),
  ];
  return {
    seed: `source ${random.integer(0, 1e9)}`,
    checksumAlgorithm: random.pick(['none', 'CRC32', 'CRC32C', 'CRC64NVME', 'CRC64NVME']),
    ...(random.chance(0.5) && {
      contentType: random.pick([`text/plain; by=${marker}`, 'application/json; charset=utf-8']),
    }),
    ...(random.chance(0.3) && {
      cacheControl: `max-age=60, by=${marker}`,
      contentDisposition: `attachment; filename="${marker} b.txt"`,
    }),
    ...(random.chance(0.3) && { contentEncoding: 'gzip', contentLanguage: 'de, en' }),
    ...(random.chance(0.5) && {
      metadata: random.pick([{ owner: marker }, { note: 'größer', n: marker }, { long: marker.padEnd(1500, 'x') }]),
    }),
    ...(random.chance(0.4) && { tags: random.pick(tags) }),
    ...(random.chance(0.3) && { storageClass: random.pick(['STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR']) }),
  };
}

function randomExisting(random: Random, size: number): Record<string, unknown> {
  if (!random.chance(0.4)) return {};
  const seed = random.chance(0.3) ? {} : { seed: 'another object' };
  return { existing: [{ size: random.chance(0.5) ? size : 7, ...seed, lastModified: '2020-01-01T00:00:00Z' }] };
}

function randomSimulation(random: Random): Record<string, unknown> {
  return {
    repeatCompleteSeconds: random.pick([0, 60, 3600]),
    ...(random.chance(0.3) && { latePartsReopenUploads: true }),
  };
}

function randomKey(random: Random): string {
  return random.pick([
    'object.bin',
    'a b+c&d=e?f#g%20.bin',
    'größe/日本語/😀.bin',
    'it\'s "quoted" \\ $(id).bin',
    'x'.repeat(900),
    '../up/./here//twice',
  ]);
}

function randomOptions(random: Random, isMultipart: boolean, marker: string): Record<string, unknown> {
  return {
    ...(random.chance(0.1) && { integrity: 'required' }),
    ...(random.chance(0.1) && { overwrite: 'never' }),
    ...(random.chance(0.1) && !isMultipart && { preserveEtag: true }),
    ...(random.chance(0.1) && {
      metadataDirective: 'REPLACE',
      metadata: { replaced: marker },
      contentType: `text/x-replaced; by=${marker}`,
    }),
    ...(random.chance(0.1) && { taggingDirective: 'REPLACE', tagging: { replaced: marker } }),
    ...(random.chance(0.1) && { storageClass: random.pick(['STANDARD', 'ONEZONE_IA']) }),
    ...(random.chance(0.1) && { checksumAlgorithm: random.pick(['SHA256', 'CRC32C', 'CRC64NVME']) }),
    ...(random.chance(0.2) && { maxConcurrency: random.integer(1, 5) }),
  };
}

const MOMENTS: readonly string[] = [
  'HeadObject',
  'GetObjectTagging',
  'CreateMultipartUpload',
  'UploadPartCopy',
  'ListParts',
  'CompleteMultipartUpload',
  'CopyObject',
];

function randomInterferences(random: Random): Interference[] {
  return Array.from({ length: random.chance(0.8) ? 1 : 2 }, () => ({
    what: random.pick(INTERFERENCES),
    operation: random.pick(MOMENTS),
    phase: random.pick(['received', 'done', 'answered'] as const),
    skip: random.chance(0.6) ? 0 : random.integer(1, 3),
  }));
}

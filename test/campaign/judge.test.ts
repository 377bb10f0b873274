import type { CopyResult } from '../../lib/private/protocol';
import { judge, type Observation } from './judge';
import type { Made, Snapshot } from './observe';

const described = (etag: string, identity: string): Snapshot => ({
  identity,
  description: {
    etag,
    size: 1,
    lastModified: '2026-01-01T00:00:00.000Z',
    owner: '1',
    metadata: {},
    storageClass: 'STANDARD',
    tags: {},
    annotations: {},
  },
});
const source = described('"source"', 'bytes');
const made: Made = { ...described('"copy"', 'bytes'), uploadId: 'u1' };
const end = { bucket: 'b', key: 'k', versionId: '', lastModified: '2026-01-01T00:00:00Z', size: 1 };
const result = {
  status: 'COPIED',
  source: { ...end, etag: '"source"' },
  destination: { ...end, etag: '"copy"' },
} as CopyResult;
const copied = { status: 'SUCCEEDED', result, error: '', cause: '', events: 10 };
const failed = { status: 'FAILED', result: undefined, error: 'Throttled', cause: 'S3 is busy', events: 10 };

const good: Observation = {
  executions: [copied],
  sources: [source],
  others: [],
  made: [made],
  isLate: false,
  current: made,
  stillThere: (object) => object,
  isSourceUntouched: true,
  openUploads: [],
  isAbortRefused: false,
  mayLeaveUpload: false,
  mayNameSameObject: false,
  mayBeMadeByUnknownRun: false,
  hasToCopy: true,
  propertiesDiffer: () => [],
  errorNames: new Set(['Throttled']),
  confidentialLines: [],
  lines: 20,
};

/** Nothing was made, and the destination is what it was. */
const clean: Partial<Observation> = { executions: [failed], hasToCopy: false, made: [], current: undefined };

/** The cause names an upload that S3 does not abort. */
const leftSaid: Partial<Observation> = {
  executions: [{ ...failed, cause: 'upload u1 may be left' }],
  openUploads: ['u1'],
  isAbortRefused: true,
};

const kinds = (changed: Partial<Observation>): string[] => judge({ ...good, ...changed }).map(({ kind }) => kind);

test.each<[string, Partial<Observation>]>([
  ['an equal copy that this execution made', {}],
  [
    'a copy that another client replaced after the execution',
    { current: described('"other"', 'x'), others: [described('"other"', 'x')] },
  ],
  ['a failure that left the destination as it was', clean],
  [
    'a failure that says which object it made',
    { ...clean, made: [made], current: made, executions: [{ ...failed, cause: 'the copy (ETag "copy") was made' }] },
  ],
  [
    'a failure that says which object it made last, after an attempt that S3 answered with an error',
    {
      ...clean,
      made: [described('"earlier"', 'bytes'), made],
      current: made,
      executions: [{ ...failed, cause: 'the copy (ETag "copy") was made' }],
    },
  ],
  ['an upload that S3 refuses to abort, and that the cause names', { ...clean, ...leftSaid }],
  [
    'two executions that made an object each',
    { executions: [copied, copied], made: [made, { ...made, uploadId: 'u2' }] },
  ],
  [
    'a failure of a function that Lambda ran twice, if the other run made the copy',
    { ...clean, made: [made], current: made, mayBeMadeByUnknownRun: true },
  ],
  [
    'two executions that name the same object, if a CopyObject of one failed with an unknown effect',
    { executions: [copied, copied], mayNameSameObject: true },
  ],
  [
    'a failure whose cause says that S3 may still make the copy, if S3 did',
    {
      ...clean,
      made: [made],
      current: made,
      isLate: true,
      executions: [{ ...failed, cause: 'S3 may still execute a request whose answer was lost' }],
    },
  ],
])('finds nothing wrong with %s', (_name, changed) => {
  expect(kinds(changed)).toEqual([]);
});

test.each<[string, string, Partial<Observation>]>([
  [
    'corrupt',
    'a copy of other bytes',
    { made: [{ ...made, identity: 'others' }], current: { ...made, identity: 'others' } },
  ],
  ['corrupt', 'an object of an unknown writer', { current: described('"nobody"', 'bytes') }],
  ['corrupt', 'a source that changed', { isSourceUntouched: false }],
  ['corrupt', 'a property that was lost', { propertiesDiffer: () => ['tags'] }],
  ['falseCopied', 'COPIED for an object of another client', { made: [], others: [made] }],
  [
    'falseCopied',
    'COPIED of another ETag',
    { executions: [{ ...copied, result: { ...result, destination: { ...end, etag: '"other"' } } }] },
  ],
  ['falseCopied', 'two executions that claim one object', { executions: [copied, copied] }],
  [
    'falseCopied',
    'COPIED of another source',
    { executions: [{ ...copied, result: { ...result, source: { ...result.source, etag: '"old"' } } }] },
  ],
  ['falseFailed', 'a failure although all faults were transient', { ...clean, hasToCopy: true }],
  [
    'falseFailed',
    'a failure whose cause does not name the copy that was made',
    { ...clean, made: [made], current: made },
  ],
  ['leaked', 'an open upload', { openUploads: ['u1'] }],
  [
    'leaked',
    'an open upload that S3 does not abort, and no cause names',
    { openUploads: ['u1'], isAbortRefused: true },
  ],
  [
    'leaked',
    'an open upload that a cause names, and that could be aborted',
    { ...clean, ...leftSaid, isAbortRefused: false },
  ],
  ['unnamed', 'an error without a name', { ...clean, executions: [{ ...failed, error: 'TypeError' }] }],
  ['stuck', 'an execution that timed out', { ...clean, executions: [{ ...failed, status: 'TIMED_OUT' }] }],
  ['logged', 'a line with a secret', { confidentialLines: ['CopyPart logs a key'] }],
  ['logged', 'no lines at all', { lines: 0 }],
  ['stuck', 'a history that is full', { executions: [{ ...copied, events: 25_000 }] }],
])('finds %s: %s', (kind, _name, changed) => {
  expect(kinds(changed)).toContain(kind);
});

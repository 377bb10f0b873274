import {
  checkCopySourceConditions,
  checkReadConditions,
  checkWriteCondition,
  parseWriteCondition,
  type ReadConditions,
} from '../../../../local/s3/rules/conditions';

const MODIFIED = Date.UTC(2026, 0, 1, 12);
const NOW = MODIFIED + 60_000;
const TARGET = { etag: 'abc', lastModified: MODIFIED + 500 };
const at = (seconds: number): string => new Date(MODIFIED + seconds * 1000).toUTCString();

function outcome(work: () => void): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    const { status, fields } = error as { status: number; fields: { Condition?: string } };
    return [status, fields.Condition].filter((part) => part !== undefined).join(' ');
  }
}

describe('conditions', () => {
  const cases: [ReadConditions, string, string][] = [
    [{}, 'ok', 'ok'],
    [{ ifMatch: '"abc"' }, 'ok', 'ok'],
    [{ ifMatch: 'abc' }, 'ok', 'ok'],
    [{ ifMatch: '"abc' }, 'ok', 'ok'],
    [{ ifMatch: 'abc"' }, 'ok', 'ok'],
    [{ ifMatch: '"ab"c' }, '412 If-Match', '412 x-amz-copy-source-If-Match'],
    [{ ifMatch: '*' }, 'ok', 'ok'],
    [{ ifMatch: '"x", "abc"' }, 'ok', 'ok'],
    [{ ifMatch: '"x"' }, '412 If-Match', '412 x-amz-copy-source-If-Match'],
    [{ ifMatch: '"abc"', ifUnmodifiedSince: at(-60) }, 'ok', 'ok'],
    [{ ifUnmodifiedSince: at(0) }, 'ok', 'ok'],
    [{ ifUnmodifiedSince: at(-1) }, '412 If-Unmodified-Since', '412 x-amz-copy-source-If-Unmodified-Since'],
    [{ ifNoneMatch: '"x"' }, 'ok', 'ok'],
    [{ ifNoneMatch: '"abc"' }, '304', '412 x-amz-copy-source-If-None-Match'],
    [{ ifNoneMatch: '"x"', ifModifiedSince: at(0) }, 'ok', 'ok'],
    [{ ifNoneMatch: '"abc"', ifModifiedSince: at(-60) }, '304', '412 x-amz-copy-source-If-None-Match'],
    [{ ifModifiedSince: at(0) }, '304', '412 x-amz-copy-source-If-Modified-Since'],
    [{ ifModifiedSince: at(-1) }, 'ok', 'ok'],
    [{ ifModifiedSince: at(3600) }, 'ok', 'ok'],
    [{ ifModifiedSince: 'no date' }, 'ok', 'ok'],
  ];

  it.each(cases)('%j', (conditions, read, copy) => {
    expect(outcome(() => checkReadConditions(conditions, TARGET, NOW))).toBe(read);
    expect(outcome(() => checkCopySourceConditions(conditions, TARGET, NOW))).toBe(copy);
  });

  it('of writes are checked against the current object', () => {
    const write = (
      ifMatch: string | undefined,
      ifNoneMatch: string | undefined,
      current: { etag: string } | undefined,
    ) => outcome(() => checkWriteCondition(parseWriteCondition(ifMatch, ifNoneMatch), current, 'k'));
    expect(write(undefined, undefined, undefined)).toBe('ok');
    expect(write(undefined, '*', undefined)).toBe('ok');
    expect(write(undefined, '*', TARGET)).toBe('412 If-None-Match');
    expect(write('"abc"', undefined, TARGET)).toBe('ok');
    expect(write('"x"', undefined, TARGET)).toBe('412 If-Match');
    expect(write('"abc"', undefined, undefined)).toBe('404');
    expect(write('*', undefined, TARGET)).toBe('501');
    expect(write(undefined, '"abc"', TARGET)).toBe('501');
    expect(write('"abc"', '*', TARGET)).toBe('501');
  });
});

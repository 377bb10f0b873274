import { FolderSync } from '../../../../local/s3/content/folder-sync';

/** A sync that ends when it is told to. */
function manual(): { names: FolderSync; syncs: { end: () => void; fail: (error: Error) => void }[] } {
  const syncs: { end: () => void; fail: (error: Error) => void }[] = [];
  const names = new FolderSync(() => new Promise<void>((end, fail) => syncs.push({ end, fail })));
  return { names, syncs };
}

describe('the sync of a folder', () => {
  it('is shared by all callers that wait for a running one', async () => {
    const { names, syncs } = manual();
    const done: string[] = [];
    const first = names.names().then(() => done.push('first'));
    const others = ['second', 'third'].map((name) => names.names().then(() => done.push(name)));
    expect(syncs).toHaveLength(1);
    syncs[0]?.end();
    await first;
    await new Promise(setImmediate);
    // What was renamed after the first one began is not known to be on the disk yet.
    expect(done).toEqual(['first']);
    expect(syncs).toHaveLength(2);
    syncs[1]?.end();
    await Promise.all(others);
    expect(syncs).toHaveLength(2);
    const last = names.names();
    expect(syncs).toHaveLength(3);
    syncs[2]?.end();
    await last;
  });

  it('fails for its callers, but not for later ones', async () => {
    const { names, syncs } = manual();
    const first = names.names();
    const second = names.names();
    syncs[0]?.fail(new Error('EIO'));
    await expect(first).rejects.toThrow('EIO');
    await new Promise(setImmediate);
    syncs[1]?.end();
    await second;
  });

  it('works on a folder', async () => {
    await FolderSync.of(__dirname).names();
    await expect(FolderSync.of(`${__dirname}/none`).names()).rejects.toThrow('ENOENT');
  });
});

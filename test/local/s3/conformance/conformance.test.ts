import { S3Server } from '../../../../local/s3';
import { checksumScripts } from './checksum-scripts';
import { copyScripts } from './copy-scripts';
import { play, recorded } from './harness';
import type { Script } from './scripts';

const SCRIPTS: Readonly<Record<string, Script>> = { ...checksumScripts, ...copyScripts };

/** Recorded scenarios that are not played, each with its reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {};

describe('answers as Amazon S3 gave them', () => {
  let server: S3Server;

  beforeAll(async () => {
    server = await S3Server.start();
  });

  afterAll(async () => {
    await server.close();
  });

  it.each(Object.entries(SCRIPTS))('%s', async (name, script) => {
    await play(server, name, script.play, Object.keys(script.leftOut ?? {}));
  });

  it('plays every recorded scenario that is not left out with a reason', () => {
    const known = new Set([...Object.keys(SCRIPTS), ...Object.keys(LEFT_OUT)]);
    expect(Object.keys(recorded).filter((name) => !known.has(name))).toEqual([]);
  });
});

import { S3Server } from '../../../../local/s3';
import { checksumScripts } from './checksum-scripts';
import { copyScripts } from './copy-scripts';
import { encryptionScripts } from './encryption-scripts';
import { play, recorded } from './harness';
import { multipartScripts } from './multipart-scripts';
import { objectScripts } from './object-scripts';
import type { Script } from './scripts';

const SCRIPTS: Readonly<Record<string, Script>> = {
  ...checksumScripts,
  ...copyScripts,
  ...encryptionScripts,
  ...multipartScripts,
  ...objectScripts,
};

/** Recorded scenarios that are not replayed, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  test_s3_batch_delete_objects_using_requests_with_acl: 'nothing was recorded of it',
};

describe('recorded responses of Amazon S3', () => {
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

  it('all recorded scenarios are replayed or left out with a reason', () => {
    const known = new Set([...Object.keys(SCRIPTS), ...Object.keys(LEFT_OUT)]);
    expect(Object.keys(recorded).filter((name) => !known.has(name))).toEqual([]);
  });
});

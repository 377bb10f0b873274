import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Processes } from './processes';
import type { OtherServer, ServerKind } from './server-kind';

/** Of tempauth: the access key is account and user. */
const CREDENTIALS = { accessKeyId: 'copies:copier', secretAccessKey: 'secret-of-the-copier' };

const NO_PARTS = 'HeadObject refuses partNumber';
const OTHER_ETAG = 'copy requests compare the condition with another ETag than HeadObject returns';
const NO_TAGS = 'there are no tags';
const NO_CONDITION = 'the condition on the destination is refused';

/** OpenStack Swift with its S3 API: a proxy with its cache, and one server each for accounts, containers and objects. */
export const SWIFT: ServerKind = {
  name: 'OpenStack Swift s3api',
  packages: ['swift-proxy', 'swift-account', 'swift-container', 'swift-object', 'memcached'],
  user: 'swift',
  start,
  limits: {
    'a source of 3 parts': { error: 'RequestRejected', reason: NO_PARTS },
    'a source of 3 parts, preserveEtag': { error: 'RequestRejected', reason: NO_PARTS },
    'a source of 3 parts, in other parts': { error: 'SourceChanged', reason: OTHER_ETAG },
    'a source of 3 parts, one CopyObject': { error: 'SourceChanged', reason: OTHER_ETAG },
    'tags, one CopyObject': { error: 'NotImplemented', reason: NO_TAGS },
    'tags, parts': { error: 'NotImplemented', reason: NO_TAGS },
    'tags of the input, parts': { error: 'RequestRejected', reason: NO_TAGS },
    "overwrite 'never', an object appears, one CopyObject": { error: 'RequestRejected', reason: NO_CONDITION },
    "overwrite 'never', an object appears, parts": { error: 'RequestRejected', reason: NO_CONDITION },
    'ifMatch, the object is replaced': { error: 'RequestRejected', reason: NO_CONDITION },
    'KEEP and resume': { error: 'UploadNotResumable', reason: 'ListMultipartUploads has no checksum algorithm' },
  },
};

const STORES = ['account', 'container', 'object'];

/** The filters of the proxy from the outside to the inside, and their settings. */
const FILTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  catch_errors: {},
  gatekeeper: {},
  healthcheck: {},
  memcache: {},
  listing_formats: {},
  bulk: {},
  s3api: { location: 'us-east-1' },
  tempauth: { user_copies_copier: `${CREDENTIALS.secretAccessKey} .admin` },
  copy: {},
  slo: {},
  dlo: {},
  versioned_writes: { allow_object_versioning: 'true' },
  symlink: {},
};

async function start(processes: Processes): Promise<OtherServer> {
  const { folder, runAs } = processes;
  for (const name of ['etc', 'devices', 'devices/one']) {
    mkdirSync(join(folder, name));
    chownSync(join(folder, name), runAs.uid, runAs.gid);
  }
  const write = (name: string, sections: Sections) => writeFileSync(join(folder, 'etc', name), toIni(sections));
  write('swift.conf', {
    'swift-hash': { swift_hash_path_prefix: 'copies', swift_hash_path_suffix: 'copies' },
    'storage-policy:0': { name: 'one', default: 'yes' },
  });
  for (const store of STORES) {
    const port = await freePort();
    write(`${store}-server.conf`, {
      DEFAULT: common(processes, port),
      'pipeline:main': { pipeline: `${store}-server` },
      [`app:${store}-server`]: { use: `egg:swift#${store}` },
    });
    const builder = (...args: string[]) =>
      processes.run('swift-ring-builder', join(folder, 'etc', `${store}.builder`), ...args);
    await builder('create', '4', '1', '0');
    await builder('add', `r1z1-127.0.0.1:${port}/one`, '1');
    await builder('rebalance');
  }
  const port = await freePort();
  const cachePort = await freePort();
  write('proxy-server.conf', proxyConfiguration(processes, port, `127.0.0.1:${cachePort}`));
  processes.serve('memcached', '-l', '127.0.0.1', '-p', String(cachePort), '-U', '0', '-u', runAs.name);
  for (const name of [...STORES, 'proxy']) {
    processes.serve(`swift-${name}-server`, join(folder, 'etc', `${name}-server.conf`), '-v');
  }
  const endpoint = `http://127.0.0.1:${port}`;
  await processes.until('swift-proxy-server', async () => (await fetch(`${endpoint}/healthcheck`)).ok);
  return { endpoint, credentials: CREDENTIALS };
}

type Sections = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

function common({ folder, runAs }: Processes, port: number): Sections[string] {
  return {
    bind_ip: '127.0.0.1',
    bind_port: port,
    workers: 0,
    user: runAs.name,
    swift_dir: join(folder, 'etc'),
    devices: join(folder, 'devices'),
    mount_check: 'false',
    // Nothing listens there, so that nothing is written to the log of the system.
    log_address: join(folder, 'log'),
    log_level: 'WARNING',
  };
}

function proxyConfiguration(processes: Processes, port: number, cache: string): Sections {
  const allFilters = { ...FILTERS, memcache: { memcache_servers: cache } };
  const filters = Object.entries(allFilters).map(([name, settings]) => [
    `filter:${name}`,
    { use: `egg:swift#${name}`, ...settings },
  ]);
  return {
    DEFAULT: common(processes, port),
    'pipeline:main': { pipeline: [...Object.keys(FILTERS), 'proxy-server'].join(' ') },
    'app:proxy-server': { use: 'egg:swift#proxy', account_autocreate: 'true' },
    ...(Object.fromEntries(filters) as Sections),
  };
}

function toIni(sections: Sections): string {
  const lines = (settings: Sections[string]) => Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return Object.entries(sections)
    .map(([name, settings]) => [`[${name}]`, ...lines(settings), ''].join('\n'))
    .join('\n');
}

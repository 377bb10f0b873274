import { randomUUID } from 'node:crypto';
import { mkdirSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Processes } from './processes';
import type { OtherServer, ServerKind } from './server-kind';

const CREDENTIALS = { accessKeyId: 'copier', secretAccessKey: 'secret of the copier' };

const NO_PARTS = 'HeadObject does not know partNumber; options.partSize copies the object in other parts';
const NO_CONDITION =
  'conditions on the destination are ignored, only Plan looks at it: the other object is overwritten';

/** Ceph's S3: one monitor, one OSD that keeps its objects in memory, and one gateway. */
export const CEPH: ServerKind = {
  name: 'Ceph radosgw',
  packages: ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'],
  user: 'ceph',
  start,
  limits: {
    'a key with a percent sign, in parts': {
      reason: 'UploadPartCopy decodes the copy source twice, and radosgw may end with a failed assertion',
    },
    'a source of 3 parts': { error: 'TransientS3Error', reason: NO_PARTS },
    'a source of 3 parts, preserveEtag': { error: 'TransientS3Error', reason: NO_PARTS },
    'a source that is replaced, one CopyObject': {
      error: 'ChecksumMismatch',
      reason: 'CopyObject ignores the condition on the source, so that the other object is copied',
    },
    "overwrite 'never', an object appears, one CopyObject": { error: 'COPIED', reason: NO_CONDITION },
    "overwrite 'never', an object appears, parts": { error: 'COPIED', reason: NO_CONDITION },
    'ifMatch, the object is replaced': { error: 'COPIED', reason: NO_CONDITION },
    'KEEP and resume': { error: 'UploadNotResumable', reason: 'ListMultipartUploads has no checksum algorithm' },
  },
};

async function start(processes: Processes): Promise<OtherServer> {
  const { folder, runAs } = processes;
  const [monitorPort, port] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const [configFile, monitorMap] = [join(folder, 'ceph.conf'), join(folder, 'monmap')];
  writeFileSync(configFile, configuration(folder, fsid, monitorPort, port));
  for (const name of ['mon', 'osd', 'rgw', 'crash']) {
    mkdirSync(join(folder, name));
    chownSync(join(folder, name), runAs.uid, runAs.gid);
  }
  const config = ['-c', configFile];
  const monitor = `[v2:127.0.0.1:${monitorPort}]`;
  await processes.run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', monitor, monitorMap);
  await processes.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monitorMap, ...config);
  processes.serve('ceph-mon', '-f', '-i', 'a', ...config);
  const ceph = (...args: string[]) => processes.run('ceph', ...config, '--connect-timeout', '10', ...args);
  await processes.until('ceph-mon', async () => (await ceph('mon', 'stat')) !== '');

  const osdId = randomUUID();
  await ceph('osd', 'new', osdId);
  await processes.run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osdId, ...config);
  processes.serve('ceph-osd', '-f', '-i', '0', ...config);
  await processes.until('ceph-osd', async () => / 1 up/.test(await ceph('osd', 'stat')));

  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const user = ['--uid', 'copier', '--display-name', 'copier', '--access-key', accessKeyId];
  await processes.run('radosgw-admin', ...config, 'user', 'create', ...user, '--secret-key', secretAccessKey);
  processes.serve('radosgw', '-f', '-n', 'client.rgw', ...config);
  const endpoint = `http://127.0.0.1:${port}`;
  await processes.until('radosgw', async () => (await fetch(endpoint)).ok);
  return { endpoint, credentials: CREDENTIALS };
}

/** Without keys (cephx) the daemons have to be told not to encrypt either: `secure` needs a session key. */
function configuration(folder: string, fsid: string, monitorPort: number, port: number): string {
  const modes = ['mon_client', 'mon_cluster', 'mon_service', 'cluster', 'service', 'client'];
  const settings = {
    fsid,
    mon_host: `[v2:127.0.0.1:${monitorPort}]`,
    mon_initial_members: 'a',
    public_addr: '127.0.0.1',
    cluster_addr: '127.0.0.1',
    auth_cluster_required: 'none',
    auth_service_required: 'none',
    auth_client_required: 'none',
    ...Object.fromEntries(modes.map((mode) => [`ms_${mode}_mode`, 'crc'])),
    ms_bind_ipv6: 'false',
    run_dir: folder,
    admin_socket: `${folder}/$name.$pid.asok`,
    log_file: `${folder}/$name.log`,
    mon_cluster_log_file: `${folder}/cluster.log`,
    crash_dir: `${folder}/crash`,
    mon_data: `${folder}/mon`,
    osd_data: `${folder}/osd`,
    rgw_data: `${folder}/rgw`,
    // A full disk is none of its business: the objects are in memory.
    mon_data_avail_crit: '0',
    mon_data_avail_warn: '0',
    osd_objectstore: 'memstore',
    memstore_device_bytes: String(2 * 1024 ** 3),
    osd_crush_chooseleaf_type: '0',
    osd_pool_default_size: '1',
    osd_pool_default_min_size: '1',
    osd_pool_default_pg_num: '1',
    osd_pool_default_pgp_num: '1',
    osd_pool_default_pg_autoscale_mode: 'off',
    mon_allow_pool_size_one: 'true',
    mon_max_pg_per_osd: '1000',
    osd_class_load_list: '*',
    osd_class_default_list: '*',
    rgw_frontends: `beast endpoint=127.0.0.1:${port}`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `[global]\n${lines.join('\n')}\n`;
}

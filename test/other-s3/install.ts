import { rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { command } from './processes';

const APT_MS = 900_000;

/** dpkg asks it whether it may start a service. 101 is no. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Why a server cannot be had on this machine. */
export class NotHere extends Error {}

/**
 * Installs packages of Debian, unless they are there.
 *
 * @returns version of the first one
 * @throws NotHere
 */
export async function install(packages: readonly string[]): Promise<string> {
  const version = await versionOf(packages);
  if (version !== undefined) return version;
  if ((await command('apt-get', ['--version']).catch(() => undefined)) === undefined) {
    throw new NotHere('there is no apt-get, which installs it');
  }
  if (userInfo().uid !== 0) throw new NotHere(`only root can install it: apt-get install ${packages.join(' ')}`);
  const hasPolicy = forbidServices();
  try {
    await aptGet('update');
    await aptGet('install', '--yes', '--no-install-recommends', ...packages);
  } catch (error) {
    throw new NotHere(`it cannot be installed: ${lastLine((error as Error).message)}`);
  } finally {
    if (hasPolicy) rmSync(POLICY);
  }
  const installed = await versionOf(packages);
  if (installed === undefined) throw new NotHere('it is not installed, although apt-get says so');
  return installed;
}

function aptGet(...args: string[]): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Without the second setting, an update without a network succeeds.
  return command('apt-get', ['-q', '-o', 'APT::Update::Error-Mode=any', ...args], { env, timeout: APT_MS });
}

/** @returns undefined unless all of them are installed */
async function versionOf(packages: readonly string[]): Promise<string | undefined> {
  const format = '${Package} ${Version} ${db:Status-Status}\n';
  const answer = await command('dpkg-query', ['--show', '--showformat', format, ...packages]).catch(() => '');
  const rows = answer.split('\n').map((line) => line.split(' '));
  const installed = new Map(
    rows.filter(([, , status]) => status === 'installed').map(([name, version]) => [name, version]),
  );
  return packages.every((name) => installed.has(name)) ? installed.get(packages[0]) : undefined;
}

/** @returns whether this made the file */
function forbidServices(): boolean {
  try {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!;
}

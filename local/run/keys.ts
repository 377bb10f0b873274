import { createHash } from 'node:crypto';
import { type KmsKeyState, NotFoundError, type S3Server } from '../s3';
import { partitionOf } from '../workflow';
import { InvalidRun } from './errors';

/** The KMS key that a setup names. */
export interface NamedKey {
  readonly arn: string;
  readonly alias?: string;
}

/**
 * Finds a key by UUID, ARN or `alias/NAME`. The key of an alias is the same in every run, so that templates can contain
 * its ARN.
 */
export function keyOf(name: string, accountId: string, region: string): NamedKey {
  const prefix = `arn:${partitionOf(region).name}:kms:${region}:${accountId}:`;
  const [, own = prefix, relative = name] = /^(arn:[^:]+:kms:[^:]+:\d{12}:)(.+)$/.exec(name) ?? [];
  if (!relative.startsWith('alias/')) return { arn: `${own}key/${relative.replace(/^key\//, '')}` };
  const hex = createHash('sha256').update(relative).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return { arn: `${own}key/${uuid.join('-')}`, alias: relative };
}

/** Creates a key in the embedded S3, unless it exists. */
export function makeNamedKey(server: S3Server, { arn, alias }: NamedKey): void {
  const [, , , region, accountId] = arn.split(':');
  server.ensureKmsKey(arn, { accountId, region, ...(alias !== undefined && { alias }) });
}

/**
 * Sets the states of keys that a setup names by UUID, ARN or `alias/NAME`.
 *
 * @throws InvalidRun for a key that the run does not use
 */
export function setKeyStates(
  server: S3Server,
  states: Readonly<Record<string, KmsKeyState>>,
  accountId: string,
  region: string,
): void {
  for (const [name, state] of Object.entries(states)) {
    try {
      server.setKmsKeyState(keyOf(name, accountId, region).arn, state, { accountId });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      throw new InvalidRun(`--source-setup: kmsKeyStates names the key ${name}, which no bucket and no object has`);
    }
  }
}

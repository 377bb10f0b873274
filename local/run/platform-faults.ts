import { readFileSync } from 'node:fs';
import { parsePlatformFaults, type PlatformFaultRule } from '../workflow';
import { InvalidRun } from './errors';
import type { CopyRunOptions } from './options';

/** @throws InvalidRun if the file cannot be read, InvalidFaults if it does not contain rules */
export function readPlatformFaults({
  platformFaults: file,
}: Pick<CopyRunOptions, 'platformFaults'>): readonly PlatformFaultRule[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidRun(`--platform-faults ${file} cannot be read: ${(error as Error).message}`);
  }
  return parsePlatformFaults(text, `--platform-faults ${file}`);
}

import { openSync, writeSync } from 'node:fs';
import { InvalidRun } from '../local/run';

/**
 * Writes events to a file, a line of JSON each.
 *
 * @throws InvalidRun if the file cannot be written
 */
export function eventWriter(file: string): (event: object) => void {
  const descriptor = open(file);
  return (event) => void writeSync(descriptor, `${JSON.stringify(event)}\n`);
}

function open(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new InvalidRun(`--events ${file} cannot be written: ${(error as Error).message}`);
  }
}

import { InvalidArgumentError } from 'commander';
import { AWS_LATENCY, type LatencyOption } from '../local/s3';

/** Parses the argument of `--latency`. */
export function latencyArgument(text: string): LatencyOption {
  if (text === 'aws') return text;
  try {
    const model: unknown = JSON.parse(text);
    const isObject = typeof model === 'object' && model !== null && !Array.isArray(model);
    if (isObject && Object.entries(model).every(([name, value]) => isField(name, value))) return model;
  } catch {
    // Reported below.
  }
  throw new InvalidArgumentError(
    `Specify aws, or an object that overrides some of ${JSON.stringify(AWS_LATENCY)} by numbers of 0 or more.`,
  );
}

function isField(name: string, value: unknown): boolean {
  return Object.hasOwn(AWS_LATENCY, name) && typeof value === 'number' && value >= 0;
}

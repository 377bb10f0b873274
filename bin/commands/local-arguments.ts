import { InvalidArgumentError } from 'commander';

/** Of a server on HTTP, without path. */
export function endpointArgument(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.pathname === '/' && url.search === '') return url.origin;
  throw new InvalidArgumentError('Specify the URL that mpcopy s3 prints, such as http://127.0.0.1:9000.');
}

/** `NAME=VALUE`, added to those before it. `Stack:NAME=VALUE` is of one stack only. */
export function parameterArgument(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Specify NAME=VALUE.');
  return { ...before, [name]: value };
}

/** A port; true, which is `--serve` alone, is any free one. */
export function portArgument(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Specify a whole number from 0 to 65535.');
  return port;
}

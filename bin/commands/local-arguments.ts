import { InvalidArgumentError } from 'commander';

/** The URL of an HTTP server, without a path. */
export function endpointArgument(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.pathname === '/' && url.search === '') return url.origin;
  throw new InvalidArgumentError('Specify the URL that mpcopy s3 prints, such as http://127.0.0.1:9000.');
}

/** `NAME=VALUE`, in addition to earlier values. `Stack:NAME=VALUE` sets a parameter of one stack only. */
export function parameterArgument(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Specify NAME=VALUE.');
  return { ...before, [name]: value };
}

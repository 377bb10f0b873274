import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error';
import { type ApiRequest, type Service } from './services';

/** Elements of a response: text, a list whose items are `member` elements, or nested elements. */
export type Xml = string | readonly Xml[] | { readonly [element: string]: Xml | undefined };

/**
 * An operation of the query protocol. It converts parameters of the request to elements of the result.
 *
 * @throws ApiError
 */
export type QueryOperation<B> = (parameters: ReadonlyMap<string, string>, backend: B, request: ApiRequest) => Xml;

/**
 * A service that uses the query protocol: requests are form fields, responses are XML.
 *
 * @param version of its API, the field `Version` of requests
 */
export function queryService<B>(
  namespace: string,
  version: string,
  operations: ReadonlyMap<string, QueryOperation<B>>,
  backend: B,
): Service {
  return (request) => {
    const fields = new Map(new URLSearchParams(request.body));
    if (fields.get('Version') !== version) return undefined;
    const action = fields.get('Action') ?? '';
    const respond = (status: number, root: string, content: Xml): ReturnType<Service> => ({
      status,
      contentType: 'text/xml',
      body: `<?xml version="1.0"?>\n<${root} xmlns="${namespace}">${render(content)}</${root}>`,
    });
    try {
      const operation = operations.get(action);
      if (operation === undefined) {
        throw new ApiError('InvalidAction', `The local run does not have the operation "${action}".`);
      }
      return respond(200, `${action}Response`, {
        [`${action}Result`]: operation(fields, backend, request),
        ResponseMetadata: { RequestId: randomUUID() },
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { type: Code, message: Message } = error;
      return respond(400, 'ErrorResponse', { Error: { Type: 'Sender', Code, Message }, RequestId: randomUUID() });
    }
  };
}

function render(value: Xml): string {
  if (typeof value === 'string') return escape(value);
  if (Array.isArray(value)) return (value as readonly Xml[]).map((item) => `<member>${render(item)}</member>`).join('');
  return Object.entries(value as { readonly [element: string]: Xml | undefined })
    .map(([name, content]) => (content === undefined ? '' : `<${name}>${render(content)}</${name}>`))
    .join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ESCAPES.get(character) ?? character);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\r', '&#13;'],
]);

import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { TestProxy } from '../test-proxy';

/** What Ceph radosgw 16 ignores in requests, without a word. */
const IGNORED = /^x-amz-(copy-source-if-match|checksum-.*|sdk-checksum-algorithm|mp-object-size|tagging)$/;

/** Lets an S3 server look like one that knows neither checksums, nor conditions on the source, nor tags of uploads, nor quotes in CopyObject. */
export class LenientProxy extends TestProxy {
  static start(target: string): Promise<LenientProxy> {
    return new LenientProxy(new URL(target)).listen();
  }

  protected async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { hostname, port } = this.target;
    const { method, url: path, headers } = incoming;
    const passed = request({ hostname, port, method, path, headers: known(headers), agent: false, setHost: false });
    incoming.pipe(passed);
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      passed.on('response', resolve).on('error', reject),
    );
    const { 'content-length': length, ...rest } = known(response.headers);
    if (method === 'HEAD') {
      outgoing.writeHead(response.statusCode!, { ...rest, 'content-length': length }).end();
      return;
    }
    const answer = (await text(response)).replaceAll(/<(Checksum\w+)>[^<]*<\/\1>/g, '');
    // ETags without quotes.
    const body = answer.includes('<CopyObjectResult')
      ? answer.replaceAll(/"(?=<\/ETag>)|(?<=<ETag>)"|&quot;/g, '')
      : answer;
    outgoing.writeHead(response.statusCode!, rest).end(body);
  }
}

function known(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !IGNORED.test(name)));
}

import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What Ceph radosgw 16 ignores in requests, without a word. */
const IGNORED = /^x-amz-(copy-source-if-match|checksum-.*|sdk-checksum-algorithm|mp-object-size|tagging)$/;

/** Lets an S3 server look like one that knows neither checksums, nor conditions on the source, nor tags of uploads, nor quotes in CopyObject. */
export class LenientProxy {
  static async start(target: string): Promise<LenientProxy> {
    const proxy = new LenientProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private readonly server = createServer((incoming, outgoing) => void this.pass(incoming, outgoing));

  private constructor(private readonly target: URL) {}

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
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

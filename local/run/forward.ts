import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';

/**
 * Passes a request on to another server without changes, including the Host header, so that its signature stays valid.
 * A client that sends `Expect: 100-continue` is asked for the body only if the other server asks for it. Otherwise, a
 * refusal would break the connection while the client sends, and the client would not read it.
 */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, agent: Agent): void {
  const { hostname, port } = target;
  const { method, url: path, rawHeaders: headers } = incoming;
  const passed = request({ hostname, port, method, path, headers, agent, setHost: false });
  passed.on('continue', () => outgoing.writeContinue());
  passed.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
    response.pipe(outgoing);
    response.on('error', () => outgoing.destroy());
  });
  // If the connection to the other server breaks before the answer is complete, the connection to the client breaks,
  // too.
  passed.on('error', () => {
    if (!outgoing.writableFinished) outgoing.destroy();
  });
  outgoing.on('close', () => {
    // A request can be answered before its body has arrived. The rest is read, so that the client receives the answer.
    incoming.unpipe(passed).resume();
    passed.destroy();
  });
  incoming.pipe(passed);
}

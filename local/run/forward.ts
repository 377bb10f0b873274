import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';

/**
 * Passes a request on to another server as it is, Host included, so that its signature stays valid. A client that sent
 * `Expect: 100-continue` is asked for the body only if that server asks for it: otherwise a refusal would break the connection while
 * the client sends, and the client would not read it.
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
  // As if the server behind had been asked itself: a connection that breaks there before the answer is complete breaks here.
  passed.on('error', () => {
    if (!outgoing.writableFinished) outgoing.destroy();
  });
  outgoing.on('close', () => {
    // A request can be answered before its body has arrived. The rest is read, so that the client gets to the answer.
    incoming.unpipe(passed).resume();
    passed.destroy();
  });
  incoming.pipe(passed);
}

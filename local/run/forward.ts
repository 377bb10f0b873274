import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** Passes a request on to another server as it is, Host included, so that its signature stays valid. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: URL, agent: Agent): void {
  const { hostname, port } = target;
  const { method, url: path, rawHeaders: headers } = incoming;
  const passed = request({ hostname, port, method, path, headers, agent, setHost: false });
  passed.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
    response.pipe(outgoing);
    response.on('error', () => outgoing.destroy());
  });
  // As if the server behind had been asked itself: a connection that breaks there breaks here.
  passed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}

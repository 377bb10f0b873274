import { type AsyncLocalStorage } from 'node:async_hooks';
import { type ClientRequest } from 'node:http';
import { type Socket } from 'node:net';

/** One execution environment among those of a thread. */
export interface WorkerEnvironment {
  readonly id: number;
  /** Whether all its timers and connections have been stopped, so that it never answers. */
  isFrozen: boolean;
  readonly timers: Set<{ readonly cancel: () => void }>;
  readonly sockets: Set<Socket>;
  readonly requests: Set<ClientRequest>;
  /** Requests that have not been answered yet. */
  readonly unanswered: Set<object>;
  /** Called once when every request has been answered. */
  readonly onAnswered: Set<() => void>;
}

/** An environment, and its invocation that is running. */
export interface Running {
  readonly environment: WorkerEnvironment;
  readonly invocation?: { readonly id: string; answeredRequests: number; onAnswer?: (requests: number) => void };
}

export interface Environments {
  readonly storage: AsyncLocalStorage<Running>;
  readonly current: () => WorkerEnvironment | undefined;
  readonly create: (id: number) => WorkerEnvironment;
  readonly freeze: (environment: WorkerEnvironment) => void;
}

/**
 * Isolates the environments that share a thread. (On Lambda, each has its own process.) Connections are pooled by
 * environment, so that an environment cannot use up the sockets of another one, and an environment can be frozen at any
 * time. The source of this function runs in the thread (source.ts), so it must not use anything from outside.
 */
export function isolateEnvironments(): Environments {
  const { AsyncLocalStorage: Storage } = process.getBuiltinModule('node:async_hooks');
  const channels = process.getBuiltinModule('node:diagnostics_channel');
  const { Agent } = process.getBuiltinModule('node:http');
  const { Socket: NetSocket } = process.getBuiltinModule('node:net');

  const storage = new Storage<Running>();
  const current = (): WorkerEnvironment | undefined => storage.getStore()?.environment;
  const senders = new WeakMap<object, Running>();
  const answered = ({ unanswered, onAnswered }: WorkerEnvironment, request: object): void => {
    if (!unanswered.delete(request) || unanswered.size > 0) return;
    for (const callback of onAnswered) callback();
    onAnswered.clear();
  };

  /* eslint-disable @typescript-eslint/unbound-method -- they are called with the object that they are methods of */
  const agent = Agent.prototype as unknown as {
    addRequest: (request: ClientRequest, options: object, ...rest: unknown[]) => void;
    getName: (options?: { environment?: number | undefined }) => string;
  };
  const { addRequest, getName } = agent;
  agent.addRequest = function (request, options, ...rest) {
    const running = storage.getStore();
    if (running?.environment.isFrozen) return;
    if (running !== undefined) {
      const { environment } = running;
      environment.requests.add(request);
      environment.unanswered.add(request);
      request.once('close', () => {
        environment.requests.delete(request);
        answered(environment, request);
      });
      senders.set(request, running);
    }
    addRequest.call(this, request, { ...options, environment: running?.environment.id }, ...rest);
  };
  agent.getName = function (options) {
    return `${getName.call(this, options)}:${options?.environment ?? ''}`;
  };

  const { connect } = NetSocket.prototype;
  NetSocket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
    const environment = current();
    if (environment?.isFrozen) return this;
    if (environment !== undefined) {
      environment.sockets.add(this);
      this.once('close', () => environment.sockets.delete(this));
    }
    return connect.apply(this, given as Parameters<typeof connect>);
  };
  /* eslint-enable @typescript-eslint/unbound-method */

  channels.subscribe('http.client.response.finish', (message) => {
    const { request } = message as { request: ClientRequest };
    const sender = senders.get(request);
    if (sender === undefined) return;
    answered(sender.environment, request);
    const { invocation } = sender;
    if (invocation !== undefined) invocation.onAnswer?.(++invocation.answeredRequests);
  });
  // Node.js publishes these events for requests by fetch.
  channels.subscribe('undici:request:create', (message) => {
    const running = storage.getStore();
    const { request } = message as { request: object };
    if (running === undefined) return;
    senders.set(request, running);
    running.environment.unanswered.add(request);
  });
  for (const name of ['undici:request:headers', 'undici:request:error']) {
    channels.subscribe(name, (message) => {
      const { request } = message as { request: object };
      const sender = senders.get(request);
      if (sender !== undefined) answered(sender.environment, request);
    });
  }

  return {
    storage,
    current,
    create: (id) => ({
      id,
      isFrozen: false,
      timers: new Set(),
      sockets: new Set(),
      requests: new Set(),
      unanswered: new Set(),
      onAnswered: new Set(),
    }),
    freeze(environment) {
      environment.isFrozen = true;
      for (const timer of environment.timers) timer.cancel();
      for (const request of environment.requests) request.removeAllListeners().on('error', () => undefined);
      for (const socket of environment.sockets)
        socket
          .removeAllListeners()
          .on('error', () => undefined)
          .destroy();
      const { timers, requests, sockets, unanswered, onAnswered } = environment;
      for (const set of [timers, requests, sockets, unanswered, onAnswered]) set.clear();
    },
  };
}

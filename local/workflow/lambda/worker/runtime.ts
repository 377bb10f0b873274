import { type MessagePort } from 'node:worker_threads';
import { type Environments, type Running, type WorkerEnvironment } from './environments';
import {
  type HostMessage,
  type InvokeMessage,
  type RestartMessage,
  type WorkerData,
  type WorkerMessage,
} from './messages';
import { type LoadModule } from './modules';

/**
 * A runtime like that of AWS's nodejs images (their runtime interface client), for all environments of a thread. The
 * source of this function runs in the thread (source.ts), so it must not use anything from outside.
 */
export function serveInvocations(
  port: MessagePort,
  data: WorkerData,
  environments: Environments,
  loadModule: LoadModule,
  now: () => number,
): void {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const { format } = process.getBuiltinModule('node:util');

  type Handler = (event: unknown, context: unknown, callback?: unknown) => unknown;
  interface Loaded {
    readonly environment: WorkerEnvironment;
    readonly handler: Promise<Handler>;
  }
  const all = new Map<number, Loaded>();
  const instances = new Map<number, Promise<Handler>>();
  const post = (message: WorkerMessage): void => port.postMessage(message);

  process.cwd = () => data.taskRoot;
  const log = (level: string, message: string): void => {
    const running = environments.storage.getStore();
    if (running?.environment.isFrozen) return;
    const requestId = running?.invocation?.id;
    post({ type: 'log', level, message, ...(requestId !== undefined && { requestId }) });
  };
  for (const level of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
    console[level] = (...values: unknown[]) => log(level === 'log' ? 'info' : level, format(...values));
  }
  // As messages, which arrive before the answer of the invocation. The host does not read the streams.
  const forwardLines = (stream: NodeJS.WriteStream, level: string): void => {
    let rest = '';
    stream.write = (chunk: string | Uint8Array, ...others: unknown[]) => {
      const lines = `${rest}${typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) log(level, line);
      const callback = others.find((other) => typeof other === 'function') as (() => void) | undefined;
      callback?.();
      return true;
    };
  };
  forwardLines(process.stdout, 'info');
  forwardLines(process.stderr, 'error');

  const describe = (error: unknown): { errorType: string; errorMessage: string; trace: string[] } => {
    const isError = typeof error === 'object' && error !== null && 'message' in error && 'name' in error;
    if (!isError) return { errorType: typeof error, errorMessage: String(error), trace: [] };
    const { name, message, stack } = error as Error;
    return { errorType: String(name), errorMessage: String(message), trace: String(stack ?? '').split('\n') };
  };
  const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

  const end = (
    environment: WorkerEnvironment | undefined,
    how: { error?: ReturnType<typeof describe>; exitCode?: number },
  ): void => {
    for (const ended of environment === undefined ? [...all.values()].map((each) => each.environment) : [environment]) {
      if (ended.isFrozen) continue;
      environments.freeze(ended);
      all.delete(ended.id);
      post({ type: 'ended', environment: ended.id, ...how });
    }
  };
  process.on('uncaughtException', (error) => end(environments.current(), { error: describe(error) }));
  process.on('unhandledRejection', (reason) => {
    const { errorType, errorMessage, trace } = describe(reason);
    const message = `${errorType}: ${errorMessage}`;
    end(environments.current(), {
      error: { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: message, trace },
    });
  });
  process.exit = (code) => {
    end(environments.current(), { exitCode: Number(code ?? process.exitCode ?? 0) });
    // The code after this call must not run. If it catches this error, it is frozen.
    throw named('EnvironmentEnded', 'process.exit');
  };

  const findFile = (moduleName: string): string => {
    const root = path.resolve(data.taskRoot, moduleName);
    const file = ['', '.js', '.mjs', '.cjs'].map((extension) => root + extension).find((name) => existsSync(name));
    if (file !== undefined) return file;
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'\nRequire stack:\n- ${root}`);
  };
  const importModule = async (file: string): Promise<unknown> => {
    try {
      return await loadModule(file);
    } catch (error) {
      if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error));
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
        throw named('Runtime.ImportModuleError', String(error));
      }
      throw error;
    }
  };
  const loadHandler = async (): Promise<Handler> => {
    const base = path.basename(data.handler);
    const dot = base.indexOf('.');
    if (dot < 1) throw named('Runtime.MalformedHandlerName', 'Bad handler');
    const file = findFile(path.join(path.dirname(data.handler), base.slice(0, dot)));
    let target = await importModule(file);
    for (const key of base.slice(dot + 1).split('.')) {
      const holder = target as Record<string, unknown> | undefined;
      target = holder?.[key] ?? (holder?.default as Record<string, unknown> | undefined)?.[key];
    }
    if (typeof target !== 'function') {
      throw named('Runtime.HandlerNotFound', `${data.handler} is undefined or not exported`);
    }
    if (target.length >= 3 && data.nodeMajor >= 24) {
      throw named(
        'Runtime.CallbackHandlerDeprecated',
        'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
      );
    }
    return target as Handler;
  };

  /** The first environments have a module instance each, later ones share them. */
  const environmentOf = (id: number): Loaded => {
    const known = all.get(id);
    if (known !== undefined) return known;
    const environment = environments.create(id);
    const slot = id % data.moduleInstances;
    const handler = instances.get(slot) ?? environments.storage.run({ environment }, loadHandler);
    instances.set(slot, handler);
    const loaded = { environment, handler };
    all.set(id, loaded);
    handler.catch(() => {
      instances.delete(slot);
      all.delete(id);
    });
    return loaded;
  };

  const call = (handler: Handler, event: unknown, context: unknown): unknown => {
    if (handler.length < 3) return handler(event, context);
    return new Promise((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- any value is possible
      const callback = (error: unknown, result: unknown): void => (error ? reject(error) : resolve(result));
      Promise.resolve(handler(event, context, callback)).catch(reject);
    });
  };
  const stringify = (result: unknown): string => {
    try {
      return JSON.stringify(result === undefined ? null : result);
    } catch (error) {
      throw named('Runtime.MarshalError', `Unable to stringify response body as json: ${(error as Error).message}`);
    }
  };
  const perform = async ({ environment, handler }: Loaded, message: InvokeMessage): Promise<WorkerMessage> => {
    const { id, event, deadline, context } = message;
    try {
      const result = await call(await handler, JSON.parse(event), {
        ...context,
        callbackWaitsForEmptyEventLoop: true,
        getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - now())),
      });
      return { type: 'result', id, body: stringify(result) };
    } catch (error) {
      const failure = { type: 'failure', id, error: describe(error) } as const;
      console.error('Invoke Error', JSON.stringify(failure.error));
      // An environment whose module cannot be loaded is not reused.
      if (!all.has(environment.id)) post({ type: 'ended', environment: environment.id, error: failure.error });
      return failure;
    }
  };
  const invoke = async (message: InvokeMessage): Promise<void> => {
    const { id, freezeAfterRequests: limit } = message;
    const loaded = environmentOf(message.environment);
    const { environment } = loaded;
    const freeze = (): void => {
      environments.freeze(environment);
      all.delete(environment.id);
      post({ type: 'frozen', id });
    };
    if (limit === 0) return freeze();
    const onAnswer = (requests: number): void => {
      if (requests === limit) freeze();
    };
    const running: Running = {
      environment,
      invocation: { id, answeredRequests: 0, ...(limit !== undefined && { onAnswer }) },
    };
    const answer = await environments.storage.run(running, () => perform(loaded, message));
    if (environment.isFrozen) return;
    if (limit === undefined) post(answer);
    else freeze();
  };

  const clear = (): void => {
    for (const { environment } of all.values()) environments.freeze(environment);
    all.clear();
    instances.clear();
    post({ type: 'cleared' });
  };
  const restart = ({ data: { time, ...rest }, variables }: RestartMessage): void => {
    Object.assign(data, rest);
    Object.assign(data.time, time);
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, variables);
  };

  port.on('message', (message: HostMessage) => {
    if (message.type === 'invoke') return void invoke(message);
    if (message.type === 'clear') return clear();
    if (message.type === 'restart') return restart(message);
    const loaded = all.get(message.environment);
    if (loaded === undefined) return;
    environments.freeze(loaded.environment);
    all.delete(message.environment);
  });
}

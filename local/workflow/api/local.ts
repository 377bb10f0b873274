import { type EventBridge } from '../events/event-bridge';
import { type Json } from '../json';
import { type ApiResponse, jsonResponse, type Service } from './services';

/**
 * What no API of AWS tells or does, below `/_local/`:
 *
 * - `GET /_local/events`: events that were put to event buses, the oldest first
 * - `GET /_local/deliveries`: what became of them at the targets of rules
 * - `POST /_local/schedules/NAME`: does what a schedule does when its time has come
 */
export function local(bridge: EventBridge): Service {
  return ({ method, path }) => {
    const [, root, what = '', name = ''] = (path.split('?')[0] ?? '').split('/');
    if (root !== '_local') return undefined;
    if (method === 'GET' && what === 'events') return json(200, { events: bridge.events as unknown as Json });
    if (method === 'GET' && what === 'deliveries') {
      return json(200, { deliveries: bridge.deliveries as unknown as Json });
    }
    if (method === 'POST' && what === 'schedules') return trigger(bridge, decode(name));
    return json(404, { message: `There is no ${method} ${path}.` });
  };
}

/** A name that is not encoded correctly is that of no schedule. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function trigger(bridge: EventBridge, name: string): ApiResponse {
  if (bridge.trigger(name)) return json(202, {});
  return json(404, { message: `There is no schedule called "${name}".` });
}

function json(status: number, body: { [name: string]: Json }): ApiResponse {
  return jsonResponse(status, body, 'application/json');
}

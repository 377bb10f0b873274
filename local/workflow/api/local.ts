import { type EventBridge } from '../events/event-bridge';
import { type Json } from '../json';
import { type ApiResponse, jsonResponse, type Service } from './services';

/**
 * Requests below `/_local/`, which have no equivalent in an API of AWS:
 *
 * - `GET /_local/events` lists the events that were put to event buses, the oldest first.
 * - `GET /_local/deliveries` lists the deliveries of these events to the targets of rules.
 * - `POST /_local/schedules/NAME` triggers a schedule.
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

/** No schedule has a name that is encoded incorrectly. */
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

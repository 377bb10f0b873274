import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { ENV_NOTIFIER, type NotifierSettings } from '../../lib/private/protocol/notifications';
import { DEFAULT_CALLER } from '../shared/calls/ask';
import { logged } from '../shared/logs/invocation';
import { readVariable } from '../shared/variable';
import { putEvent } from './calls/put-event';
import { readExecution } from './calls/read-execution';
import { toDetail } from './detail';
import { readEnded, tracedArn } from './event';

// `ask` makes further attempts.
const sfn = { ...DEFAULT_CALLER, client: new SFNClient({ maxAttempts: 1 }) };
const eventBridge = { ...DEFAULT_CALLER, client: new EventBridgeClient({ maxAttempts: 1 }) };

/**
 * Sends an event that describes how an execution has ended.
 *
 * @throws if the event could not be sent, so that Lambda retries the invocation
 */
export const handler = logged(
  'notify',
  async (event: unknown): Promise<void> => {
    const { stateMachineArn, eventBusArn } = JSON.parse(readVariable(ENV_NOTIFIER)) as NotifierSettings;
    const detail = toDetail(await readExecution(sfn, readEnded(event, stateMachineArn)));
    if (detail) await putEvent(eventBridge, eventBusArn, detail);
  },
  (event) => ({ arn: tracedArn(event) }),
);

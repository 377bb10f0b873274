import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type CopyEventDetail, EVENT_SOURCE } from '../../../lib/private/protocol/notifications';
import { ask, type Caller } from '../../shared/calls/ask';
import { detailTypeOf } from '../detail';

/** EventBridge as the notifier calls it. */
export interface EventBridge extends Caller {
  readonly client: EventBridgeClient;
}

/** @throws if EventBridge does not accept the event; Lambda then retries the invocation */
export async function putEvent(bridge: EventBridge, eventBusArn: string, detail: CopyEventDetail): Promise<void> {
  const { arn, stateMachineArn, stopDate } = detail.execution;
  const entry = {
    EventBusName: eventBusArn,
    Source: EVENT_SOURCE,
    DetailType: detailTypeOf(detail),
    Detail: JSON.stringify(detail),
    Resources: [arn, stateMachineArn],
    Time: new Date(stopDate),
  };
  const { FailedEntryCount, Entries } = await ask(bridge, { api: 'PutEvents', resource: eventBusArn }, () =>
    bridge.client.send(new PutEventsCommand({ Entries: [entry] })),
  );
  if (!FailedEntryCount) return;
  const [{ ErrorCode, ErrorMessage } = {}] = Entries ?? [];
  throw new Error(`PutEvents to ${eventBusArn}: ${ErrorCode}: ${ErrorMessage}`);
}

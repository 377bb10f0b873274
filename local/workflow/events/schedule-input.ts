import { asText } from '../json';
import { type DeployedSchedule } from '../template/events';

/**
 * The input of the target of a schedule: its Input, in which EventBridge Scheduler replaces the context attributes, or
 * an event ("Adding context attributes", EventBridge Scheduler User Guide).
 */
export function scheduleInput(
  { arn, accountId: account, region, target }: DeployedSchedule,
  { id, time }: { readonly id: string; readonly time: string },
): string {
  const { Input: input } = target.properties;
  if (input === undefined) {
    const about = {
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account,
      time,
      region,
    };
    return JSON.stringify({ ...about, resources: [arn], detail: '{}' });
  }
  const attributes = new Map([
    ['schedule-arn', arn],
    ['scheduled-time', time],
    ['execution-id', id],
    ['attempt-number', '1'],
  ]);
  return asText(input).replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => attributes.get(name) ?? whole);
}

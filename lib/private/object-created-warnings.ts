import { Annotations, Aspects, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CopyOnObjectCreatedOptions } from '../object-created-rule';
import { type BoundLocation, describeLocation } from './bound-location';
import { sendsEvents } from './location-warnings';

/** S3 sends events to the default event bus of the bucket's own account and Region, and to no other. */
export function warnIfEventsElsewhere(scope: Construct, id: string, source: BoundLocation): void {
  const { account, region } = Stack.of(scope);
  const isOther = (theirs: string, ours: string) => areKnown(theirs, ours) && theirs !== ours;
  if (!isOther(source.account, account) && !isOther(source.region, region)) return;
  const target = [
    ...(isOther(source.account, account) ? [`account ${source.account}`] : []),
    ...(isOther(source.region, region) ? [`Region ${source.region}`] : []),
  ].join(', ');
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:eventsElsewhere',
    `Rule ${id} does not receive the events of ${describeLocation(source)}: S3 sends them to the default event bus of the bucket's ${target}. Forward them from there to the default event bus of this stack's account and Region, and acknowledge this warning.`,
  );
}

/** EventBridge matches prefixes and suffixes literally. */
export function warnAboutKeys(
  scope: Construct,
  id: string,
  { keyPrefix, keySuffix }: CopyOnObjectCreatedOptions,
  source: BoundLocation,
): void {
  const warn = (warning: string, text: string) =>
    Annotations.of(scope).addWarningV2(`cdk-s3-multipart-copy:${warning}`, `Rule ${id}: ${text}`);
  for (const [option, text] of Object.entries({ keyPrefix, keySuffix })) {
    if (text === undefined || Token.isUnresolved(text) || !/[*?]/.test(text)) continue;
    warn(
      `${option}WithWildcard`,
      `${option} ${JSON.stringify(text)} is literal, so it matches only keys that contain it as it is. ${option === 'keySuffix' ? "Write '.mp4' for all keys that end with it." : "Write 'in/' for all keys that begin with it."} If the keys really contain it, acknowledge this warning.`,
    );
  }
  // The prefix of the source has a warning of its own.
  if (keyPrefix === undefined || !keyPrefix.startsWith('/') || source.prefix.startsWith('/')) return;
  warn(
    'keyPrefixWithSlash',
    `keyPrefix ${JSON.stringify(keyPrefix)} begins with '/', and keys in S3 usually do not: write ${JSON.stringify(keyPrefix.replace(/^\/+/, ''))}. If the keys really begin with '/', acknowledge this warning.`,
  );
}

/** The app can enable events after the call, so the bucket is checked during synthesis. */
export function warnIfEventsDisabled(scope: Construct, id: string, source: BoundLocation): void {
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope || sendsEvents(source) !== false) return;
      Annotations.of(scope).addWarningV2(
        'cdk-s3-multipart-copy:eventsDisabled',
        `Rule ${id} receives no events: ${describeLocation(source)} does not send them to EventBridge. Create the bucket with eventBridgeEnabled: true.`,
      );
    },
  });
}

/** A copy to a key that the rule matches starts another copy. */
export function warnIfLoop(
  scope: Construct,
  id: string,
  source: BoundLocation,
  keyPrefix: string,
  destination: BoundLocation | undefined,
): void {
  if (!areKnown(keyPrefix, source.prefix) || destination?.bucketName !== source.bucketName) return;
  const copiedTo = `${destination.prefix}${keyPrefix.slice(source.prefix.length)}`;
  if (!copiedTo.startsWith(keyPrefix)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-s3-multipart-copy:copyLoop',
    `Rule ${id} copies objects below ${JSON.stringify(keyPrefix)} to ${JSON.stringify(copiedTo)} in the same bucket, so every copy starts another copy. Use a destination prefix outside keyPrefix.`,
  );
}

function areKnown(...texts: string[]): boolean {
  return !texts.some((text) => Token.isUnresolved(text));
}

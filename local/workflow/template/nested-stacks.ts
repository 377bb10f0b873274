import { join } from 'node:path';
import { asString, stableHex, type Json } from '../json';
import { readJson } from './assembly';
import { assetPath } from './assets';
import { Stack } from './stack';

/** A stack and all its nested stacks (AWS::CloudFormation::Stack), at any depth. */
export function withNestedStacks(stack: Stack): Stack[] {
  const nested = stack.resources('AWS::CloudFormation::Stack').map(({ logicalId }) => nestedStack(stack, logicalId));
  return [stack, ...nested.flatMap(withNestedStacks)];
}

function nestedStack(parent: Stack, logicalId: string): Stack {
  const templateFile = templateOf(parent, logicalId);
  const stack = new Stack(
    {
      ...parent.source,
      name: `${parent.name}-${logicalId}-${stableHex(`${parent.name}/${logicalId}`, 12).toUpperCase()}`,
      aliases: [],
      templateFile,
      template: readJson(templateFile),
    },
    {
      region: parent.region,
      accountId: parent.accountId,
      parameter: (name) => parent.nestedParameter(logicalId, name),
      references: parent.references,
    },
  );
  parent.nested.set(logicalId, stack);
  return stack;
}

/**
 * The CDK writes the file of the template into the metadata. Without it, the last segment of TemplateURL is the key of
 * the asset.
 */
function templateOf(parent: Stack, logicalId: string): string {
  const noted = parent.metadata(logicalId, 'aws:asset:path');
  if (noted !== undefined) return join(parent.source.directory, noted);
  const url: Json = parent.propertyOrPlaceholder(logicalId, 'TemplateURL') ?? '';
  return assetPath(parent.source, (asString(url) ?? '').split('/').at(-1) ?? '', `nested stack ${logicalId}`);
}

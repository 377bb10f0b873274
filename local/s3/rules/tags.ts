import { type S3Error, s3Error } from '../errors/s3-error';
import type { Tag } from '../store/model';
import { decodeForm } from '../wire/addressing';
import { childOf, childrenOf, textOf, type XmlElement, type XmlTree } from '../wire/xml';

const MAX_OBJECT_TAGS = 10;
const MAX_BUCKET_TAGS = 50;

/** Letters and numbers of any script, spaces and a few symbols. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Parses the `x-amz-tagging` header: `key=value&…`, URL-encoded. */
export function parseTaggingHeader(header: string | undefined): readonly Tag[] {
  if (header === undefined) return [];
  const malformed = (): S3Error => s3Error('TaggingHeader', { ArgumentName: 'x-amz-tagging', ArgumentValue: header });
  const tags = header
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', value = '', ...rest] = pair.split('=');
      if (rest.length > 0) throw malformed();
      return { key: decodeForm(key, malformed), value: decodeForm(value, malformed) };
    });
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) throw malformed();
  if (tags.length > MAX_OBJECT_TAGS) throw s3Error('TooManyObjectTags');
  for (const tag of tags) checkTag(tag, 'SystemObjectTag');
  return tags;
}

/** Parses the `Tagging` document of an object or a bucket. */
export function parseTagging(document: XmlElement, of: 'object' | 'bucket'): readonly Tag[] {
  const set = childOf(document, 'TagSet');
  if (set === undefined) throw s3Error('MalformedXml');
  return parseTags(set, of);
}

/** Error for tags with the reserved prefix `aws:`, by the tagged resource. */
const SYSTEM_TAGS = {
  object: 'SystemObjectTag',
  bucket: 'SystemBucketTag',
  'new bucket': 'SystemNewBucketTag',
} as const;

/** Parses the tags of an element that may contain nothing else. */
export function parseTags(set: XmlElement, of: keyof typeof SYSTEM_TAGS): readonly Tag[] {
  const tags = childrenOf(set, 'Tag').map((tag) => {
    const key = textOf(tag, 'Key');
    const value = textOf(tag, 'Value');
    if (key === undefined || value === undefined) throw s3Error('MalformedXml');
    return { key, value };
  });
  if (tags.length > (of === 'object' ? MAX_OBJECT_TAGS : MAX_BUCKET_TAGS)) {
    throw s3Error(of === 'object' ? 'TooManyObjectTags' : 'TooManyBucketTags');
  }
  const seen = new Set<string>();
  for (const tag of tags) {
    if (seen.has(tag.key)) throw s3Error('DuplicateTag', { TagKey: tag.key });
    seen.add(tag.key);
    checkTag(tag, SYSTEM_TAGS[of]);
  }
  return tags;
}

function checkTag(tag: Tag, system: (typeof SYSTEM_TAGS)[keyof typeof SYSTEM_TAGS]): void {
  if (tag.key.startsWith('aws:')) {
    throw s3Error(system, { TagKey: system === 'SystemNewBucketTag' ? undefined : tag.key });
  }
  if (tag.key === '' || [...tag.key].length > 128 || !ALLOWED.test(tag.key)) {
    throw s3Error('InvalidTagKey', { TagKey: tag.key });
  }
  if ([...tag.value].length > 256 || !ALLOWED.test(tag.value)) {
    throw s3Error('InvalidTagValue', { TagKey: tag.key, TagValue: tag.value });
  }
}

export function taggingXml(tags: readonly Tag[]): XmlTree {
  return { TagSet: { Tag: tags.map((tag) => ({ Key: tag.key, Value: tag.value })) } };
}

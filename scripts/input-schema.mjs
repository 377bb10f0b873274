// Writes what an execution may be started with: a JSON Schema for editors and programs, and a page for people, both from
// the schema that the Plan worker validates with. `npm run docs` runs it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import * as z from 'zod/mini';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const SCHEMA = 'schema/execution-input.schema.json';
const PAGE = 'docs/input.md';

const bundle = await build({
  entryPoints: ['lambda/plan/input/input-schema.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  write: false,
  // One zod, which holds the descriptions, for the schema and for this script.
  packages: 'external',
});
// Beside the sources, so that the packages are found.
const module = join(process.cwd(), 'node_modules', '.cache', 'input-schema.mjs');
mkdirSync(dirname(module), { recursive: true });
writeFileSync(module, bundle.outputFiles[0].text);
const { consoleSchema } = await import(module);

const { $schema, ...schema } = z.toJSONSchema(consoleSchema, { io: 'input' });
// What options say together: lambda/plan/input/option-rules.ts, in the words of a schema.
const needs = (name, value) => ({ properties: { [name]: { const: value } }, required: [name] });
const only = (name, values) => ({ properties: { [name]: values } });
const combinable = ['CRC64NVME', 'CRC32', 'CRC32C'];
const metadata = ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage', 'contentType', 'expires'];
Object.assign(schema.properties.options, {
  dependentSchemas: {
    ...Object.fromEntries([...metadata, 'metadata'].map((name) => [name, needs('metadataDirective', 'REPLACE')])),
    tagging: needs('taggingDirective', 'REPLACE'),
    acl: only('aclDirective', { const: 'NONE' }),
    objectLockMode: { required: ['objectLockRetainUntilDate'] },
    objectLockRetainUntilDate: { required: ['objectLockMode'] },
    ifMatch: only('overwrite', { const: 'always' }),
    range: only('preserveEtag', { const: false }),
    partSize: only('preserveEtag', { const: false }),
    ssekmsKeyId: {
      ...only('serverSideEncryption', { enum: ['aws:kms', 'aws:kms:dsse'] }),
      required: ['serverSideEncryption'],
    },
    sseCustomerKeySecretArn: { properties: { serverSideEncryption: false, bucketKeyEnabled: false } },
    checksumType: { required: ['checksumAlgorithm'] },
  },
  allOf: [
    { if: needs('taggingDirective', 'REPLACE'), then: { required: ['tagging'] } },
    { if: needs('checksumType', 'COMPOSITE'), then: only('checksumAlgorithm', { not: { const: 'CRC64NVME' } }) },
    { if: needs('checksumType', 'FULL_OBJECT'), then: only('checksumAlgorithm', { enum: combinable }) },
    { if: needs('bucketKeyEnabled', true), then: only('serverSideEncryption', { const: 'aws:kms' }) },
  ],
});
const document = {
  $schema,
  title: 'Execution input of a MultipartCopyWorkflow',
  description: 'The console form. An EventBridge "Object Created" event is an input, too.',
  ...schema,
};

// Patterns that say only which characters a text may have are not worth a page's room.
const isOfCharacters = (pattern) => /\\x[0-9a-f]{2}/.test(pattern);

function typeOf({ type, enum: values, anyOf, pattern, minimum, maximum, additionalProperties, properties }) {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'integer') return `${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
  if (type === 'object' && properties) {
    return `object: ${Object.entries(properties)
      .map(([name, property]) => `\`${name}\` (${typeOf(property)})`)
      .join(', ')}`;
  }
  if (type === 'object') return additionalProperties ? 'object of texts' : 'object';
  if (type === 'boolean') return '`true`, `false`';
  return pattern && !isOfCharacters(pattern) ? `text, \`${pattern}\`` : 'text';
}

const rows = Object.entries(schema.properties.options.properties).map(
  ([name, property]) => `| \`${name}\` | ${typeOf(property).replaceAll('|', '\\|')} | ${property.description} |`,
);
const page = `<!-- Made by scripts/input-schema.mjs from the schema that the Plan worker validates with. -->

# Execution input

\`source\` is all that is needed: \`s3://bucket/key\`, \`arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY\`, or an object with
\`bucket\` (a name, or the ARN or alias of an access point), \`key\`, and perhaps \`versionId\`. \`destination\` has the same forms
without a version, and may be an object with only one of \`bucket\` and \`key\`. Keys are used as they are, never decoded. Unknown fields are refused, and all
problems are told at once. The same as a JSON Schema: [\`${SCHEMA}\`](../${SCHEMA}), in the npm package too,
but for what a schema cannot say: what is a date, how many bytes a key has, which tags S3 takes, and that a range does not end before it begins.

## options

All are optional. Names are those of S3's parameters where S3 has one. Dates are written as in ISO 8601, \`2026-11-22T10:00:00Z\`, or as in HTTP. What the workflow declares in \`defaults\` holds for executions
that leave an option out, and for those that EventBridge starts.

| option | values | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;

mkdirSync(dirname(SCHEMA), { recursive: true });
writeFileSync(SCHEMA, await format(JSON.stringify(document), { ...(await resolveConfig(SCHEMA)), filepath: SCHEMA }));
writeFileSync(PAGE, page);

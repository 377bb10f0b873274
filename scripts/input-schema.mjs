// Generates the JSON Schema of the execution input and docs/input.md from lib/private/protocol/{input,options}.ts, by which Plan
// validates inputs. Run it after a build, as `npm run docs` does; with `--check` it only reports what is out of date.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT, table, writeGenerated } from './generated.mjs';

const require = createRequire(import.meta.url);
const { FEATURES } = require('../lib/private/protocol/features.js');
const { CONSOLE_INPUT } = require('../lib/private/protocol/input.js');
const { OPTIONS } = require('../lib/private/protocol/options.js');
const { SIZE_TEXT } = require('../lib/private/protocol/sizes.js');

const SCHEMA = 'schema/execution-input.schema.json';
const PAGE = 'docs/input.md';

// JSON Schema

function schemaOf(kind) {
  switch (kind.type) {
    case 'enum':
      return { type: 'string', enum: kind.values };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', minimum: kind.minimum, maximum: kind.maximum };
    case 'size':
      return {
        anyOf: [
          { type: 'integer', minimum: kind.minimum, maximum: kind.maximum },
          { type: 'string', pattern: SIZE_TEXT.source },
        ],
      };
    case 'text':
      return { type: 'string', minLength: kind.minLength, ...patternsOf(kind) };
    case 'map':
      return { type: 'object', propertyNames: schemaOf(kind.names), additionalProperties: schemaOf(kind.values) };
    case 'object':
      return {
        type: 'object',
        properties: mapValues(kind.fields, fieldSchema),
        required: namesWhere(kind.fields, ({ required }) => required),
        additionalProperties: kind.open ? undefined : false,
      };
    case 'either':
      return { anyOf: [schemaOf(kind.text), schemaOf(kind.object)] };
  }
}

/** The `pattern` keywords for a text that has allowed characters, a pattern, or both. */
function patternsOf({ characters, pattern }) {
  const patterns = [...(characters ? [`^${characters}*$`] : []), ...(pattern ? [pattern.source] : [])];
  return patterns.length < 2 ? { pattern: patterns[0] } : { allOf: patterns.map((each) => ({ pattern: each })) };
}

function fieldSchema({ kind, doc, default: value }) {
  const hasValue = value !== undefined && typeof value !== 'object';
  const otherwise = typeof value === 'object' ? ` Default: ${value.text}.` : '';
  return { description: `${doc}${otherwise}`, default: hasValue ? value : undefined, ...schemaOf(kind) };
}

/** The combinations of an option, for objects that have the option. */
function dependentSchema(name, { combinations = [] }) {
  const schemas = combinations.map(({ when, requires = {}, excludes = {} }) => {
    const rules = {
      required: Object.keys(requires),
      properties: {
        ...mapValues(requires, (values) => (values === true ? true : { enum: values })),
        ...mapValues(excludes, (values) => (values === true ? false : { not: { enum: values } })),
      },
    };
    return when === undefined ? rules : { if: { properties: { [name]: { enum: when } } }, then: rules };
  });
  return schemas.length === 1 ? schemas[0] : { allOf: schemas };
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}

function namesWhere(fields, holds) {
  const names = Object.keys(fields).filter((name) => holds(fields[name]));
  return names.length > 0 ? names : undefined;
}

const schema = schemaOf(CONSOLE_INPUT);
const combined = namesWhere(OPTIONS, ({ combinations }) => combinations !== undefined);
schema.properties.options.dependentSchemas = Object.fromEntries(
  combined.map((name) => [name, dependentSchema(name, OPTIONS[name])]),
);

const document = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Execution input of a MultipartCopyWorkflow',
  description: 'The console form. An "Object Created" event of EventBridge is an input, too.',
  ...schema,
};

// docs/input.md

const code = (text) => `\`${text}\``;

function valuesOf(kind) {
  switch (kind.type) {
    case 'enum':
      return kind.values.map(code).join(', ');
    case 'boolean':
      return '`true`, `false`';
    case 'integer':
      return `${kind.minimum.toLocaleString('en')} to ${kind.maximum.toLocaleString('en')}`;
    case 'size':
      return `${kind.minimum.toLocaleString('en')} to ${kind.maximum.toLocaleString('en')}, or text such as \`64MiB\``;
    case 'object':
      return Object.entries(kind.fields)
        .map(([name, field]) => `${code(name)} (${valuesOf(field.kind)}; default ${defaultOf(field)})`)
        .join(', ');
    case 'map':
      return 'object of texts';
    default:
      return kind.mustBe;
  }
}

function defaultOf({ default: value }) {
  return typeof value === 'object' ? value.text : code(value);
}

function needsOf({ feature, isCustomerKey }) {
  if (isCustomerKey) return '`customerKeys`';
  if (!feature) return '';
  const values = feature.values ? `${feature.values.map(code).join(', ')}: ` : '';
  return `${values}${code(FEATURES[feature.name].prop)}`;
}

function propsOf({ prop, kind }) {
  if (prop) return code(prop);
  return kind.type === 'object'
    ? Object.values(kind.fields)
        .map((field) => code(field.prop))
        .join(', ')
    : '';
}

const rows = Object.entries(OPTIONS).map(([name, option]) => [
  code(name),
  valuesOf(option.kind).replaceAll('|', '\\|'),
  option.doc,
  defaultOf(option),
  needsOf(option),
  propsOf(option),
]);

const page = `<!-- Generated by scripts/input-schema.mjs from lib/private/protocol/options.ts. -->

# Execution input

Only \`source\` is required. It is \`s3://bucket/key\`, \`arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY\`, or an object with
\`bucket\` (a name, or the ARN or alias of an access point), \`key\`, and optionally \`versionId\`. \`destination\` has the same forms
without a version; as an object it may have only one of \`bucket\` and \`key\`. Keys are not URL-decoded.

A destination such as \`s3://bucket/folder/\` is a folder: the part of the source's key after its last slash is appended, as the
AWS CLI does. As an object, \`{ "bucket": "bucket", "key": "folder/" }\` is the key \`folder/\` itself.

Unknown fields are refused, and the error names all problems at once. So is text that S3 cannot get: halves of surrogate pairs,
and in headers line breaks and characters beyond ASCII; the error names the character and its position. The JSON Schema of the
input is [\`${SCHEMA}\`](../${SCHEMA}), which the npm package includes. It cannot express which texts are dates, how many
bytes a key or a size has, which tags S3 accepts, that names of metadata differ by more than case, that a range does not end
before it begins, and that text has no halves of surrogate pairs.

## Options

All options are optional. Their names are those of S3's parameters where S3 has one. Dates are ISO 8601, such as
\`2026-11-22T10:00:00Z\`, or HTTP dates.

- **Needs** is the property of \`MultipartCopyWorkflow\` without which an execution that sets the option fails with \`NotAllowed\`.
- **Default** applies if the execution leaves the option out, unless the workflow sets another default by the property of
  \`defaults\` in the last column. Those apply to executions that EventBridge starts, too.

${table(['option', 'values', 'meaning', 'default', 'needs', 'in `defaults`'], rows)}
`;

writeGenerated(
  SCHEMA,
  await format(JSON.stringify(document), { ...(await resolveConfig(join(ROOT, SCHEMA))), filepath: SCHEMA }),
);
writeGenerated(PAGE, page);

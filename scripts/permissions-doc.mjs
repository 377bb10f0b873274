// Generates the tables of docs/permissions.md from the table that the policies are made from. Run it after a build, as
// `npm run docs` does; with `--check` it only reports whether the document is out of date.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT, table, writeGenerated } from './generated.mjs';

const require = createRequire(import.meta.url);
const { FEATURES } = require('../lib/private/protocol/features.js');
const {
  DESTINATION_PERMISSIONS,
  NOTIFIER_PERMISSIONS,
  SECRET_PERMISSIONS,
  SOURCE_PERMISSIONS,
  SWEEPER_PERMISSIONS,
  TRACING_ACTIONS,
  VPC_ACTIONS,
} = require('../lib/private/protocol/permissions.js');

const FILE = 'docs/permissions.md';

/** The texts for the condition under which a row applies. */
const CONDITIONS = {
  ...Object.fromEntries(
    Object.entries(FEATURES).map(([name, feature]) => [
      name,
      `\`${feature.prop}\`${feature.default ? ' (on by default)' : ''}`,
    ]),
  ),
  bucketOwnerFullControl: '`bucketOwnerFullControl` of the location',
  customerKeys: '`customerKeys`',
  directoryBucket: '`directoryBucket`',
};

const RESOURCES = {
  object: 'objects',
  bucket: 'bucket',
  'whole bucket': 'bucket, whatever the prefix',
  key: 'KMS key',
  'directory bucket': 'directory bucket',
  secret: 'secret',
  'secret key': 'KMS key of the secret',
  'state machine': 'this state machine',
  execution: 'its executions',
  'event bus': 'the event bus',
};

const list = (values) => values.map((value) => `\`${value}\``).join(', ');

function tableOf(rows) {
  const head = ['API calls', 'actions', 'with versions', 'on', 'only with', 'why'];
  const cells = rows.map(({ apis, actions, ofVersion = [], namesVersion, on, onlyWith, why }) => [
    apis.join(', '),
    list(actions),
    `${namesVersion ? 'instead ' : ofVersion.length > 0 ? 'also ' : ''}${list(ofVersion)}`,
    RESOURCES[on],
    onlyWith ? CONDITIONS[onlyWith] : '',
    why,
  ]);
  return table(head, cells);
}

const BLOCKS = {
  source: tableOf(SOURCE_PERMISSIONS),
  destination: tableOf(DESTINATION_PERMISSIONS),
  secrets: tableOf(SECRET_PERMISSIONS),
  sweeper: tableOf(SWEEPER_PERMISSIONS),
  notifier: tableOf(NOTIFIER_PERMISSIONS),
  other: table(
    ['actions', 'on', 'why'],
    [
      [list(['logs:CreateLogStream', 'logs:PutLogEvents']), "the workers' own log groups", 'logs'],
      [list(TRACING_ACTIONS), '`*`', 'traces; X-Ray knows no narrower resource'],
      [list(VPC_ACTIONS), '`*`, only with `vpc`', "the functions' network interfaces, which Lambda makes as the role"],
    ],
  ),
};

writeGenerated(FILE, Object.entries(BLOCKS).reduce(replaceBlock, readFileSync(join(ROOT, FILE), 'utf8')));

function replaceBlock(text, [name, block]) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`${FILE} has no block between ${begin} and ${end}`);
  return `${head}${begin}\n${block}\n${end}${tail}`;
}

// Writes the tables of docs/permissions.md from the table that the policies are made from. Run it after a build; with
// `--check` it only tells whether the document is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const {
  DESTINATION_PERMISSIONS,
  MAP_RUN_ACTIONS,
  SECRET_PERMISSIONS,
  SOURCE_PERMISSIONS,
  TRACING_ACTIONS,
  VPC_ACTIONS,
} = createRequire(import.meta.url)('../lib/private/protocol/permissions.js');

const file = join(root, 'docs', 'permissions.md');

/** What switches a row on, as users say it. */
const NEEDS = {
  tags: '`copyTags` (on by default)',
  acl: '`copyAcl`',
  objectLock: '`copyObjectLock`',
  annotations: '`copyAnnotations`',
  restore: '`allowRestore`',
  bucketOwnerFullControl: '`bucketOwnerFullControl` of the location',
  customerKeys: '`customerKeys`',
};

const RESOURCES = {
  object: 'objects',
  bucket: 'bucket',
  key: 'KMS key',
  'directory bucket': 'directory bucket',
  secret: 'secret',
  'secret key': 'KMS key of the secret',
};

const list = (values) => values.map((value) => `\`${value}\``).join(', ');

function tableOf(rows) {
  const head = ['API calls', 'actions', 'with versions', 'on', 'only with', 'why'];
  const cells = rows.map(({ api, actions, ofVersion = [], namesVersion, on, needs, why }) => [
    api,
    list(actions),
    `${namesVersion ? 'instead ' : ofVersion.length > 0 ? 'also ' : ''}${list(ofVersion)}`,
    RESOURCES[on],
    needs ? NEEDS[needs] : '',
    why,
  ]);
  return table(head, cells);
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const BLOCKS = {
  source: tableOf(SOURCE_PERMISSIONS),
  destination: tableOf(DESTINATION_PERMISSIONS),
  secrets: tableOf(SECRET_PERMISSIONS),
  other: table(
    ['actions', 'on', 'why'],
    [
      [
        list(Object.values(MAP_RUN_ACTIONS)),
        "this state machine's executions and map runs",
        'Abort finds the part that failed',
      ],
      [list(['logs:CreateLogStream', 'logs:PutLogEvents']), "the workers' own log groups", 'logs'],
      [list(TRACING_ACTIONS), '`*`', 'traces; X-Ray knows no narrower resource'],
      [list(VPC_ACTIONS), '`*`, only with `vpc`', "the functions' network interfaces, which Lambda makes as the role"],
    ],
  ),
};

const before = readFileSync(file, 'utf8');
const after = Object.entries(BLOCKS).reduce(replaceBlock, before);
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('docs/permissions.md is out of date; run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, after);
}

function replaceBlock(text, [name, block]) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`docs/permissions.md has no block between ${begin} and ${end}`);
  return `${head}${begin}\n${block}\n${end}${tail}`;
}

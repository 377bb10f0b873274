import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { importX } from 'eslint-plugin-import-x';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { circles } from './tools/eslint/circles.mjs';
import { lookups } from './tools/eslint/lookups.mjs';

/** The worker steps: every folder of lambda/ but these two. */
const STEPS = readdirSync(join(import.meta.dirname, 'lambda')).filter((name) => !['shared', 'dist'].includes(name));

// The dependencies of docs/architecture.md point one way: bin -> local -> lib, lambda -> lib/private/protocol, steps -> shared,
// calls -> pure logic, and in local/s3 and local/workflow from layer to lower layer.
const zone = (target, from, message, except) => ({ target, from, message, ...(except && { except }) });

/** The layers of local/s3 from top to bottom, as its README lists them. A layer imports only from the layers below it. */
const S3_LAYERS = [
  'server',
  'http',
  'operations',
  'simulation',
  'rules',
  'kms',
  'iam',
  'wire',
  'store',
  'content',
  'checksums',
  'errors',
  'base',
];

/** @throws if a file of local/s3 is in no layer: no rule would cover it */
function s3Zones() {
  const files = readdirSync(join(import.meta.dirname, 'local/s3'), { recursive: true });
  const layerOf = (file) => file.split(sep)[0];
  const sources = files.filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  const unknown = sources.filter((file) => !S3_LAYERS.includes(layerOf(file)));
  if (unknown.length > 0) throw new Error(`in no layer of S3_LAYERS (eslint.config.mjs): ${unknown.join(', ')}`);
  const above = S3_LAYERS.map((layer, index) =>
    zone(
      `./local/s3/${layer}`,
      ['./local/s3/index.ts', ...S3_LAYERS.slice(0, index).map((upper) => `./local/s3/${upper}`)],
      `${layer} imports only from the layers below it (local/s3/README.md).`,
    ),
  );
  return [
    ...above,
    zone('./local/s3', './{lib,lambda,bin}/**/*', 'the embedded S3 imports nothing from the rest of the project.'),
    zone(
      './local/s3',
      './local',
      'the embedded S3 imports only local/front-door and local/fault-rules from the rest of the project.',
      ['./s3', './front-door', './fault-rules'],
    ),
    zone('./bin/**/*', './local/s3', 'import what local/s3/index.ts exports.', ['./index.ts']),
    zone('./local/{run,workflow,secrets}/**/*', './local/s3', 'import what local/s3/index.ts exports.', ['./index.ts']),
    zone('./{bin,local/run}/**/*', './local/workflow', 'import what local/workflow/index.ts exports.', ['./index.ts']),
  ];
}

/** Tests move the clock, or wait for what happens; they never wait for time to pass, and never measure it. */
const noSleep = (message) => {
  const restricted = (names) => names.map((name) => ({ name, message }));
  const modules = ['timers', 'timers/promises', 'perf_hooks'].flatMap((name) => [name, `node:${name}`]);
  return {
    'no-restricted-globals': [
      'error',
      { globals: restricted(['setTimeout', 'setInterval', 'performance']), checkGlobalObject: true },
    ],
    'no-restricted-imports': ['error', ...restricted(modules)],
    'no-restricted-properties': [
      'error',
      { object: 'Atomics', property: 'wait', message },
      { object: 'process', property: 'hrtime', message },
    ],
  };
};

/** Time comes from the clock that the code is given. */
const noClockBut = (clock) => {
  const message = `use the Clock of ${clock}.`;
  return {
    ...noSleep(message),
    'no-restricted-syntax': [
      'error',
      { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message },
      { selector: 'VariableDeclarator[init.name="Date"]', message },
      { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message },
    ],
  };
};

/** Folders of which each imports only from those after it, but for the ones that are listed. */
const layers = (root, folders, apart = {}) =>
  folders.flatMap((folder, index) => {
    const forbidden = [...folders.slice(0, index), ...(apart[folder] ?? [])];
    const rest = forbidden.map((name) =>
      zone(`${root}/${folder}`, `${root}/${name}`, `see the layers in ${root}/README.md.`),
    );
    return [
      ...rest,
      zone(
        `${root}/${folder}`,
        `${root}/{index,step-functions,apis,eventing}.ts`,
        'layers do not know who puts them together.',
      ),
    ];
  });

const FAST_EXPRESSIONS = {
  'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
  'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }],
};

export default tseslint.config(
  {
    ignores: ['node_modules/', 'cdk.out/', 'coverage/', '**/dist/', 'lib/**/*.js', 'lib/**/*.d.ts', 'tarball/'],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.dev.json', './bin/report/client/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    rules: {
      // The rules that aws-cdk holds its own constructs to.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-member-accessibility': 'off',
      '@typescript-eslint/member-ordering': [
        'error',
        { default: ['public-static-method', 'field', 'constructor', 'method'] },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/no-shadow': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      curly: ['error', 'multi-line', 'consistent'],
      'dot-notation': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-bitwise': 'off',
      'no-console': 'error',
      'no-duplicate-imports': 'off',
      'import-x/no-duplicates': 'error',
      'import-x/order': [
        'error',
        { groups: ['builtin', 'external'], alphabetize: { order: 'asc', caseInsensitive: true } },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            zone(
              './lib',
              './{lambda,local,bin}/**/*',
              'lib imports nothing of the workers, the local run or the command.',
            ),
            zone('./lib/private/protocol', './lib', 'the protocol imports nothing but its own parts.', [
              './private/protocol',
            ]),
            zone('./lambda', './{local,bin}/**/*', 'the workers do not know the local run or the command.'),
            zone('./lib/private/estimates', './lib', 'estimates are pure: they know the protocol and nothing else.', [
              './private/estimates',
              './private/protocol.ts',
              './private/protocol',
            ]),
            zone('./lambda', './lib', 'the workers share only the protocol and the estimates with the rest.', [
              './private/protocol.ts',
              './private/protocol',
              './private/estimates',
            ]),
            ...['./lambda/*/!(index).ts', './lambda/*/**/!(calls)/*.ts'].map((pure) =>
              zone(
                pure,
                './lambda/**/calls/**/*',
                'only handlers and the files in calls/ may call AWS; everything else is pure.',
              ),
            ),
            zone('./lambda/shared', './lambda/!(shared)/**/*', 'what the steps share does not depend on the steps.'),
            ...STEPS.map((step) =>
              zone(
                `./lambda/${step}`,
                `./lambda/!(${step}|shared)/**/*`,
                'steps share code through lambda/shared only.',
              ),
            ),
            zone(
              './local',
              './{lambda,bin}/**/*',
              'the laptop runs the synthesized bundles, it does not import the workers.',
            ),
            zone('./bin/!(plan)/**/*', './lambda/**/*', 'only bin/plan knows workers: the planner.'),
            zone('./bin/*.ts', './lambda/**/*', 'only bin/plan knows workers: the planner.'),
            zone('./bin/plan', './lambda/!(plan|shared)/**/*', 'mpcopy plan knows the planner, and no other step.'),
            zone('./bin/plan', './lambda/plan/index.ts', 'mpcopy plan knows the planner, and not its handler.'),
            zone('./bin/**/*', './lambda/**/calls/**/*', 'commands call AWS in bin/aws.'),
            zone('./bin/report', './{local,lambda}/**/*', 'the report knows answers of Step Functions, and estimates.'),
            zone('./bin/report', './bin', 'the report does not know the commands.', ['./report']),
            ...s3Zones(),
            zone(
              './local/workflow',
              './{lib,lambda,bin,local/{s3,secrets,run}}/**/*',
              'local/workflow runs any template: it knows nothing of this library or of the rest of the laptop.',
            ),
            zone(
              './local/front-door',
              './{lib,lambda,bin,local/{s3,workflow,run,secrets}}/**/*',
              'local/front-door depends on nothing else of the project: all local servers share it.',
            ),
            zone(
              './local/fault-rules',
              './{lib,lambda,bin,local/{s3,workflow,run,secrets,front-door}}/**/*',
              'local/fault-rules depends on nothing else of the project: the embedded S3 and local/workflow share it.',
            ),
            zone(
              './local/secrets',
              './{lib,lambda,bin,local/{s3,workflow,run}}/**/*',
              'local/secrets depends on nothing else of the project but local/front-door.',
            ),
            ...layers('./local/workflow', ['api', 'engine', 'lambda', 'events', 'template', 'asl'], {
              engine: ['lambda', 'events', 'template'],
              lambda: ['asl'],
            }),
          ],
        },
      ],
    },
  },
  {
    // `import-x/no-cycle` does not see imports of types.
    files: ['**/*.ts'],
    plugins: { circles },
    rules: { 'circles/no-circle': 'error' },
  },
  {
    // Text from outside must not stall a regular expression, nor find what every object inherits.
    files: ['{lib,lambda,local,bin}/**/*.ts'],
    plugins: { regexp, lookups },
    rules: { ...FAST_EXPRESSIONS, 'lookups/no-inherited': 'error' },
  },
  {
    // Look-ups cannot be judged without types.
    files: ['scripts/**/*.{mjs,cjs}'],
    plugins: { regexp },
    rules: FAST_EXPRESSIONS,
  },
  {
    // Templates and functions are programs of the user, which run anyway.
    files: ['local/workflow/{template,engine,lambda}/**/*.ts'],
    rules: { 'lookups/no-inherited': 'off' },
  },
  {
    // Handlers wire calls and logic together; everything else is tested apart from them.
    files: ['lambda/*/index.ts'],
    rules: { 'max-lines': ['error', { max: 60, skipBlankLines: true, skipComments: true }] },
  },
  {
    // lib/ cannot depend on libraries there, and the workers would load them.
    files: ['lib/private/{protocol,estimates}/**/*.ts', 'lib/private/protocol.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!\\.|node:)', message: 'The protocol and the estimates depend on no package.' }] },
      ],
    },
  },
  {
    // A command needs a client, so all calls of S3 go through `askS3`.
    files: ['lambda/**/*.ts'],
    ignores: ['lambda/shared/calls/s3.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@aws-sdk/client-s3',
              importNames: ['S3', 'S3Client'],
              allowTypeImports: true,
              message: 'Call S3 by askS3 of lambda/shared/calls/s3.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    // Pure logic knows the types of the SDK, and none of its clients and commands.
    files: ['lambda/**/*.ts'],
    ignores: ['lambda/*/index.ts', 'lambda/**/calls/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@aws-sdk/*', '@smithy/*'], allowTypeImports: true, message: 'Call AWS in calls/.' }] },
      ],
    },
  },
  {
    // A report is made from answers of Step Functions; only read/ asks for them.
    files: ['bin/report/**/*.ts'],
    ignores: ['bin/report/read/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@aws-sdk/*', '@smithy/*'], allowTypeImports: true, message: 'Call AWS in read/.' }] },
      ],
    },
  },
  {
    // bin/aws is a bundle that is loaded later; what else commands do is pure.
    files: ['bin/*.ts', 'bin/{commands,plan,copies}/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['@aws-sdk/*', '@smithy/*'], allowTypeImports: true, message: 'Call AWS in bin/aws/.' }],
        },
      ],
    },
  },
  {
    // What runs in the page knows how reports are made up and shown, but nothing that Node.js has.
    files: ['bin/report/client/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*'], message: 'This runs in a browser.' }] }],
      'no-restricted-globals': ['error', 'Buffer', 'process', 'require', '__dirname', 'setImmediate'],
    },
  },
  {
    files: ['local/s3/**/*.ts'],
    ignores: ['local/s3/base/clock.ts'],
    rules: noClockBut('local/s3/base/clock.ts'),
  },
  {
    files: ['test/**/*.ts'],
    ignores: [
      // Asks other processes and threads, until the timeout of the test.
      'test/until.ts',
      // Programs that other processes must not stall.
      'test/{campaign,fuzz}/**/*.ts',
      'test/other-s3/processes.ts',
    ],
    rules: noSleep('move a clock of your own, or use until() of test/until.ts.'),
  },
  {
    files: ['test/local/s3/**/*.ts'],
    rules: noSleep('advance a ManualClock, or use until() of clients.ts.'),
  },
  {
    files: ['local/workflow/**/*.ts'],
    // worker/ is what puts that clock into the threads of the functions.
    ignores: ['local/workflow/clock.ts', 'local/workflow/lambda/worker/*.ts'],
    rules: noClockBut('local/workflow/clock.ts'),
  },
  {
    files: ['local/workflow/lambda/worker/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/local/workflow/**/*.ts'],
    rules: noSleep('move a VirtualClock, or use a Gate.'),
  },
  {
    files: ['bin/**/*.ts', 'bench/**/*.ts', 'test/fuzz/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        module: 'writable',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', process: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);

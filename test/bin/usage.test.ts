import { createProgram } from '../../bin/program';
import { file, mpcopy } from './support';

const ARN = 'arn:aws:states:us-east-1:123456789012:execution:Copy:one';
const MACHINE = ['--state-machine', 'arn:aws:states:us-east-1:123456789012:stateMachine:Copy'];
const SIZE = /argument 'x' is invalid\. "x" is not a size; write a number and a unit/;

describe('wrong arguments end with exit code 2 and one line', () => {
  test.each<[line: string, message: RegExp]>([
    ['nonsense', /unknown command 'nonsense' \(mpcopy --help lists the commands\)/],
    ['lokal', /unknown command 'lokal' \(Did you mean local\?\)/],
    ['local more', /too many arguments for 'local'/],
    ['local --size', /option '--size <size>' argument missing/],
    ['local --size x', SIZE],
    [
      'local --size 49TiB',
      /'--size <size>' argument '49TiB' is invalid\. S3 objects have at most 53687091200000 bytes/,
    ],
    ['local --part-size x', SIZE],
    ['local --concurrency 0', /'--concurrency <number>' argument '0' is invalid\. Specify a whole number/],
    ['local --child-executions FAST', /argument 'FAST' is invalid\. Allowed choices are/],
    ['local --child-executions EXPRESS --app x', /cannot be used with option '--app <command>'/],
    ['local --file a --size 1', /'--file <path>' cannot be used with option '--size <size>'/],
    ['local --file /nowhere', /--file \/nowhere cannot be read: ENOENT/],
    ['local --input /nowhere', /--input \/nowhere cannot be read: ENOENT/],
    ['local --source-setup /nowhere', /--source-setup \/nowhere cannot be read: ENOENT/],
    ['local --faults /nowhere', /--faults \/nowhere cannot be read: ENOENT/],
    ['local --platform-faults /nowhere', /--platform-faults \/nowhere cannot be read: ENOENT/],
    ['local --template /nowhere', /There is no template \/nowhere/],
    ['local --app /dev', /\/dev is not a cloud assembly/],
    ['local --parameter x', /'--parameter <name=value>' argument 'x' is invalid\. Specify NAME=VALUE/],
    ['local --parameter Other=x', /No template has a parameter Other, which --parameter names/],
    ['local --state-machine Other', /No state machine is called "Other"/],
    ['local --dir /dev/null', /--dir \/dev\/null cannot be used/],
    ['local --endpoint x', /'--endpoint <url>' argument 'x' is invalid/],
    ['local --latency {"partCopySeconds":-1}', /Specify aws, or an object that overrides .* by numbers of 0 or more/],
    ['local --time-scale 0', /'--time-scale <number>' argument '0' is invalid/],
    ['local --lambda-concurrency x', /'--lambda-concurrency <number>' argument 'x' is invalid/],
    ['local --report /nowhere/a', /--report \/nowhere\/a cannot be written: ENOENT/],
    ['local --events /nowhere/a', /--events \/nowhere\/a cannot be written: ENOENT/],
    ['local --serve x', /'--serve \[port\]' argument 'x' is invalid\. Specify a whole number from 0 to 65535/],
    ['s3 --port x', /'--port <number>' argument 'x' is invalid\. Specify a whole number from 0 to 65535/],
    ['s3 --region x', /'--region <region>' argument 'x' is invalid\. Specify the name of a Region/],
    ['s3 --account 5', /'--account <id>' argument '5' is invalid\. Specify the 12 digits/],
    ['s3 --dir /dev/null', /--dir \/dev\/null cannot be used/],
    ['s3 --log /nowhere/a', /--log \/nowhere\/a cannot be written: ENOENT/],
    ['s3 --principals /nowhere', /--principals \/nowhere cannot be read: ENOENT/],
    ['plan s3://a/b --endpoint-url ftp://x', /'--endpoint-url <url>' argument 'ftp:\/\/x' is invalid/],
    ['plan --size 1GiB --concurrency 10001', /--concurrency is 10001; specify at most 10000/],
    ['start s3://a/b --stack S --region Ohio', /'--region <region>' argument 'Ohio' is invalid/],
    ['status arn:x', /"arn:x" is not the ARN of an execution of a Standard workflow; it looks like/],
    [`resume ${ARN} --name a/b`, /argument 'a\/b' is invalid\. "a\/b" is not a valid execution name/],
    ['sweep --stack S --list --kept', /'--kept' cannot be used with option '--list'/],
    [`report ${ARN} /nowhere/a`, /FILE \/nowhere\/a cannot be written: ENOENT/],
    [`report ${ARN} a --details x`, /'--details <number\|all>' argument 'x' is invalid/],
  ])('%s', async (line, message) => {
    await expectUsageError(line.split(' '), message);
  });

  test.each(['--stack', '--region', '--profile', '--version-id', '--input', '--name'])(
    'start %s with empty text',
    async (option) => {
      await expectUsageError(['start', 's3://a/b', ...MACHINE, option, ''], / argument '' is invalid\. /);
    },
  );

  test.each<[string, (path: string) => string[], string, RegExp]>([
    ['--faults', (path) => ['s3', '--faults', path], '{', /--faults .* is neither a JSON array of fault rules nor/],
    [
      '--platform-faults',
      (path) => ['local', '--platform-faults', path],
      '{',
      /--platform-faults .* is neither a JSON array of fault rules nor/,
    ],
    ['--source-setup', (path) => ['local', '--source-setup', path], '{', /--source-setup .* is not JSON/],
    ['--principals', (path) => ['s3', '--principals', path], '{}', /--principals .* must hold a JSON list/],
    ['--template', (path) => ['local', '--template', path], 'Resources:', /is not JSON/],
  ])('%s with a file of something else', async (_, args, content, message) => {
    await expectUsageError(args(file('wrong.json', content)), message);
  });

  test('escapes control characters of arguments', async () => {
    await expectUsageError(['local', '--size', '\u001b[2J\n1'], /argument '\\u\{001B\}\[2J 1' is invalid/);
  });

  async function expectUsageError(args: readonly string[], message: RegExp): Promise<void> {
    const { code, stdout, stderr } = await mpcopy(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    // A run tells what it does before.
    expect(stderr.replace(/^(Running|Synthesizing|Putting| ).*\n/gm, '')).toMatch(/^mpcopy: \P{Cc}+\n$/u);
    expect(stderr).toMatch(message);
  }
});

describe('help', () => {
  const before = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
  afterEach(() => Object.assign(process.stdout, before));

  const commands = ['', ...createProgram().commands.map((command) => command.name())];
  test.each(commands)('of mpcopy %s is wrapped at the width of the terminal', (name) => {
    for (const columns of [20, 40, 60, 80, 120]) {
      const wide = helpOf(name, columns).filter((line) => line.length > Math.max(columns, 40));
      // Only a word that does not fit is wider, such as an ARN.
      expect(wide.filter((line) => /\S\s\S/.test(line.replace(/ \\$/, '')))).toEqual([]);
    }
  });

  test('has 80 columns without a terminal', () => {
    expect(helpOf('local', undefined)).toEqual(helpOf('local', 80));
    expect(helpOf('local', 0)).toEqual(helpOf('local', 80));
  });

  test('indents the texts of options as one column', () => {
    const lines = helpOf('local', 60);
    const column = lines.find((line) => line.includes('copy the bytes'))!.indexOf('copy the bytes');
    const options = lines.slice(lines.indexOf('Options:') + 1, lines.indexOf('', lines.indexOf('Options:')));
    const texts = options.filter((line) => line.length > column + 2);
    expect(texts.length).toBeGreaterThan(40);
    for (const line of texts) expect(line.slice(column - 2)).toMatch(/^ {2}\S/);
    expect(helpOf('local', 40)).toEqual(
      expect.arrayContaining(['  --part-size <size>', '            size of the parts:']),
    );
  });

  test('has examples that a shell runs as they are', () => {
    const help = helpOf('start', 60)
      .join('\n')
      .replaceAll(/ \\\n +/g, ' ');
    expect(help).toContain('$ mpcopy start --stack Copies s3://raw/incoming/movie.mp4 --wait\n');
  });

  function helpOf(name: string, columns: number | undefined): string[] {
    Object.assign(process.stdout, { isTTY: columns !== undefined, columns });
    const program = createProgram();
    const command = program.commands.find((each) => each.name() === name) ?? program;
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    return help.split('\n');
  }
});

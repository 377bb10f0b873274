import { parseArgs } from 'node:util';
import { LocalDeployment } from '../../local/workflow';
import { synthesizeApp } from './deploy';
import { anyDesignBound, bytesBound, lowerBound } from './lower-bound';
import { copyOurs } from './ours';
import { copyWith, expectedRealSeconds, type Peer, PEERS, type PeerRun, scaleOf } from './peers';
import { PLATFORM } from './platform';
import { SIZES } from './sizes';

/** The output of `--json`. Seconds are those of the model. */
interface Report {
  readonly sizes: readonly SizeReport[];
  /** Runs that were skipped, with the reason. */
  readonly skipped: readonly { readonly name: string; readonly size: string; readonly reason: string }[];
  /** The same copy on clocks of other speeds, to show that the time of the simulation itself does not count. */
  readonly clocks: readonly {
    readonly name: string;
    readonly size: string;
    readonly clock: string;
    readonly seconds: number;
  }[];
  readonly platform: typeof PLATFORM;
}

interface SizeReport {
  readonly size: string;
  readonly ours: {
    readonly seconds: number;
    /** Ratio to the minimum that the model and the limits of the platform allow for the steps of this workflow. */
    readonly lowerBoundRatio: number;
    /** Ratio to the minimum that they allow for any copy in parts. */
    readonly anyDesignRatio: number;
    readonly requests: number;
    /** Ratio to bytes / (workers x throughput of a part copy) + the fixed time of a part copy. */
    readonly bytesBoundRatio: number;
    readonly parts: number;
    /** Seconds by state. */
    readonly states: Readonly<Record<string, number>>;
  };
  readonly peers: readonly (PeerRun & { /** To our seconds. */ readonly ratio: number })[];
}

/** The runs of `--quick`: all peers at the small sizes, and one at 1 TiB. */
const QUICK = { sizes: ['1GiB', '10GiB'], also: { size: '1TiB', names: ['aws s3 cp'] } };

/** A run of a peer is skipped if it would take longer than this, in real minutes. */
const LONGEST_MINUTES = 4;

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      /** Sizes, separated by commas. Default: all. */
      sizes: { type: 'string', default: Object.keys(SIZES).join(',') },
      /** Whether to omit the other programs. */
      alone: { type: 'boolean', default: false },
      'child-executions': { type: 'string' },
    },
  });
  const deployment = LocalDeployment.fromAssembly(await synthesizeApp(options['child-executions']));
  const sizes: SizeReport[] = [];
  const skipped: Report['skipped'][number][] = [];
  for (const name of options.sizes.split(',')) {
    const size = SIZES[name];
    if (size === undefined) throw new Error(`--sizes accepts ${Object.keys(SIZES).join(', ')}, not ${name}`);
    const [copy] = await copyOurs(deployment, size);
    const seconds = copy!.seconds;
    say(`${name}: ${seconds} s`);
    const peers: SizeReport['peers'][number][] = [];
    for (const peer of options.alone ? [] : PEERS) {
      const reason = skipReason(peer, name, size, options.quick) ?? (await tryPeer(peer, name, size, seconds, peers));
      if (reason !== undefined) skipped.push({ name: peer.name, size: name, reason });
    }
    sizes.push({
      size: name,
      ours: {
        seconds: round(seconds),
        lowerBoundRatio: round(seconds / lowerBound(size)),
        anyDesignRatio: round(seconds / anyDesignBound(size)),
        requests: copy!.requests,
        bytesBoundRatio: round(seconds / bytesBound(size)),
        parts: copy!.parts,
        states: copy!.states,
      },
      peers,
    });
  }
  const report: Report = {
    sizes,
    skipped,
    clocks: options.alone ? [] : await compareClocks(deployment),
    platform: PLATFORM,
  };
  if (options.json) console.log(JSON.stringify(report));
  else print(report);
  process.exit();
}

/** @returns the reason why a run is skipped; undefined if it is not */
function skipReason(peer: Peer, name: string, size: number, quick: boolean): string | undefined {
  try {
    peer.version();
  } catch {
    return 'is not installed';
  }
  const isQuick = QUICK.sizes.includes(name) || (QUICK.also.size === name && QUICK.also.names.includes(peer.name));
  if (quick && !isQuick) return 'only without --quick';
  const minutes = expectedRealSeconds(peer, size) / 60;
  return minutes > LONGEST_MINUTES ? `would take ${Math.round(minutes)} minutes here` : undefined;
}

/** @returns the reason why the run failed; undefined if it succeeded */
async function tryPeer(
  peer: Peer,
  name: string,
  size: number,
  ourSeconds: number,
  peers: SizeReport['peers'][number][],
): Promise<string | undefined> {
  try {
    const run = await copyWith(peer, size);
    say(`${name}: ${run.name} ${run.version}: ${round(run.seconds)} s at scale ${run.timeScale}`);
    peers.push({ ...run, seconds: round(run.seconds), ratio: round(run.seconds / ourSeconds) });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function compareClocks(deployment: LocalDeployment): Promise<Report['clocks']> {
  const size = '1GiB';
  const clocks: Report['clocks'][number][] = [];
  for (const [clock, timeScale] of Object.entries({ virtual: undefined, 'real time': 1, '4 x real time': 4 })) {
    const [copy] = await copyOurs(deployment, SIZES[size]!, { timeScale });
    clocks.push({ name: 'ours', size, clock, seconds: round(copy!.seconds) });
  }
  const [aws] = PEERS;
  for (const factor of [1, 0.5]) {
    const timeScale = Math.round(scaleOf(aws!, SIZES[size]!) * factor);
    try {
      const { seconds } = await copyWith(aws!, SIZES[size]!, timeScale);
      clocks.push({ name: aws!.name, size, clock: `${timeScale} x real time`, seconds: round(seconds) });
    } catch {
      // It is among the skipped.
    }
  }
  return clocks;
}

function print({ sizes, skipped, clocks }: Report): void {
  console.table(
    sizes.map(({ size, ours, peers }) => ({
      size,
      ...Object.fromEntries(Object.entries(ours).filter(([name]) => name !== 'states')),
      ...Object.fromEntries(peers.map(({ name, seconds, ratio }) => [name, `${seconds} s, ${ratio} x`])),
    })),
  );
  console.table(Object.fromEntries(sizes.map(({ size, ours }) => [size, ours.states])));
  if (clocks.length > 0) console.table(clocks);
  for (const { name, size, reason } of skipped) console.log(`${size}: ${name}: ${reason}`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function round(value: number): number {
  return +value.toFixed(3);
}

void main();

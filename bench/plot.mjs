// Draws the JSON of `npm run bench -- --json` as an SVG: `node bench/plot.mjs result.json docs/images/bench.svg`. Both axes are
// logarithmic.
import { readFileSync, writeFileSync } from 'node:fs';

const [input, output] = process.argv.slice(2);
const { sizes } = JSON.parse(readFileSync(input, 'utf8'));

const WIDTH = 830;
const HEIGHT = 380;
const PLOT = { left: 70, right: 640, top: 20, bottom: 330 };
const COLORS = ['#0969da', '#cf222e', '#9a6700', '#8250df', '#57606a', '#1a7f37'];
const FONT = 'font-family="system-ui, sans-serif" font-size="12" fill="#57606a"';
const BYTES = { GiB: 1, TiB: 1024 };

const lines = linesOf();
const seconds = lines.flatMap(({ points }) => points.map((point) => point.seconds));
const [low, high] = [
  10 ** Math.floor(Math.log10(Math.min(...seconds))),
  10 ** Math.ceil(Math.log10(Math.max(...seconds))),
];
const gibibytes = sizes.map(({ size }) => gibibytesOf(size));
const x = scale(gibibytes[0], gibibytes.at(-1), PLOT.left, PLOT.right);
const y = scale(low, high, PLOT.bottom, PLOT.top);

writeFileSync(
  output,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Seconds of a copy by size">
<rect width="100%" height="100%" fill="#ffffff"/>
${grid()}
${lines.map(drawLine).join('\n')}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle" ${FONT}>size of the object</text>
</svg>
`,
);

function linesOf() {
  const names = [...new Set(sizes.flatMap(({ peers }) => peers.map(({ name }) => name)))];
  const ours = sizes.map(({ size, ours: { seconds: value } }) => ({ size, seconds: value }));
  const peers = names.map((name) => ({
    name,
    points: sizes.flatMap(({ size, peers: all }) =>
      all.filter((peer) => peer.name === name).map((peer) => ({ size, seconds: peer.seconds })),
    ),
  }));
  return [{ name: 'this workflow', points: ours }, ...peers];
}

function grid() {
  const rows = [];
  for (let value = low; value <= high; value *= 10) {
    rows.push(`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/>`);
    rows.push(`<text x="${PLOT.left - 8}" y="${y(value) + 4}" text-anchor="end" ${FONT}>${value} s</text>`);
  }
  const columns = sizes.map(
    ({ size }) =>
      `<text x="${x(gibibytesOf(size))}" y="${PLOT.bottom + 18}" text-anchor="middle" ${FONT}>${size}</text>`,
  );
  return [...rows, ...columns].join('\n');
}

function drawLine({ name, points }, index) {
  const color = COLORS[index % COLORS.length];
  const places = points.map((point) => [x(gibibytesOf(point.size)).toFixed(1), y(point.seconds).toFixed(1)]);
  const path = `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`;
  const dots = places.map(([left, top]) => `<circle cx="${left}" cy="${top}" r="3" fill="${color}"/>`).join('');
  const label = `<circle cx="${PLOT.right + 26}" cy="${PLOT.top + 26 + index * 20}" r="4" fill="${color}"/>
<text x="${PLOT.right + 36}" y="${PLOT.top + 30 + index * 20}" ${FONT}>${name.replace(/ of \d+ MiB$/, '')}</text>`;
  return [path, dots, label].join('\n');
}

function gibibytesOf(size) {
  const [, number, unit] = /^([\d.]+)(\w+)$/.exec(size);
  return Number(number) * BYTES[unit];
}

function scale(from, to, start, end) {
  const [first, last] = [Math.log(from), Math.log(to)];
  return (value) => start + ((Math.log(value) - first) / (last - first)) * (end - start);
}

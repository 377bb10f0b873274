import uPlot from 'uplot';
import { formatRate } from '../format';
import { expectedFlows, type Flow } from '../model/expected';
import { binThroughput } from '../model/throughput';
import type { PageData } from '../page/page-data';
import { axes, color, makeChart } from './chart';
import { type ClientPart, flowsOf } from './data';
import type { View } from './view';

const HEIGHT = 210;
const MIB = 1024 ** 2;

/** Draws the bytes per second in the range of the view, for this copy and for the plan. */
export function drawThroughput(element: HTMLElement, view: View, data: PageData, parts: readonly ClientPart[]): void {
  const measured = flowsOf(parts);
  const expected = data.parts?.plan ? expectedFlows(data.parts.plan, data.parts.startMs) : [];
  const bins = Math.max(40, Math.min(300, Math.round(element.clientWidth / 4)));
  const values = (): uPlot.AlignedData => {
    const { minMs, maxMs } = view;
    const times = Array.from({ length: bins }, (_, bin) => (minMs + ((maxMs - minMs) * bin) / bins) / 1000);
    const rates = (flows: readonly Flow[]): number[] => binThroughput(flows, minMs, maxMs, bins);
    return [times, rates(measured), rates(expected)];
  };
  const paths = uPlot.paths.stepped!({ align: 1 });
  makeChart(
    element,
    view,
    {
      height: HEIGHT,
      padding: [14, 16, 0, 0],
      scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.05, 1)] } },
      axes: axes({ incrs: RATES, values: (_, rates) => rates.map((rate) => (rate === 0 ? '0' : formatRate(rate))) }),
      series: [
        {},
        { stroke: () => color('measured'), fill: () => color('measured-fill'), width: 1.5, paths },
        { stroke: () => color('expected'), width: 1.5, dash: [6, 4], paths },
      ],
    },
    values,
  );
}

/** Intervals of the axis: 1, 2, 5, 10, 20, 50, 100, 200 and 500 of each unit. */
const RATES = [1 / MIB, 1 / 1024, 1, 1024, 1024 ** 2].flatMap((unit) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * unit * MIB),
);

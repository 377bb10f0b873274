import uPlot from 'uplot';
import type { View } from './view';

/** Width of the left axis. It is the same in both charts, so that their time axes are aligned. */
const LEFT_AXIS = 76;

const SECOND_STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000,
];

/** A colour of `page.css` in the current colour scheme. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The axes of a chart. The lower axis shows the seconds since the start. */
export function axes(left: Partial<uPlot.Axis>): uPlot.Axis[] {
  const style = {
    stroke: () => color('muted'),
    grid: { stroke: () => color('grid'), width: 1 },
    ticks: { stroke: () => color('grid'), width: 1, size: 5 },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  return [
    { ...style, size: 32, incrs: SECOND_STEPS, space: 70, values: (_, seconds) => seconds.map(formatSeconds) },
    { ...style, size: LEFT_AXIS, ...left },
  ];
}

/** `12 s`, `1:30`, `1:02:30` */
function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(3))} s`;
  const rest = String(Math.round(seconds % 60)).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** Creates a chart that is redrawn when the view, the size of its element or the colour scheme changes. */
export function makeChart(
  element: HTMLElement,
  view: View,
  options: Omit<uPlot.Options, 'width'>,
  data: () => uPlot.AlignedData,
): uPlot {
  const chart = new uPlot(
    {
      ...options,
      width: element.clientWidth,
      legend: { show: false },
      scales: { x: { time: false, range: () => [view.minMs / 1000, view.maxMs / 1000] }, ...options.scales },
      cursor: {
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => (view.showAll(), null) },
        ...options.cursor,
      },
      hooks: {
        ...options.hooks,
        setSelect: [
          ({ select }) => {
            if (select.width < 3) return;
            const [from, to] = [select.left, select.left + select.width].map((left) => chart.posToVal(left, 'x'));
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            view.showTime(from! * 1000, to! * 1000);
          },
        ],
      },
    },
    data(),
    element,
  );
  view.onChange(() => chart.setData(data()));
  new ResizeObserver(() => {
    if (element.clientWidth !== chart.width) chart.setSize({ width: element.clientWidth, height: chart.height });
  }).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw(false, true));
  return chart;
}

import 'uplot/dist/uPlot.min.css';
import '../page/page.css';
import { Controls } from './controls';
import { partsOf, readPageData } from './data';
import { makeSortable } from './sort';
import { drawThroughput } from './throughput';
import { Timeline } from './timeline';
import { View } from './view';

const data = readPageData();
const parts = partsOf(data);
const view = new View(Math.max(1, data.durationMs), data.parts?.laneCount ?? 0);

const timelineElement = document.getElementById('timeline-chart');
if (timelineElement !== null) {
  const timeline = new Timeline(timelineElement, view, data, parts);
  new Controls(timelineElement, view, timeline, data, parts);
}
const throughputElement = document.getElementById('throughput-chart');
if (throughputElement !== null) drawThroughput(throughputElement, view, data, parts);
for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);

// The page can be seen and used after the first frame.
requestAnimationFrame(() => {
  performance.mark('report-ready');
  document.documentElement.dataset.ready = 'true';
});

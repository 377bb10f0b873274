import { type Json } from '../json';
import { type MapInput } from './map-input';
import { MapRun } from './map-run';

/** A distributed Map starts a Map Run, which runs each item in an execution of its own. A redriven state redrives its Map Run. */
export function runDistributedMap(map: MapInput): Promise<Json> {
  const { cursor, frame } = map.visit;
  if (cursor.progress?.kind === 'mapRun') return cursor.progress.mapRun.redrive(frame);
  const mapRun = new MapRun(map);
  cursor.progress = { kind: 'mapRun', mapRun };
  return mapRun.run(frame);
}

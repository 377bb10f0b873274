import { type Json } from '../json';
import { type MapInput } from './map-input';
import { MapRun } from './map-run';

/** A distributed Map: a Map Run whose items are executions of their own. A redriven state redrives the Map Run that it has. */
export function runDistributedMap(map: MapInput): Promise<Json> {
  const { cursor, frame } = map.visit;
  const known = cursor.progress?.kind === 'mapRun' ? cursor.progress.mapRun : undefined;
  const mapRun = known ?? new MapRun(map);
  cursor.progress = { kind: 'mapRun', mapRun };
  return known === undefined ? mapRun.run(frame) : mapRun.redrive(frame);
}

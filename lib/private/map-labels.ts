/*
 * Labels of the Distributed Maps. They are part of the ARNs of Map Runs and child executions.
 */

/** Of the Map with Standard children. */
export const MAP_LABEL = 'CopyParts';

/** Of the Map with Express children. */
export const EXPRESS_MAP_LABEL = 'CopyPartsExpress';

import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { registerAll } from 'asl-path-validator';
import baseStateMachine from 'asl-validator/dist/src/schemas/base-state-machine.json';
import choice from 'asl-validator/dist/src/schemas/choice.json';
import common from 'asl-validator/dist/src/schemas/common.json';
import errors from 'asl-validator/dist/src/schemas/errors.json';
import fail from 'asl-validator/dist/src/schemas/fail.json';
import jsonata from 'asl-validator/dist/src/schemas/jsonata.json';
import map from 'asl-validator/dist/src/schemas/map.json';
import parallel from 'asl-validator/dist/src/schemas/parallel.json';
import pass from 'asl-validator/dist/src/schemas/pass.json';
import paths from 'asl-validator/dist/src/schemas/paths.json';
import stateMachine from 'asl-validator/dist/src/schemas/state-machine.json';
import state from 'asl-validator/dist/src/schemas/state.json';
import succeed from 'asl-validator/dist/src/schemas/succeed.json';
import task from 'asl-validator/dist/src/schemas/task.json';
import wait from 'asl-validator/dist/src/schemas/wait.json';
import { asArray, asObject, asString } from '../json';
import { branchesOf, eachState, processorOf, type AslDefinition, type AslState } from './definition';

/** The errors of a definition that Step Functions would refuse to deploy, one error per line. */
export function validateDefinition(definition: AslDefinition): string[] {
  const broken = schemaErrors(definition);
  return broken.length > 0
    ? broken
    : [...fieldErrors(definition), ...transitionErrors(definition), ...duplicateNames(definition)];
}

/**
 * The schemas of asl-validator. Its own entry point compiles them for every definition, which takes 60 ms, and treats
 * any field of a payload that is called Next or States as a part of the definition.
 */
const SCHEMAS = [
  ...[common, paths, jsonata, choice, fail, parallel, pass, baseStateMachine, state, succeed, task, wait, map, errors],
];

let compiled: ValidateFunction | undefined;

function compile(): ValidateFunction {
  // Optimizing the code takes longer than running it once.
  const ajv = new Ajv({ schemas: SCHEMAS, allowUnionTypes: true, code: { optimize: false } });
  addFormats(ajv);
  registerAll(ajv);
  // The local run refuses JSONata with its own error, and ARNs contain tokens of the CDK.
  for (const format of ['jsonata_string', 'maybe_jsonata_string', 'asl_arn']) ajv.addFormat(format, () => true);
  return ajv.compile(stateMachine);
}

function schemaErrors(definition: AslDefinition): string[] {
  compiled ??= compile();
  const copy = structuredClone(definition);
  eachState(copy, (_name, each) => Object.assign(each, { QueryLanguage: 'JSONPath' }));
  if (compiled(copy)) return [];
  return [
    ...new Set(
      mostSpecificErrors(compiled.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    ),
  ];
}

/** If a state matches none of the types, the errors of the most similar type are reported. */
function mostSpecificErrors(list: readonly ErrorObject[]): ErrorObject[] {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  const most = Math.max(...list.map(depth));
  return list.filter((error) => depth(error) === most);
}

/** Fields of which a state can have at most one, or must have exactly one (`required`). */
const ALTERNATIVES: readonly { readonly type: string; readonly fields: readonly string[]; readonly required?: true }[] =
  [
    { type: 'Task', fields: ['TimeoutSeconds', 'TimeoutSecondsPath'] },
    { type: 'Task', fields: ['HeartbeatSeconds', 'HeartbeatSecondsPath'] },
    { type: 'Wait', fields: ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'], required: true },
    { type: 'Map', fields: ['ItemProcessor', 'Iterator'], required: true },
    { type: 'Map', fields: ['ItemSelector', 'Parameters'] },
    { type: 'Map', fields: ['MaxConcurrency', 'MaxConcurrencyPath'] },
    { type: 'Map', fields: ['ToleratedFailureCount', 'ToleratedFailureCountPath'] },
    { type: 'Map', fields: ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'] },
    { type: 'Fail', fields: ['Error', 'ErrorPath'] },
    { type: 'Fail', fields: ['Cause', 'CausePath'] },
    ...['Pass', 'Task', 'Wait', 'Map', 'Parallel'].map(
      (type) => ({ type, fields: ['Next', 'End'], required: true }) as const,
    ),
  ];

function fieldErrors(definition: AslDefinition): string[] {
  const found: string[] = [];
  eachState(definition, (name, each) => {
    for (const { type, fields, required } of ALTERNATIVES) {
      const given = fields.filter((field) => field in each);
      if (each.Type !== type || given.length === 1 || (given.length === 0 && !required)) continue;
      found.push(`state "${name}" has ${given.join(' and ') || 'none'} of ${fields.join(', ')}: one is expected`);
    }
  });
  return found;
}

/**
 * Transitions must lead to states of the same machine, branch or processor; each state must be reachable; one of them
 * must end.
 */
function transitionErrors(machine: AslDefinition): string[] {
  const names = Object.keys(machine.States);
  const targets = new Set([machine.StartAt, ...Object.values(machine.States).flatMap(targetsOf)]);
  const missing = [...targets].filter((target) => !Object.hasOwn(machine.States, target));
  const unreachable = names.filter((name) => !targets.has(name));
  const ends = Object.values(machine.States).some(
    ({ Type, End }) => End === true || Type === 'Succeed' || Type === 'Fail',
  );
  return [
    ...missing.map((target) => `there is no state "${target}" beside ${names.join(', ')}`),
    ...unreachable.map((name) => `state "${name}" is not reachable`),
    ...(ends ? [] : [`none of ${names.join(', ')} ends the execution`]),
    ...nestedMachines(machine).flatMap(transitionErrors),
  ];
}

function targetsOf(each: AslState): string[] {
  const rules = [...asArray(each.Choices), ...asArray(each.Catch)].map((rule) => asObject(rule).Next);
  return [each.Next, each.Default, ...rules].flatMap((target) => asString(target) ?? []);
}

function nestedMachines(machine: AslDefinition): AslDefinition[] {
  return Object.values(machine.States).flatMap((each) => [
    ...(each.Type === 'Map' ? [processorOf(each)] : []),
    ...branchesOf(each),
  ]);
}

/** Names must be unique in the whole state machine, not only within a branch or a processor. */
function duplicateNames(definition: AslDefinition): string[] {
  const all = stateNames(definition);
  const doubled = all.filter((name, index) => all.indexOf(name) !== index);
  return doubled.map((name) => `there are several states "${name}"`);
}

function stateNames(machine: AslDefinition): string[] {
  return [...Object.keys(machine.States), ...nestedMachines(machine).flatMap(stateNames)];
}

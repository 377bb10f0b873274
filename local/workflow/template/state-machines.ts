import { type AslDefinition } from '../asl/definition';
import { InvalidDefinition } from '../errors';
import { asText, asObject, asString, isObject, type Json, type JsonObject } from '../json';
import { assetPath, readAssetText } from './assets';
import { type Resource } from './stack';

/** An AWS::StepFunctions::StateMachine. */
export class DeployedStateMachine {
  readonly logicalId: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly name: string;
  readonly arn: string;
  private resolved: AslDefinition | undefined;

  constructor(private readonly resource: Resource) {
    const { stack, logicalId } = resource;
    this.logicalId = logicalId;
    this.stack = stack.name;
    this.region = stack.region;
    this.accountId = stack.accountId;
    this.partition = stack.partition;
    this.name = asText(stack.attribute(logicalId, 'Name'));
    this.arn = asText(stack.ref(logicalId));
  }

  get type(): 'STANDARD' | 'EXPRESS' {
    return this.property('StateMachineType') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  }

  get roleArn(): string {
    return asText(this.property('RoleArn'));
  }

  /**
   * The definition as it would be deployed to Step Functions: intrinsic functions and DefinitionSubstitutions are
   * replaced.
   *
   * @throws UnresolvedIntrinsic, AssetNotFound, InvalidDefinition (if it is not JSON)
   */
  get definition(): AslDefinition {
    this.resolved ??= this.readDefinition();
    return this.resolved;
  }

  /** Construct path without its last part, `Resource`; stack and logical ID if the template has no path metadata. */
  get path(): string {
    const { stack, logicalId } = this.resource;
    return stack.constructPath(logicalId)?.replace(/\/Resource$/, '') ?? `${stack.name}/${logicalId}`;
  }

  /**
   * How well a text matches this state machine: 3 for its logical ID, name, ARN or path; 2 for a prefix of its path,
   * such as `Stack/Copy` for the workflow `Copy`; 1 for a path relative to its stack or stage, such as `Copy`; 0
   * otherwise.
   */
  matches(wanted: string): number {
    const { logicalId, name, arn, path } = this;
    if ([logicalId, name, arn, path, withoutHash(logicalId)].includes(wanted)) return 3;
    if (`${path}/`.startsWith(`${wanted}/`)) return 2;
    return `/${path}/`.includes(`/${wanted}/`) ? 1 : 0;
  }

  private readDefinition(): AslDefinition {
    const substitutions = asObject(this.property('DefinitionSubstitutions'));
    const object = this.property('Definition');
    const definition = isObject(object) ? substitute(object, substitutions) : this.parse(substitutions);
    if (!isObject(definition) || !isObject(definition.States) || typeof definition.StartAt !== 'string') {
      throw new InvalidDefinition(
        `The definition of ${this.logicalId} has no StartAt and States. ` +
          'Use DefinitionString, Definition or DefinitionS3Location in the template.',
      );
    }
    return definition as unknown as AslDefinition;
  }

  private parse(substitutions: JsonObject): Json {
    const text = asText(substitute(this.definitionText(), substitutions));
    try {
      return JSON.parse(text) as Json;
    } catch (error) {
      throw new InvalidDefinition(`The definition of ${this.logicalId} is not JSON: ${(error as Error).message}.`);
    }
  }

  private definitionText(): string {
    const inline = asString(this.property('DefinitionString'));
    if (inline !== undefined) return inline;
    const objectKey = asString(asObject(this.property('DefinitionS3Location')).Key);
    if (objectKey === undefined) return '{}';
    return readAssetText(assetPath(this.resource.stack.source, objectKey, `state machine ${this.logicalId}`));
  }

  private property(name: string): Json | undefined {
    return this.resource.stack.property(this.logicalId, name);
  }
}

/** The CDK makes a logical ID from the construct path and eight hex digits. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** DefinitionSubstitutions: `${name}` in any string of the definition. */
function substitute(value: Json, substitutions: JsonObject): Json {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z0-9_-]+)\}/g, (whole, name: string) => {
      const replacement = substitutions[name];
      return replacement === undefined
        ? whole
        : typeof replacement === 'string'
          ? replacement
          : JSON.stringify(replacement);
    });
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, substitutions));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, substitutions)]));
}

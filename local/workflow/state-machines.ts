import { type AslDefinition } from './asl';
import { assetPath, readAssetText } from './assets';
import { InvalidDefinition } from './errors';
import { asText, asObject, asString, isObject, type Json, type JsonObject } from './json';
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
   * The definition as Step Functions would get it: intrinsic functions and DefinitionSubstitutions replaced.
   *
   * @throws UnresolvedIntrinsic, AssetNotFound, InvalidDefinition (no JSON)
   */
  get definition(): AslDefinition {
    this.resolved ??= this.readDefinition();
    return this.resolved;
  }

  isCalled(wanted: string): boolean {
    if ([this.logicalId, this.name, this.arn, withoutHash(this.logicalId)].includes(wanted)) return true;
    // The construct path, with or without the stack: `Copy` is what `new MultipartCopyWorkflow(stack, 'Copy')` is known by.
    const path = this.resource.stack.constructPath(this.resource.logicalId);
    return (
      path !== undefined &&
      [path, path.slice(path.indexOf('/') + 1)].some((name) => `${name}/`.startsWith(`${wanted}/`))
    );
  }

  private readDefinition(): AslDefinition {
    const substitutions = asObject(this.property('DefinitionSubstitutions'));
    const object = this.property('Definition');
    const definition = isObject(object) ? substitute(object, substitutions) : this.parse(substitutions);
    if (!isObject(definition) || !isObject(definition.States) || typeof definition.StartAt !== 'string') {
      throw new InvalidDefinition(
        `The definition of ${this.logicalId} has no StartAt and States. ` +
          'It must be a DefinitionString, a Definition or a DefinitionS3Location of the template.',
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

/** CDK makes a logical id of the construct path and eight hex digits. */
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

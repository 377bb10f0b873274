import { InvalidParameter, UnresolvedIntrinsic } from '../errors';
import { asText, asBoolean, asObject, asString, isObject, stableHex, type Json, type JsonObject } from '../json';
import { type StackSource } from './assembly';
import { generatedName, resourceAttribute, resourceRef, type ResourceFacts } from './attributes';
import { resolveIntrinsics, type IntrinsicScope } from './intrinsics';
import { checkParameter, isListType, isSsmType, pseudoParameter } from './parameters';
import { partitionOf } from './partitions';
import { type Environment, type ReferencedStack, type References } from './references';

export interface StackOptions extends Environment {
  /** The value that was set for a template parameter or an SSM parameter; undefined if none was set. */
  readonly parameter: (name: string) => Json | undefined;
  readonly references: References;
}

/** One resource whose condition is true. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly stack: Stack;
}

/**
 * One template with its names. It resolves all values that intrinsic functions need, lazily, so that a value that only
 * AWS can know causes an error only if something that runs needs it.
 */
export class Stack implements ReferencedStack {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** Nested stacks by the logical id of their AWS::CloudFormation::Stack. */
  readonly nested = new Map<string, Stack>();
  private readonly inProgress = new Set<string>();
  private readonly conditions = new Map<string, boolean>();

  constructor(
    readonly source: StackSource,
    private readonly options: StackOptions,
  ) {
    this.name = source.name;
    this.region = options.region;
    this.accountId = options.accountId;
    this.partition = partitionOf(options.region).name;
  }

  /** ARN of the stack: `AWS::StackId`. */
  get id(): string {
    return asText(pseudoParameter('AWS::StackId', this) as Json);
  }

  /** Resources of the given types, or all, in the order of the template, without those whose condition is false. */
  resources(...types: string[]): Resource[] {
    return Object.entries(asObject(this.source.template.Resources)).flatMap(([logicalId, value]) => {
      const type = asString(asObject(value).Type) ?? '';
      const condition = asString(asObject(value).Condition);
      if ((types.length > 0 && !types.includes(type)) || (condition !== undefined && !this.condition(condition)))
        return [];
      return [{ logicalId, type, stack: this }];
    });
  }

  /**
   * A property for something that runs: all values in it must be known.
   *
   * @throws UnresolvedIntrinsic, InvalidParameter
   */
  property(logicalId: string, name: string): Json | undefined {
    const value = asObject(this.resource(logicalId)?.Properties)[name];
    if (value === undefined) return undefined;
    try {
      return resolveIntrinsics(value, this.scope(true));
    } catch (error) {
      if (!(error instanceof UnresolvedIntrinsic)) throw error;
      throw new UnresolvedIntrinsic(`${name} of ${logicalId} in stack ${this.name}: ${error.message}`);
    }
  }

  /**
   * A property for display. Values that only AWS can know are replaced by placeholders, which are the same in every run.
   */
  propertyOrPlaceholder(logicalId: string, name: string): Json | undefined {
    const value = asObject(this.resource(logicalId)?.Properties)[name];
    return value === undefined ? undefined : this.resolveOrPlaceholder(value);
  }

  /** Resolves any value of this template. Values that only AWS can know are replaced by placeholders. */
  resolveOrPlaceholder(value: Json): Json {
    try {
      return resolveIntrinsics(value, this.scope(false));
    } catch (error) {
      if (!(error instanceof UnresolvedIntrinsic)) throw error;
      return `unknown-${stableHex(JSON.stringify(value), 12)}`;
    }
  }

  /** Path of the construct of the resource, which the CDK writes into the metadata. */
  constructPath(logicalId: string): string | undefined {
    return this.metadata(logicalId, 'aws:cdk:path');
  }

  ref(logicalId: string): Json {
    return this.refOf(logicalId, true);
  }

  attribute(logicalId: string, attribute: string): Json {
    return this.attributeOf(logicalId, attribute, true);
  }

  /** The exports of this stack by name; the values are resolved when they are read. */
  exports(): Map<string, () => Json> {
    const exports = new Map<string, () => Json>();
    for (const output of Object.values(asObject(this.source.template.Outputs))) {
      const name = asObject(asObject(output).Export).Name;
      const value = asObject(output).Value;
      if (name === undefined || value === undefined) continue;
      exports.set(asText(this.resolveOrPlaceholder(name)), () => resolveIntrinsics(value, this.scope(true)));
    }
    return exports;
  }

  /** Value of an output. @throws UnresolvedIntrinsic */
  output(key: string): Json | undefined {
    const value = asObject(asObject(this.source.template.Outputs)[key]).Value;
    return value === undefined ? undefined : resolveIntrinsics(value, this.scope(true));
  }

  /** A parameter that this stack passes to a nested stack; resolved when the nested stack needs it. */
  nestedParameter(logicalId: string, name: string): Json | undefined {
    const value = asObject(asObject(this.resource(logicalId)?.Properties).Parameters)[name];
    return value === undefined ? undefined : resolveIntrinsics(value, this.scope(true));
  }

  /** The SSM parameters that this stack creates; the values are resolved when they are read. */
  ssmParameters(): { readonly region: string; readonly name: string; readonly value: () => Json }[] {
    const own = this.resources('AWS::SSM::Parameter').map(({ logicalId }) => ({
      region: this.region,
      name: asText(this.ref(logicalId)),
      value: () => this.property(logicalId, 'Value') ?? '',
    }));
    // The resource that the CDK writes for exports to other Regions, if `crossRegionReferences` is true.
    const exported = this.resources('Custom::CrossRegionExportWriter').flatMap(({ logicalId }) => {
      const { region, exports } = asObject(asObject(this.resource(logicalId)?.Properties).WriterProps);
      return Object.entries(asObject(exports)).map(([name, value]) => ({
        region: asText(this.resolveOrPlaceholder(region ?? '')),
        name,
        value: () => resolveIntrinsics(value, this.scope(true)),
      }));
    });
    return [...own, ...exported];
  }

  get references(): References {
    return this.options.references;
  }

  /** A metadata entry of a resource. */
  metadata(logicalId: string, key: string): string | undefined {
    return asString(asObject(this.resource(logicalId)?.Metadata)[key]);
  }

  private resource(logicalId: string): JsonObject | undefined {
    const resource = asObject(this.source.template.Resources)[logicalId];
    return isObject(resource) ? resource : undefined;
  }

  private scope(strict: boolean): IntrinsicScope {
    return {
      region: this.region,
      ref: (name) => this.refOf(name, strict),
      getAtt: (logicalId, attribute) => this.attributeOf(logicalId, attribute, strict),
      importValue: (name) => this.importedOf(name, strict),
      stackOutput: (stackName, output, region) => this.stackOutputOf(stackName, output, region, strict),
      ssmParameter: (name) => this.ssmParameterOf(name, strict),
      condition: (name) => this.condition(name),
      findInMap: (map, first, second) =>
        asObject(asObject(asObject(this.source.template.Mappings)[map])[first])[second],
    };
  }

  private facts(logicalId: string, type: string): ResourceFacts {
    return {
      logicalId,
      type,
      stackName: this.name,
      region: this.region,
      accountId: this.accountId,
      partition: this.partition,
      urlSuffix: partitionOf(this.region).urlSuffix,
      property: (name) => this.property(logicalId, name),
    };
  }

  private refOf(name: string, strict: boolean): Json {
    const pseudo = pseudoParameter(name, this);
    if (pseudo !== undefined) return pseudo as Json;
    const parameter = asObject(this.source.template.Parameters)[name];
    if (parameter !== undefined) return this.parameterValue(name, asObject(parameter), strict);
    return this.guarded(`Ref ${name}`, () => {
      const facts = this.facts(name, this.typeOf(name));
      const value = resourceRef(facts);
      if (value !== undefined) return value;
      if (strict) throw this.unknown(`Ref of ${name}`, facts.type);
      return generatedName(facts, 128);
    });
  }

  private attributeOf(logicalId: string, attribute: string, strict: boolean): Json {
    return this.guarded(`Fn::GetAtt ${logicalId}.${attribute}`, () => {
      const facts = this.facts(logicalId, this.typeOf(logicalId));
      const value =
        this.outputOfNested(logicalId, attribute) ??
        this.importOfReader(facts, attribute) ??
        resourceAttribute(facts, attribute);
      if (value !== undefined) return value;
      if (strict) throw this.unknown(`Attribute ${attribute} of ${logicalId}`, facts.type);
      return `${generatedName(facts, 128)}-${attribute}`;
    });
  }

  private outputOfNested(logicalId: string, attribute: string): Json | undefined {
    const name = /^Outputs\.(.+)$/.exec(attribute)?.[1];
    return name === undefined ? undefined : this.nested.get(logicalId)?.output(name);
  }

  /** An export of a stack of another Region, which the CDK reads with this resource. */
  private importOfReader(facts: ResourceFacts, attribute: string): Json | undefined {
    if (facts.type !== 'Custom::CrossRegionExportReader') return undefined;
    return asObject(asObject(facts.property('ReaderProps')).imports)[attribute];
  }

  private typeOf(logicalId: string): string {
    const resource = this.resource(logicalId);
    if (resource !== undefined) return asString(resource.Type) ?? '';
    throw new UnresolvedIntrinsic(
      `${logicalId} is neither a resource nor a parameter of stack ${this.name} (${this.source.templateFile}).`,
    );
  }

  private unknown(what: string, type: string): UnresolvedIntrinsic {
    return new UnresolvedIntrinsic(
      `${what} (${type}) is known only after a deployment to AWS, but the local run needs it. ` +
        'Set the value in the app when it is synthesized for a local run.',
    );
  }

  private parameterValue(name: string, parameter: JsonObject, strict: boolean): Json {
    const type = asString(parameter.Type) ?? 'String';
    const given = this.options.parameter(name) ?? parameter.Default;
    if (given === undefined) {
      if (!strict) return `parameter-${name}`;
      throw new InvalidParameter(
        `Parameter ${name} of stack ${this.name} has no value. Specify one: --parameter ${name}=VALUE.`,
      );
    }
    checkParameter(name, parameter, given);
    const value = isSsmType(type) ? this.ssmParameterOf(asText(given), strict) : given;
    return isListType(type) && !Array.isArray(value) ? asText(value).split(',') : value;
  }

  private ssmParameterOf(name: string, strict: boolean): Json {
    const value = this.options.parameter(name) ?? this.references.ssmParameter(this, name);
    if (value !== undefined) return value;
    if (!strict) return `ssm-${name}`;
    throw new InvalidParameter(
      `No stack of the app creates the SSM parameter ${name}, which stack ${this.name} reads. Specify its value: --parameter ${name}=VALUE.`,
    );
  }

  private stackOutputOf(stackName: string, output: string, region: string | undefined, strict: boolean): Json {
    const value = this.references.stackOutput(stackName, region ?? this.region, output);
    if (value !== undefined) return value;
    if (!strict) return `output-${stackName}-${output}`;
    throw new UnresolvedIntrinsic(
      `There is no output ${output} of a stack ${stackName} in ${region ?? this.region}, which stack ${this.name} reads. Load the whole cloud assembly, not one template.`,
    );
  }

  private importedOf(name: string, strict: boolean): Json {
    const value = this.references.importValue(this, name);
    if (value !== undefined) return value;
    if (strict) {
      throw new UnresolvedIntrinsic(
        `No stack of the app exports ${name}, which stack ${this.name} imports. Load the whole cloud assembly, not one template.`,
      );
    }
    return `import-${name}`;
  }

  private condition(name: string): boolean {
    const known = this.conditions.get(name);
    if (known !== undefined) return known;
    const expression = asObject(this.source.template.Conditions)[name];
    if (expression === undefined) {
      throw new UnresolvedIntrinsic(`Condition ${name} is not declared in stack ${this.name}.`);
    }
    const value = this.guarded(`Condition ${name}`, () => resolveIntrinsics(expression, this.scope(false)));
    this.conditions.set(name, asBoolean(value) ?? false);
    return asBoolean(value) ?? false;
  }

  /** Refuses circular references, whose resolution would not end. */
  private guarded<T>(what: string, resolve: () => T): T {
    if (this.inProgress.has(what)) {
      throw new UnresolvedIntrinsic(`${what} in stack ${this.name} depends on itself.`);
    }
    this.inProgress.add(what);
    try {
      return resolve();
    } finally {
      this.inProgress.delete(what);
    }
  }
}

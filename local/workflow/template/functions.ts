import { existsSync, mkdirSync, readFileSync, cpSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UnsupportedFunction } from '../errors';
import { asText, asNumber, asObject, asString, type JsonObject } from '../json';
import { assetPath, isDirectory } from './assets';
import { type Resource } from './stack';
import { temporaryFolder } from './temporary';

/**
 * An AWS::Lambda::Function. Values that only a run needs are resolved when they are first used, so that a function that
 * cannot run here (Python, a container image) causes an error only if a state machine calls it.
 */
export class DeployedFunction {
  readonly logicalId: string;
  readonly stack: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  private directory: string | undefined;

  constructor(private readonly resource: Resource) {
    this.logicalId = resource.logicalId;
    this.stack = resource.stack.name;
    this.region = resource.stack.region;
    this.name = asText(resource.stack.ref(resource.logicalId));
    this.arn = asText(resource.stack.attribute(resource.logicalId, 'Arn'));
  }

  /** The names by which a user can refer to it: logical ID with and without the hash of the CDK, and name. */
  get names(): readonly string[] {
    return [this.logicalId, this.logicalId.replace(/[0-9A-F]{8}$/, ''), this.name];
  }

  get runtime(): string {
    return asString(this.property('Runtime')) ?? 'container image';
  }

  get handler(): string {
    return asString(this.property('Handler')) ?? '';
  }

  /** Seconds; Lambda's default is 3. */
  get timeoutSeconds(): number {
    return asNumber(this.property('Timeout')) ?? 3;
  }

  /** MB; Lambda's default is 128. */
  get memorySize(): number {
    return asNumber(this.property('MemorySize')) ?? 128;
  }

  get roleArn(): string {
    return asText(this.property('Role'));
  }

  /** Undefined: only the account's concurrency is the limit. */
  get reservedConcurrency(): number | undefined {
    return asNumber(this.property('ReservedConcurrentExecutions'));
  }

  /** ARN of the dead-letter queue of asynchronous invocations. */
  get deadLetterArn(): string | undefined {
    return asString(asObject(this.property('DeadLetterConfig')).TargetArn);
  }

  /** Retries of asynchronous invocations and their age in seconds, from the template's AWS::Lambda::EventInvokeConfig. */
  get eventInvokeConfig(): { readonly maximumRetryAttempts?: number; readonly maximumEventAgeSeconds?: number } {
    const { stack } = this.resource;
    const found = stack.resources('AWS::Lambda::EventInvokeConfig').find(({ logicalId }) => {
      const name = asText(stack.propertyOrPlaceholder(logicalId, 'FunctionName'));
      return name === this.name || name === this.arn;
    });
    if (found === undefined) return {};
    const retries = asNumber(stack.propertyOrPlaceholder(found.logicalId, 'MaximumRetryAttempts'));
    const age = asNumber(stack.propertyOrPlaceholder(found.logicalId, 'MaximumEventAgeInSeconds'));
    return {
      ...(retries !== undefined && { maximumRetryAttempts: retries }),
      ...(age !== undefined && { maximumEventAgeSeconds: age }),
    };
  }

  get logGroupName(): string {
    return asString(asObject(this.property('LoggingConfig')).LogGroup) ?? `/aws/lambda/${this.name}`;
  }

  /**
   * The variables that the template sets for the function.
   *
   * @throws UnresolvedIntrinsic
   */
  get environment(): Record<string, string> {
    const variables = asObject(asObject(this.property('Environment')).Variables);
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, asText(value)]));
  }

  /**
   * The folder that becomes the function's /var/task.
   *
   * @throws UnsupportedFunction if the code is not Node.js code in a folder or in the template itself
   * @throws AssetNotFound
   */
  get codeDirectory(): string {
    this.directory ??= outsideModulePackage(this.findCode());
    return this.directory;
  }

  private findCode(): string {
    if (!this.runtime.startsWith('nodejs')) {
      throw this.unsupported(`its runtime is ${this.runtime}, and only Node.js runtimes run here`);
    }
    const folder = this.assetOfParameters();
    if (folder !== undefined) return folder;
    const code = asObject(this.property('Code'));
    const inline = asString(code.ZipFile);
    if (inline !== undefined) return writeInline(inline, this.logicalId);
    const objectKey = asString(code.S3Key);
    if (objectKey === undefined) throw this.unsupported('its code is neither an asset nor inline');
    const path = assetPath(this.resource.stack.source, objectKey, `function ${this.logicalId}`);
    if (isDirectory(path)) return path;
    throw this.unsupported(
      `its code is the file ${path}. Use lambda.Code.fromAsset with the folder instead of a zip file`,
    );
  }

  /** `LegacyStackSynthesizer` names assets by parameters, which the CDK CLI sets. Only the metadata says what they stand for. */
  private assetOfParameters(): string | undefined {
    const { source } = this.resource.stack;
    const code = asObject(asObject(asObject(asObject(source.template.Resources)[this.logicalId]).Properties).Code);
    const noted = this.resource.stack.metadata(this.logicalId, 'aws:asset:path');
    if (noted === undefined || !JSON.stringify(code).includes('"Ref":"AssetParameters')) return undefined;
    const folder = resolve(source.directory, noted);
    return isDirectory(folder) ? folder : undefined;
  }

  private unsupported(why: string): UnsupportedFunction {
    return new UnsupportedFunction(`Function ${this.logicalId} of stack ${this.stack} cannot run here: ${why}.`);
  }

  private property(name: string): JsonObject[string] | undefined {
    return this.resource.stack.property(this.logicalId, name);
  }
}

/** Inline code is a file `index` with the runtime's extension (CloudFormation, AWS::Lambda::Function Code). */
function writeInline(code: string, logicalId: string): string {
  const directory = temporaryFolder(`${logicalId}-`);
  writeFileSync(join(directory, 'index.js'), code);
  return directory;
}

/**
 * On Lambda, there is no package.json above /var/task. In a project of `"type": "module"`, a CommonJS bundle below
 * cdk.out would be loaded as an ES module. Such code is copied to a folder without a package.json above it.
 */
function outsideModulePackage(directory: string): string {
  if (existsSync(join(directory, 'package.json')) || !belowModulePackage(dirname(directory))) return directory;
  const copy = join(temporaryFolder('task-'), 'task');
  mkdirSync(copy);
  cpSync(directory, copy, { recursive: true, dereference: true });
  return copy;
}

function belowModulePackage(directory: string): boolean {
  const file = join(directory, 'package.json');
  if (existsSync(file)) {
    return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module';
  }
  const parent = dirname(directory);
  return parent !== directory && belowModulePackage(parent);
}

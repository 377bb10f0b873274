import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidAssembly } from '../errors';
import { asArray, asObject, asString, asText, isObject, type Json, type JsonObject } from '../json';

/** One file or folder of an asset manifest (`*.assets.json`). */
export interface FileAsset {
  readonly path: string;
  /** The keys of the file in the asset bucket. A template refers to it by one of these. */
  readonly objectKeys: readonly string[];
  readonly hash: string;
}

/** An unresolved stack: its template, and the assets that the template may refer to. */
export interface StackSource {
  readonly name: string;
  /** Artifact ID and display name, by which `cdk deploy` also identifies the stack. */
  readonly aliases: readonly string[];
  readonly templateFile: string;
  readonly template: JsonObject;
  readonly directory: string;
  readonly assets: readonly FileAsset[];
  readonly region?: string;
  readonly accountId?: string;
  /** Artifact IDs of the stacks that are deployed before this one. */
  readonly dependencies: readonly string[];
  /** Of its cloud assembly. */
  readonly missingContext?: readonly MissingContext[];
}

/** A context value that the app asked for, and that the CDK CLI would look up on AWS. The app uses a placeholder instead. */
export interface MissingContext {
  /** In `cdk.context.json`. */
  readonly key: string;
  readonly placeholder: string;
}

/**
 * All stacks of a cloud assembly, including those of nested assemblies (CDK stages). Format: the cloud assembly schema
 * of aws-cdk-lib, `manifest.json`.
 */
export function readAssembly(directory: string): StackSource[] {
  const root = resolve(directory);
  if (!existsSync(join(root, 'manifest.json'))) {
    throw new InvalidAssembly(
      `${root} is not a cloud assembly: it has no manifest.json. Specify the folder that "cdk synth" writes, usually cdk.out.`,
    );
  }
  const manifest = readJson(join(root, 'manifest.json'));
  const artifacts = Object.entries(asObject(manifest.artifacts));
  const missingContext = asArray(manifest.missing).flatMap(missingContextOf);
  const assets = artifacts.flatMap(([, artifact]) => {
    const file = asString(asObject(asObject(artifact).properties).file);
    return asObject(artifact).type === 'cdk:asset-manifest' && file !== undefined ? readAssets(join(root, file)) : [];
  });
  return artifacts.flatMap(([id, value]) => {
    const artifact = asObject(value);
    const properties = asObject(artifact.properties);
    switch (artifact.type) {
      case 'cdk:cloud-assembly':
        return readAssembly(join(root, asString(properties.directoryName) ?? id));
      case 'aws:cloudformation:stack':
        return [{ ...stackOf(root, id, artifact, assets), missingContext }];
      default:
        return [];
    }
  });
}

/** Placeholders of other types, such as those of VPCs, cannot be the name of a bucket. */
function missingContextOf(missing: Json): MissingContext[] {
  const { key, props } = asObject(missing);
  const placeholder = asString(asObject(props).dummyValue);
  return placeholder === undefined ? [] : [{ key: asText(key), placeholder }];
}

function stackOf(root: string, id: string, artifact: JsonObject, assets: FileAsset[]): StackSource {
  const properties = asObject(artifact.properties);
  const templateFile = join(root, asString(properties.templateFile) ?? `${id}.template.json`);
  const [accountId, region] = (asString(artifact.environment) ?? '').replace('aws://', '').split('/');
  return {
    name: asString(properties.stackName) ?? id,
    aliases: [id, asString(artifact.displayName) ?? id],
    templateFile,
    template: readJson(templateFile),
    directory: root,
    assets,
    ...known('accountId', accountId),
    ...known('region', region),
    dependencies: asArray(artifact.dependencies).flatMap((name) => asString(name) ?? []),
  };
}

/**
 * An app without `env` can be deployed to any environment, which the manifest writes as `unknown-account` and
 * `unknown-region`.
 */
function known(field: 'accountId' | 'region', value: string | undefined): Record<string, string> {
  return value === undefined || value === '' || value.startsWith('unknown-') ? {} : { [field]: value };
}

/**
 * The stack of one template file. Inside a cloud assembly, this is the stack of the assembly, so its assets and the
 * stacks that it imports from are known, too. Elsewhere, assets are searched in the `*.assets.json` files next to the
 * template.
 */
export function readTemplateFile(file: string): { stacks: StackSource[]; stack: StackSource } {
  const templateFile = resolve(file);
  if (!existsSync(templateFile) || !statSync(templateFile).isFile()) {
    throw new InvalidAssembly(
      `There is no template ${templateFile}. Specify the path of a CloudFormation template in JSON.`,
    );
  }
  const directory = dirname(templateFile);
  if (existsSync(join(directory, 'manifest.json'))) {
    const stacks = readAssembly(directory);
    const stack = stacks.find((candidate) => candidate.templateFile === templateFile);
    if (stack !== undefined) return { stacks, stack };
  }
  const name = basename(templateFile).replace(/(\.template)?\.json$/, '');
  const stack: StackSource = {
    name: name.replace(/[^A-Za-z0-9-]/g, '-'),
    aliases: [name],
    templateFile,
    template: readJson(templateFile),
    directory,
    assets: readdirSync(directory)
      .filter((entry) => entry.endsWith('.assets.json'))
      .flatMap((entry) => readAssets(join(directory, entry))),
    dependencies: [],
  };
  return { stacks: [stack], stack };
}

function readAssets(manifest: string): FileAsset[] {
  const files = asObject(readJson(manifest).files);
  return Object.entries(files).flatMap(([hash, value]) => {
    const path = asString(asObject(asObject(value).source).path);
    if (path === undefined) return [];
    const destinations = Object.values(asObject(asObject(value).destinations));
    return [
      {
        hash,
        path: resolve(dirname(manifest), path),
        objectKeys: destinations.flatMap((destination) => asString(asObject(destination).objectKey) ?? []),
      },
    ];
  });
}

/** Reads a JSON object. @throws InvalidAssembly */
export function readJson(file: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidAssembly(`${file} cannot be read: ${(error as Error).message}. Synthesize the app again.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw new InvalidAssembly(
      `${file} is not JSON: ${(error as Error).message}. YAML templates are not supported; "cdk synth" writes JSON templates to cdk.out.`,
    );
  }
  throw new InvalidAssembly(`${file} must contain a JSON object.`);
}

/** An environment variable that the construct sets. @throws if it is not set */
export function readVariable(name: string): string {
  const value = Object.hasOwn(process.env, name) ? process.env[name] : undefined;
  if (value !== undefined) return value;
  throw new Error(`environment variable ${name} is not set; deploy this function with MultipartCopyWorkflow`);
}

/** An environment variable that the construct sets as JSON. */
export function jsonEnv<T>(name: string): T {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`environment variable ${name} is not set; deploy this function with MultipartCopyWorkflow`);
  }
  return JSON.parse(value) as T;
}

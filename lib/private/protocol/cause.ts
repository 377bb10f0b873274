/** How the JSON begins that Lambda returns for an error. */
const LAMBDA_ERROR = /\{"(?:errorType|errorMessage)":/;

/**
 * The cause of an execution in plain text. The cause of a failed Lambda task is JSON that contains the message. The state machine may have added
 * text before or after it, such as the command that removes an upload.
 */
export function causeText(cause: string): string {
  const start = cause.search(LAMBDA_ERROR);
  if (start < 0) return cause;
  for (let end = cause.indexOf('}', start); end >= 0; end = cause.indexOf('}', end + 1)) {
    const message = messageOf(cause.slice(start, end + 1));
    if (message !== undefined) return `${cause.slice(0, start)}${message}${cause.slice(end + 1)}`;
  }
  return cause;
}

/** Undefined if the text is not the whole JSON. */
function messageOf(text: string): string | undefined {
  try {
    const { errorMessage } = JSON.parse(text) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}

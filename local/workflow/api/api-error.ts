/** An error of the Step Functions API: `__type` and message of a response with status 400. */
export class ApiError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

/**
 * @param reason why a call is denied; undefined if it is allowed
 * @throws ApiError AccessDeniedException
 */
export function refuseIf(reason: string | undefined): void {
  if (reason !== undefined) throw new ApiError('AccessDeniedException', reason);
}

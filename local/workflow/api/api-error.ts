/** An error of the Step Functions API: a response with status 400, whose body has `__type` and a message. */
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

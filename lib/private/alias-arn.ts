/**
 * The ARN of an alias of a KMS key: what precedes `alias/…`, and the alias. A token stands for an alias, because the ARN of a key that is only known
 * at deployment is one token as a whole.
 */
export const ALIAS_ARN = /^(arn:.+:)(alias\/.+|\$\{Token\[[^\]]*\]\})$/;

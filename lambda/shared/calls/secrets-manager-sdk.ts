/** What the workers use of the SDK's client. They load this file when a copy has a customer-provided key. */
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

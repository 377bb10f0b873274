import { asText, asArray, asObject, asString, type Json } from '../json';
import { type Resource, type Stack } from './stack';

export interface PolicyDocument {
  /** Name of the inline or attached policy. */
  readonly name: string;
  /** The policy document, resolved. */
  readonly document: Json;
}

export interface DeployedRole {
  readonly logicalId: string;
  readonly stack: string;
  readonly name: string;
  readonly arn: string;
  readonly assumeRolePolicy: Json;
  /**
   * Documents of the role itself, and of the AWS::IAM::Policy, ManagedPolicy and RolePolicy resources that refer to it.
   */
  readonly policies: readonly PolicyDocument[];
  /** ARNs of policies outside of the templates, such as AWS managed policies. */
  readonly managedPolicyArns: readonly string[];
}

const ATTACHED = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];

/** All roles of the stacks. Another stack may attach policies to a role, so all stacks are read together. */
export function findRoles(stacks: readonly Stack[]): DeployedRole[] {
  const attachments = stacks.flatMap((stack) => stack.resources(...ATTACHED)).map(readAttachment);
  return stacks.flatMap((stack) =>
    stack.resources('AWS::IAM::Role').map(({ logicalId }) => {
      const name = asText(stack.ref(logicalId));
      const managed = asArray(stack.propertyOrPlaceholder(logicalId, 'ManagedPolicyArns')).map(String);
      const attached = attachments.filter(
        (policy) => policy.roleNames.includes(name) || (policy.arn !== undefined && managed.includes(policy.arn)),
      );
      const own = asArray(stack.propertyOrPlaceholder(logicalId, 'Policies')).map(asObject);
      return {
        logicalId,
        stack: stack.name,
        name,
        arn: asText(stack.attribute(logicalId, 'Arn')),
        assumeRolePolicy: stack.propertyOrPlaceholder(logicalId, 'AssumeRolePolicyDocument') ?? {},
        policies: [
          ...own.map((policy) => ({
            name: asString(policy.PolicyName) ?? '',
            document: policy.PolicyDocument ?? {},
          })),
          ...attached.map((policy) => ({ name: policy.name, document: policy.document })),
        ],
        managedPolicyArns: managed.filter((arn) => !attachments.some((policy) => policy.arn === arn)),
      };
    }),
  );
}

interface Attachment extends PolicyDocument {
  readonly roleNames: readonly string[];
  readonly arn?: string;
}

function readAttachment({ logicalId, type, stack }: Resource): Attachment {
  const roles = [
    ...asArray(stack.propertyOrPlaceholder(logicalId, 'Roles')),
    stack.propertyOrPlaceholder(logicalId, 'RoleName') ?? null,
  ];
  return {
    name: asString(stack.propertyOrPlaceholder(logicalId, 'PolicyName')) ?? logicalId,
    document: stack.propertyOrPlaceholder(logicalId, 'PolicyDocument') ?? {},
    roleNames: roles.flatMap((role) => asString(role) ?? []),
    ...(type === 'AWS::IAM::ManagedPolicy' && { arn: asText(stack.ref(logicalId)) }),
  };
}

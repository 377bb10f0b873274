import { type Queue, type ReceivedMessage } from '../events/queues';
import { asNumber, asObject, asString, asText, type Json, type JsonObject } from '../json';
import { type DeployedQueue } from '../template/events';
import { ApiError } from './api-error';
import { type JsonOperation, jsonService } from './json-service';
import { type ApiRequest, type Service } from './services';

export interface SqsBackend {
  readonly deployed: readonly DeployedQueue[];
  /** By ARN. */
  readonly queues: ReadonlyMap<string, Queue>;
}

type Operation = JsonOperation<SqsBackend>;

/**
 * The operations that read and empty the queues of the templates, with the members and errors of the API reference of
 * SQS. There is no long polling: ReceiveMessage answers immediately.
 */
export function sqs(backend: SqsBackend): Service {
  const operations = new Map<string, Operation>(
    Object.entries({
      ...{ ListQueues, GetQueueUrl, GetQueueAttributes, SendMessage, ReceiveMessage, DeleteMessage, PurgeQueue },
    }),
  );
  return jsonService('AmazonSQS.', operations, backend);
}

const ListQueues: Operation = ({ QueueNamePrefix: prefix }, { deployed }, request) => ({
  QueueUrls: deployed
    .filter(({ name, region }) => name.startsWith(asString(prefix) ?? '') && isIn(region, request))
    .map((queue) => urlOf(queue, request)),
});

const GetQueueUrl: Operation = ({ QueueName: wanted }, { deployed }, request) => {
  const found = deployed.find(({ name, region }) => name === wanted && isIn(region, request));
  if (found === undefined) throw noQueue();
  return { QueueUrl: urlOf(found, request) };
};

const GetQueueAttributes: Operation = (members, backend) => {
  const queue = queueOf(members, backend);
  const { visible, hidden } = queue.counts;
  const Attributes = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
  };
  return { Attributes };
};

const SendMessage: Operation = (members, backend) => {
  const attributes = Object.entries(asObject(members.MessageAttributes)).map(([name, value]) => [
    name,
    asText(asObject(value).StringValue),
  ]);
  const body = asText(members.MessageBody);
  const { messageId, md5OfBody } = queueOf(members, backend).send(
    body,
    Object.fromEntries(attributes) as Record<string, string>,
  );
  return { MessageId: messageId, MD5OfMessageBody: md5OfBody };
};

const ReceiveMessage: Operation = (members, backend): JsonObject => {
  const most = asNumber(members.MaxNumberOfMessages) ?? 1;
  if (!(most >= 1 && most <= 10)) {
    throw new ApiError('InvalidParameterValue', `MaxNumberOfMessages is ${most}, 1 to 10 are expected.`);
  }
  const messages = queueOf(members, backend).receive(most, asNumber(members.VisibilityTimeout));
  return messages.length === 0 ? {} : { Messages: messages.map(describe) };
};

const DeleteMessage: Operation = (members, backend) => {
  queueOf(members, backend).delete(asText(members.ReceiptHandle));
  return {};
};

const PurgeQueue: Operation = (members, backend) => {
  queueOf(members, backend).purge();
  return {};
};

function describe({ messageId, receiptHandle, body, md5OfBody, ...message }: ReceivedMessage): JsonObject {
  const attributes = Object.entries(message.attributes).map(([name, StringValue]): [string, Json] => [
    name,
    { StringValue, DataType: 'String' },
  ]);
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5OfBody,
    Attributes: {
      SentTimestamp: String(Math.round(message.sentAt)),
      ApproximateReceiveCount: String(message.receiveCount),
    },
    ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
  };
}

function isIn(region: string, request: ApiRequest): boolean {
  return request.region === undefined || request.region === region;
}

/** A URL at the endpoint that the client uses. */
function urlOf({ accountId, name }: DeployedQueue, { host }: ApiRequest): string {
  return `http://${host}/${accountId}/${name}`;
}

/** Queue URLs end with the account and the name, as on AWS. */
function queueOf({ QueueUrl: url }: JsonObject, { deployed, queues }: SqsBackend): Queue {
  const [accountId, name] = asText(url).split('/').slice(-2);
  const found = deployed.find((queue) => queue.accountId === accountId && queue.name === name);
  const queue = queues.get(found?.arn ?? '');
  if (queue === undefined) throw noQueue();
  return queue;
}

function noQueue(): ApiError {
  return new ApiError('QueueDoesNotExist', 'The specified queue does not exist.');
}

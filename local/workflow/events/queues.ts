import { createHash, randomUUID } from 'node:crypto';
import { type Clock } from '../clock';

/** Attributes of a message that its sender sets, by name. */
export type MessageAttributes = Readonly<Record<string, string>>;

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly receiveCount: number;
}

export interface QueueOptions {
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
}

interface Message extends Omit<ReceivedMessage, 'receiptHandle' | 'receiveCount'> {
  receiptHandle: string;
  receiveCount: number;
  visibleAt: number;
}

/**
 * A standard queue of SQS: a message that was received is hidden for some time, and becomes visible again unless it is
 * deleted.
 */
export class Queue {
  readonly arn: string;
  private messages: Message[] = [];

  constructor(
    private readonly options: QueueOptions,
    private readonly clock: Clock,
  ) {
    this.arn = options.arn;
  }

  get visibilityTimeoutSeconds(): number {
    return this.options.visibilityTimeoutSeconds;
  }

  /** Number of messages that can be received, and number of hidden messages. */
  get counts(): { readonly visible: number; readonly hidden: number } {
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= this.clock.now()).length;
    return { visible, hidden: this.messages.length - visible };
  }

  /** @returns the id of the message */
  send(body: string, attributes: MessageAttributes = {}): { readonly messageId: string; readonly md5OfBody: string } {
    const now = this.clock.now();
    const messageId = randomUUID();
    const md5OfBody = createHash('md5').update(body).digest('hex');
    const about = { messageId, body, md5OfBody, attributes, sentAt: now };
    this.messages.push({ ...about, receiptHandle: '', receiveCount: 0, visibleAt: now });
    return { messageId, md5OfBody };
  }

  receive(most: number, visibilityTimeoutSeconds = this.options.visibilityTimeoutSeconds): ReceivedMessage[] {
    const now = this.clock.now();
    const found = this.messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, most);
    return found.map((message) => {
      message.receiptHandle = randomUUID();
      message.receiveCount++;
      message.visibleAt = now + visibilityTimeoutSeconds * 1000;
      return { ...message };
    });
  }

  /** @returns whether there was such a message */
  delete(receiptHandle: string): boolean {
    const { length } = this.messages;
    this.messages = this.messages.filter((message) => message.receiptHandle !== receiptHandle);
    return this.messages.length < length;
  }

  purge(): void {
    this.messages = [];
  }
}

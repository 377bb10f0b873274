import { open } from 'node:fs/promises';

/** Makes the names of the files in a folder durable. Without this, a file can be lost in a crash although its bytes are on disk. */
export class FolderSync {
  static of(folder: string): FolderSync {
    return new FolderSync(() => syncFolder(folder));
  }

  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly sync: () => Promise<void>) {}

  /** Resolves when the current names are on disk. Calls during one sync share the next one. */
  names(): Promise<void> {
    if (this.running === undefined) return this.start();
    this.next ??= this.running.then(
      () => this.start(),
      () => this.start(),
    );
    return this.next;
  }

  private start(): Promise<void> {
    this.next = undefined;
    const running = this.sync().finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }
}

/** Makes changes of the names in a folder durable, such as a rename. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

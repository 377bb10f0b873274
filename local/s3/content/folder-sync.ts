import { open } from 'node:fs/promises';

/** Makes the names in a folder durable: a file that is on the disk is lost when its name is not. */
export class FolderSync {
  static of(folder: string): FolderSync {
    return new FolderSync(() => syncFolder(folder));
  }

  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly sync: () => Promise<void>) {}

  /** Resolves when the names of now are on the disk. All who ask while one sync is under way share the next. */
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

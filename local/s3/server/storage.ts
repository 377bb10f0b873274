import { type BlobStore, MemoryBlobs } from '../content/blobs';
import { FileBlobs } from '../content/file-blobs';
import { checkJournal, claimDirectory } from '../store/data-directory';
import { DirectoryLock } from '../store/directory-lock';
import { FileJournal, MemoryJournal } from '../store/journal';
import { Store } from '../store/store';

/** The data of a server. */
export interface Storage {
  readonly store: Store;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

/**
 * Opens a data directory, or storage in memory.
 * @throws ForeignDirectoryError, DirectoryInUseError, DamagedJournalError
 */
export async function openStorage(dir: string | undefined): Promise<Storage> {
  if (dir === undefined) {
    const blobs = new MemoryBlobs();
    const store = new Store(blobs, new MemoryJournal());
    return { store, blobs, close: () => store.close() };
  }
  const directory = await claimDirectory(dir);
  const lock = await DirectoryLock.take(directory);
  try {
    await checkJournal(directory);
    const blobs = await FileBlobs.open(directory);
    const store = new Store(blobs, new FileJournal(directory));
    await blobs.removeAllBut(await store.load());
    return { store, blobs, close: () => store.close().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

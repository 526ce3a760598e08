import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Hub, Semaphore, slugify, type Task, workerModule } from 'rxhome';

const disk = workerModule<typeof import('./sha256.worker.js')>(
  new URL('./sha256.worker.js', import.meta.url),
);

// A thousand files at once must not fill the queue that all integrations share.
const MAX_AT_ONCE = 4;
const SHOWN_DIGITS = 12;

/** Hashes files in workers and keeps one sensor per file. */
export class FileHashes {
  readonly #hub: Hub;
  readonly #places = new Semaphore(MAX_AT_ONCE);
  readonly #entityIds = new Map<string, string>();
  readonly #running = new Map<string, Task<void>>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** Hashes a file as a task. What is known of it already is hashed again: it has changed. */
  hash(path: string): void {
    this.#running.get(path)?.cancel('the file has changed');
    const name = `hash ${basename(path)}`;
    const task = this.#hub.createTask((signal) => this.#run(path, signal), { name });
    this.#running.set(path, task);
    void task.ended.then(() => {
      if (this.#running.get(path) === task) this.#running.delete(path);
    });
  }

  /** Takes the sensor away, because the file is gone. */
  forget(path: string): void {
    this.#running.get(path)?.cancel('the file is gone');
    const entityId = this.#entityIds.get(path);
    if (entityId === undefined) return;
    this.#entityIds.delete(path);
    this.#hub.states.remove(entityId);
  }

  forgetAll(): void {
    for (const path of [...this.#entityIds.keys()]) this.forget(path);
  }

  async #run(path: string, signal: AbortSignal): Promise<void> {
    try {
      const { size } = await stat(path);
      const job = disk.sha256.with({ signal });
      const sha256 = await this.#places.run(() => this.#hub.addExecutorJob(job, path), signal);
      signal.throwIfAborted(); // in the last moment: the sensor must not come back
      this.#write(path, sha256.slice(0, SHOWN_DIGITS), { sha256, size });
    } catch (error) {
      if (signal.aborted || (error as NodeJS.ErrnoException).code === 'ENOENT') return; // gone again
      this.#write(path, 'unavailable', {}); // what it was before is not true any more
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot hash ${path}: ${reason}`, { cause: error });
    }
  }

  #write(path: string, state: string, attributes: Readonly<Record<string, unknown>>): void {
    const file = basename(path);
    const about = { friendly_name: `SHA-256 of ${file}`, path };
    this.#hub.states.set(this.#entityIdOf(path, file), state, { ...attributes, ...about });
  }

  /** Files of the same name in different folders get numbers, as Home Assistant does it. */
  #entityIdOf(path: string, file: string): string {
    const known = this.#entityIds.get(path);
    if (known !== undefined) return known;
    const wanted = `sensor.${slugify(file)}_sha256`;
    let entityId = wanted;
    for (let n = 2; !this.#hub.states.available(entityId); n++) entityId = `${wanted}_${n}`;
    this.#entityIds.set(path, entityId);
    return entityId;
  }
}

/** A typed name for what an integration keeps on the hub: `new HubKey<Client>('my_domain')`. */
export class HubKey<T> {
  readonly name: string;
  declare readonly type?: T;

  constructor(name: string) {
    this.name = name;
  }
}

/** What integrations keep for each other, by typed keys. Emptied when the hub closes. */
export class HubData {
  readonly #values = new Map<string, unknown>();

  /** `undefined` while nobody has set it. */
  get<T>(key: HubKey<T>): T | undefined {
    return this.#values.get(key.name) as T | undefined;
  }

  set<T>(key: HubKey<T>, value: T): void {
    this.#values.set(key.name, value);
  }

  has(key: HubKey<unknown>): boolean {
    return this.#values.has(key.name);
  }

  delete(key: HubKey<unknown>): boolean {
    return this.#values.delete(key.name);
  }

  clear(): void {
    this.#values.clear();
  }
}

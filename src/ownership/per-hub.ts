import type { Scope } from './scope.js';

/** What a hub has one of, made when it is first asked for: whatever scope of the hub one is given. */
export class PerHub<T extends object, Args extends unknown[] = []> {
  readonly #make: (root: Scope, ...args: Args) => T;
  readonly #made = new WeakMap<Scope, T>();

  constructor(make: (root: Scope, ...args: Args) => T) {
    this.#make = make;
  }

  of(scope: Scope, ...args: Args): T {
    let root = scope;
    while (root.parent) root = root.parent;
    let made = this.#made.get(root);
    if (made === undefined) this.#made.set(root, (made = this.#make(root, ...args)));
    return made;
  }
}

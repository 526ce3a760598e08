import { EntityPlatform, Scope } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

export interface Home {
  readonly hub: TestHub;
  readonly scope: Scope;
  readonly platform: EntityPlatform;
}

/** A hub with an owner, and the sensors of that. */
export function homeOf(owner: string, options: object): Home {
  const hub = createTestHub();
  const scope = new Scope(owner);
  const platform = new EntityPlatform(hub.scoped(scope), { domain: 'sensor', ...options });
  return { hub, scope, platform };
}

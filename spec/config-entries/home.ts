import { defineIntegration, type Integration } from 'rxhome';
import { createTestHub, type TestHub, type TestHubOptions } from 'rxhome/testing';

/** A hub that knows the integration `lamp`, made of what matters to the spec. */
export function homeWith(
  lamp: Partial<Integration<any, any>>,
  options: TestHubOptions = {},
): TestHub {
  const hub = createTestHub(options);
  hub.configEntries.registerIntegration(
    defineIntegration({ domain: 'lamp', setupEntry: () => undefined, ...lamp }),
  );
  return hub;
}

/** Lets time pass until `work` has settled. */
export async function during<T>(hub: TestHub, work: Promise<T>, span: number = 60_000): Promise<T> {
  work.catch(() => undefined);
  await hub.advance(span);
  return work;
}

import { describe, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { z } from 'zod';
import {
  type ConfigEntry,
  type ConfigEntryChange,
  defineIntegration,
  type Entities,
  type Hub,
  type Integration,
  type Platform,
} from 'rxhome';
import type { Observable } from 'rxjs';

interface Options {
  readonly host: string;
  readonly port: number;
}
class Client {
  readonly isOpen = true;
}

describe('the types of integrations', () => {
  it('know the data from the schema, in every step and platform', () => {
    defineIntegration({
      domain: 'lamp',
      configSchema: z.object({ host: z.string(), port: z.number().default(80) }),
      setupEntry(hub, entry) {
        expectTypeOf(hub).toEqualTypeOf<Hub>();
        expectTypeOf(entry.data).toEqualTypeOf<{ host: string; port: number }>();
        return hub.configEntries.forwardEntrySetups(entry, ['sensor']);
      },
      unloadEntry(_, { data }) {
        expectTypeOf(data.port).toEqualTypeOf<number>();
      },
      platforms: {
        sensor: {
          scanIntervalMs: 1000,
          setupEntry(_, { data }, platform) {
            expectTypeOf(data.host).toEqualTypeOf<string>();
            expectTypeOf(platform).toEqualTypeOf<Entities>();
          },
        },
      },
    });
  });

  it('know what is kept at run time, where it is said', () => {
    const lamp = defineIntegration<Options, Client>({
      domain: 'lamp',
      setupEntry(_, entry) {
        entry.runtimeData = new Client();
        // @ts-expect-error -- it keeps a client
        entry.runtimeData = 'none';
      },
      platforms: {
        light: {
          setupEntry: (_, { data, runtimeData }) => {
            expectTypeOf(runtimeData).toEqualTypeOf<Client>();
            expectTypeOf(data).toEqualTypeOf<Options>();
          },
        },
      },
    });
    expectTypeOf(lamp).toEqualTypeOf<Integration<Options, Client>>();
  });

  it('know it from a platform in a file of its own, or from the entry of a step', () => {
    const light: Platform<Options, Client> = {
      setupEntry(_, { runtimeData }) {
        expectTypeOf(runtimeData).toEqualTypeOf<Client>();
      },
    };
    const byPlatform = defineIntegration({
      domain: 'lamp',
      platforms: { light },
      setupEntry(_, entry) {
        expectTypeOf(entry.runtimeData).toEqualTypeOf<Client>();
      },
    });
    expectTypeOf(byPlatform).toEqualTypeOf<Integration<Options, Client>>();
    const byEntry = defineIntegration({
      domain: 'lamp',
      setupEntry: (_, entry: ConfigEntry<Options, Client>) => {
        entry.runtimeData = new Client();
      },
    });
    expectTypeOf(byEntry).toEqualTypeOf<Integration<Options, Client>>();
  });

  it('take what is added, and tell of changes', () => {
    const add = (hub: Hub): unknown =>
      hub.configEntries.add({ domain: 'lamp', title: 'Kitchen', entryId: 'one', stored: false });
    expectTypeOf(add).parameters.toEqualTypeOf<[Hub]>();
    // @ts-expect-error -- a domain is needed
    const without = (hub: Hub): unknown => hub.configEntries.add({ title: 'Kitchen' });
    expectTypeOf(without).parameters.toEqualTypeOf<[Hub]>();
    expectTypeOf<Hub['configEntries']['changes$']>().toEqualTypeOf<Observable<ConfigEntryChange>>();
  });
});

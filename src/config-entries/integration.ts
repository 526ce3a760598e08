import type { Integration } from '../hub-api/config-entry.js';

/** Gives an integration its types: the data of its entries follows from its schema. */
export function defineIntegration<Data = Readonly<Record<string, unknown>>, Runtime = unknown>(
  integration: Integration<Data, Runtime>,
): Integration<Data, Runtime> {
  return integration;
}

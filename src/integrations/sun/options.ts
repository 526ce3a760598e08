import { z } from 'zod';

const degrees = (limit: number): z.ZodNumber => {
  const error = `expected degrees from -${limit} to ${limit}`;
  return z.number({ error }).min(-limit, { error }).max(limit, { error });
};

/** The options of `sun`: where the home is. North and east are positive. */
export const sunOptions = z.strictObject({
  latitude: degrees(90),
  longitude: degrees(180),
});

export type SunIntegrationOptions = z.infer<typeof sunOptions>;

import { z } from 'zod';
import { topicProblem } from './topics.js';

const text = (error: string): z.ZodString => z.string({ error }).min(1, { error });

/** A topic without wildcards. */
export const plainTopic = z.string({ error: 'expected a topic' }).superRefine((topic, context) => {
  const problem = topicProblem(topic);
  if (problem !== undefined)
    context.addIssue({ code: 'custom', message: `expected ${problem}, got \`${topic}\`` });
});

export const qosLevel = z.union([z.literal(0), z.literal(1), z.literal(2)], {
  error: 'expected 0, 1 or 2',
});

const statusMessage = (payload: string): z.ZodType<StatusMessage | false> => {
  const message = z.strictObject({
    topic: plainTopic.default('homeassistant/status'),
    payload: z.string({ error: 'expected text' }).default(payload),
    qos: qosLevel.default(0),
    retain: z.boolean({ error: 'expected `true` or `false`' }).default(false),
  });
  return z.union([z.literal(false), message]).default(message.parse({}));
};

/** A message that tells others whether we are there. */
export interface StatusMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

const PORT = { error: 'expected a port from 0 to 65535; 0 takes one that is free' };

/** The options of `mqtt`, as they stand in the configuration. */
export const mqttOptions = z
  .strictObject({
    /** Where the broker is: `mqtt://192.168.1.10:1883`, or `mqtts://…`. */
    broker: z
      .string({ error: 'expected a broker like `mqtt://192.168.1.10:1883`' })
      .refine(isBroker, { error: 'expected a broker like `mqtt://192.168.1.10:1883`' })
      .optional(),
    /** Runs a broker of its own, for programs on this machine. Its memory ends with it. */
    embedded: z.boolean({ error: 'expected `true` or `false`' }).default(false),
    /** Where the embedded broker listens, on loopback. */
    port: z.int(PORT).min(0, PORT).max(65_535, PORT).default(1883),
    username: text('expected a name').optional(),
    password: text('expected a password').optional(),
    /** How the broker knows this client; two with the same throw each other out. Random if not given. */
    client_id: text('expected a name like `rxhome-attic`').optional(),
    /** Seconds between two signs of life. */
    keepalive: z
      .int({ error: 'expected whole seconds from 5 to 65535' })
      .min(5, { error: 'expected at least 5 seconds' })
      .max(65_535, { error: 'expected at most 65535 seconds' })
      .default(60),
    /** The first level of the topics on which devices announce themselves. */
    discovery_prefix: plainTopic.default('homeassistant'),
    /** Whether entities are shown that their device wants hidden at first. */
    disabled_entities: z.boolean({ error: 'expected `true` or `false`' }).default(false),
    /** Sent when connected, so that devices announce themselves; `false`: not at all. */
    birth_message: statusMessage('online'),
    /** Sent at the end; by the broker when we vanish. */
    will_message: statusMessage('offline'),
  })
  .superRefine(({ broker, embedded, password, username }, context) => {
    const problem = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (broker === undefined && !embedded)
      problem('broker', 'expected a broker like `mqtt://192.168.1.10:1883`, or `embedded: true`');
    if (broker !== undefined && embedded)
      problem('embedded', 'expected either a `broker` or `embedded: true`, not both');
    if (password !== undefined && username === undefined)
      problem('username', 'expected a name to the password');
    if (embedded && username !== undefined && password === undefined)
      problem('password', 'expected a password to the name');
  });

export type MqttOptions = z.infer<typeof mqttOptions>;

/** Names and passwords have options of their own: an address stands in logs. */
function isBroker(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  const isKnown = protocol === 'mqtt:' || protocol === 'mqtts:';
  return isKnown && hostname !== '' && username === '' && password === '';
}

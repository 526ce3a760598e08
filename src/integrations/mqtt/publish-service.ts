import { type Hub, HubKey, ServiceValidationError } from 'rxhome';
import { z } from 'zod';
import { plainTopic, qosLevel } from './options.js';
import type { MqttRuntime } from './runtime.js';

const publishSchema = z.strictObject({
  topic: plainTopic,
  payload: z
    .union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number or a boolean' })
    .default(''),
  qos: qosLevel.default(0),
  retain: z.boolean({ error: 'expected `true` or `false`' }).default(false),
  /** The title of the entry, where there are several. */
  entry: z.string({ error: 'expected the title of an entry of mqtt' }).optional(),
});

type Publish = z.infer<typeof publishSchema>;

const KEY = new HubKey<PublishService>('mqtt.publish');

/** `mqtt.publish`: one service of the hub for all brokers, while there is one. */
export class PublishService {
  readonly #hub: Hub;
  readonly #entries = new Map<MqttRuntime, string>();
  #end: (() => void) | undefined;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** That of a hub; `root` is the hub itself, and not one of an entry. */
  static of(root: Hub): PublishService {
    const known = root.data.get(KEY);
    if (known) return known;
    const made = new PublishService(root);
    root.data.set(KEY, made);
    return made;
  }

  /** Offers a broker by the title of its entry. @returns ends that */
  add(title: string, runtime: MqttRuntime): () => void {
    this.#entries.set(runtime, title);
    this.#end ??= this.#hub.services.register<Publish>(
      'mqtt',
      'publish',
      async ({ data: { topic, payload, qos, retain, entry } }) =>
        this.#choose(entry).publish(topic, String(payload), { qos, retain }),
      { schema: publishSchema },
    );
    return () => {
      this.#entries.delete(runtime);
      if (this.#entries.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  }

  #choose(wished: string | undefined): MqttRuntime {
    const titles = [...this.#entries.values()].map((title) => `\`${title}\``).join(', ');
    const fits = [...this.#entries].filter(([, title]) => wished === undefined || title === wished);
    const [first, ...others] = fits;
    if (first && others.length === 0) return first[0];
    const message = `expected one of the entries ${titles}, got ${wished ?? 'none'}`;
    throw new ServiceValidationError(
      `The data for \`mqtt.publish\` is wrong: \`entry\`: ${message}`,
      [{ path: 'entry', message }],
    );
  }
}

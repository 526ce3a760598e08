import { Hub, sleep } from 'rxhome';
import {
  addInspectorButton,
  type Inspector,
  type InspectorOptions,
  startInspector,
} from 'rxhome/inspector';

/** A hub of this process with its page, for what only its owner can do to it. */
export class Home {
  readonly hub: Hub;
  readonly inspector: Inspector;

  private constructor(hub: Hub, inspector: Inspector) {
    this.hub = hub;
    this.inspector = inspector;
  }

  static async start(options: InspectorOptions = {}): Promise<Home> {
    const hub = new Hub({ logger: { debug, info: debug, warn: debug, error: debug } });
    await hub.start();
    return new Home(hub, await startInspector(hub, { port: 0, ...options }));
  }

  /** One in which `motion` leads to light, to work, and to an end of both. */
  static async furnished(options: InspectorOptions = {}): Promise<Home> {
    const home = await Home.start(options);
    const { hub } = home;
    hub.states.set('light.hall', 'off', { attributes: { friendly_name: 'Hall' } });
    hub.states.set('sensor.power', 20, {
      attributes: { unit_of_measurement: 'W', friendly_name: 'Power' },
    });
    hub.bus.listen(
      'motion',
      async () => {
        hub.states.set('light.hall', 'on');
        await sleep(60, { name: 'hall light' });
        hub.states.set('light.hall', 'off');
      },
      { name: 'hall light' },
    );
    addInspectorButton(
      hub,
      { id: 'walk', label: 'Walk by', hint: 'Through the hall', key: 'b' },
      () => home.walkBy(),
    );
    return home;
  }

  get url(): string {
    return this.inspector.url;
  }

  /** Somebody walks through the hall. */
  walkBy(data: Readonly<Record<string, unknown>> = { room: 'hall' }): void {
    this.hub.bus.fire('motion', data);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.stop();
  }
}

function debug(): void {
  // What goes wrong here goes wrong on purpose.
}

import type { Aedes } from 'aedes';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { ConfigEntryNotReady } from 'rxhome';
import { optionalPackage } from './optional-package.js';

const LOOPBACK = '127.0.0.1';
const BAD_NAME_OR_PASSWORD = 4; // MQTT's answer

export interface BrokerOptions {
  /** 0: one that is free. */
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** A broker in this process. */
export interface EmbeddedBroker {
  /** Where it listens. */
  readonly url: string;
  /** Ends it, and the connections of all its clients. What it had retained is gone. */
  close(): Promise<void>;
}

/**
 * Opens a broker for programs on this machine: it listens on loopback only, speaks MQTT 3.1.1 and
 * keeps what it retains in memory. The only file that knows the package `aedes`.
 *
 * @throws (as a rejection) ConfigEntryNotReady when the port is taken.
 */
export async function openBroker({
  port,
  username,
  password,
}: BrokerOptions): Promise<EmbeddedBroker> {
  const aedes = await optionalPackage('aedes', () => import('aedes'));
  const broker = await aedes.Aedes.createBroker();
  deliverEachOnce(broker);
  if (username !== undefined)
    broker.authenticate = (_client, name, secret, done) => {
      if (name === username && secret?.toString() === password) done(null, true);
      else done(Object.assign(new Error('refused'), { returnCode: BAD_NAME_OR_PASSWORD }), null);
    };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  const close = async (): Promise<void> => {
    const hasClosed = new Promise<void>((resolve) => server.close(() => resolve()));
    await new Promise<void>((resolve) => broker.close(resolve));
    for (const socket of sockets) socket.destroy(); // who never said hello is not known to it
    await hasClosed;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, LOOPBACK, resolve);
    });
  } catch (cause) {
    await close();
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE'
        ? 'it is taken. If a broker is there, name it as `broker`; else choose another `port`'
        : message;
    throw new ConfigEntryNotReady(`The embedded broker cannot use port ${port}: ${reason}.`, {
      cause,
    });
  }
  return { url: `mqtt://${LOOPBACK}:${(server.address() as AddressInfo).port}`, close };
}

const KEPT_NUMBERS = 1_000;
const NOTHING_KNOWN = new Proxy({}, { set: () => true });

/**
 * Numbers of messages that a client has had, for the filters that overlap. aedes keeps the highest
 * one only: what a later message has overtaken counts as had, and is lost. A retained message is
 * stored first, so the next one of the same sender does overtake it.
 */
function deliverEachOnce(broker: Aedes): void {
  const had = new WeakMap<object, Set<string>>();
  broker.on('client', (client) => {
    had.set(client, new Set());
    Object.assign(client, { duplicates: NOTHING_KNOWN }); // what aedes knows, by itself
  });
  broker.authorizeForward = (client, packet) => {
    const numbers = had.get(client);
    if (!packet.brokerId || !numbers) return packet; // a retained one, for who has just subscribed
    const number = `${packet.brokerId} ${packet.brokerCounter}`;
    if (numbers.has(number)) return null;
    numbers.add(number);
    for (const oldest of numbers) {
      if (numbers.size <= KEPT_NUMBERS) break;
      numbers.delete(oldest);
    }
    return packet;
  };
}

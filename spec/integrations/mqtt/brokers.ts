import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Aedes, type AedesOptions } from 'aedes';
import { freePort } from '../../free-port.js';
import { until } from '../until.js';

/** A broker on loopback that a spec can take away and bring back. */
export interface Broker {
  readonly url: string;
  /** Ends it without a word to anybody. */
  kill(): Promise<void>;
  /** Begins again on the same port, with what it had retained. */
  restart(): Promise<void>;
  /** Ends it, and all it has left. */
  close(): Promise<void>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

type StartBroker = (login?: Login) => Promise<Broker>;

/** Mosquitto where it is installed, as it is for all that lands (`.ci/run`), and aedes everywhere. */
export const BROKERS: readonly (readonly [string, StartBroker])[] = hasProgram('mosquitto')
  ? [
      ['mosquitto', startMosquitto],
      ['aedes', startAedes],
    ]
  : [['aedes', startAedes]];

if (BROKERS.length === 1)
  console.warn('Without mosquitto these specs use aedes only: apt-get install -y mosquitto');

export async function startMosquitto(login?: Login): Promise<Broker> {
  const program = findProgram('mosquitto');
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'rxhome-mosquitto-'));
  const passwords = join(dir, 'passwords');
  const config = join(dir, 'mosquitto.conf');
  if (login) {
    const { username, password } = login;
    const args = ['-b', '-c', passwords, username, password];
    execFileSync(findProgram('mosquitto_passwd'), args, { stdio: 'ignore' });
    await chmod(passwords, 0o644);
  }
  await writeFile(
    config,
    [
      `listener ${port} 127.0.0.1`,
      login ? `allow_anonymous false\npassword_file ${passwords}` : 'allow_anonymous true',
      'user root', // as whoever runs the spec: it has to write into the folder
      'persistence true',
      `persistence_location ${dir}/`,
      'max_queued_messages 0',
      'log_dest none',
    ].join('\n'),
  );
  let child: ChildProcess | undefined;
  const killIt = (): unknown => child?.kill('SIGKILL'); // if the specs are ended in the middle
  const run = async (): Promise<void> => {
    child = spawn(program, ['-c', config], { stdio: 'ignore' });
    process.once('exit', killIt);
    await until('mosquitto to listen', () => canConnect(port));
  };
  const end = async (): Promise<void> => {
    const running = child;
    child = undefined;
    process.off('exit', killIt);
    if (!running || running.exitCode !== null) return;
    const hasExited = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM'); // by its pid; it writes down what is retained
    await hasExited;
  };
  await run();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    kill: end,
    restart: run,
    async close() {
      await end();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function startAedes(login?: Login): Promise<Broker> {
  const port = await freePort();
  const options: AedesOptions = {};
  if (login)
    options.authenticate = (_client, username, password, done) => {
      const isRight = username === login.username && String(password) === login.password;
      if (isRight) done(null, true);
      else done(Object.assign(new Error('refused'), { returnCode: 4 }), null);
    };
  let end: () => Promise<void> = () => Promise.resolve();
  const run = async (): Promise<void> => {
    const broker = await Aedes.createBroker(options);
    options.persistence ??= (broker as unknown as { persistence: unknown }).persistence;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      broker.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    end = async () => {
      end = () => Promise.resolve();
      const hasClosed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => broker.close(resolve));
      await hasClosed;
    };
  };
  await run();
  const stop = (): Promise<void> => end();
  return { url: `mqtt://127.0.0.1:${port}`, kill: stop, restart: run, close: stop };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function hasProgram(name: string): boolean {
  try {
    findProgram(name);
    return true;
  } catch {
    return false;
  }
}

/** Where Debian has it, or anywhere on the path. */
function findProgram(name: string): string {
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)];
  for (const folder of folders) {
    try {
      const path = join(folder, name);
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not there.
    }
  }
  throw new Error(
    `This spec needs the broker \`${name}\`, which is not installed: run \`apt-get install -y mosquitto\`.`,
  );
}

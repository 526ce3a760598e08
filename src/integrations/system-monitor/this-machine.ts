import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, platform, totalmem, uptime } from 'node:os';
import { type Hub, workerModule } from 'rxhome';
import type { Machine, NetworkBytes, ProcessorTimes } from './machine.js';

const blocking = workerModule<typeof import('./system-readings.worker.js')>(
  new URL('./system-readings.worker.js', import.meta.url),
);

// Linux counts the time of guests twice: in these two columns and in the ones before them.
const COLUMNS_WITHOUT_GUESTS = 8;
const IDLE = 3;
const IO_WAIT = 4;

/**
 * The machine on which the hub runs. What costs microseconds is read on the loop: /proc and
 * node:os. What blocks (systeminformation holds its thread for up to 66 ms per call) is a job.
 */
export function thisMachine(hub: Hub, proc = '/proc'): Machine {
  const lines = async (file: string): Promise<readonly string[] | null> => {
    try {
      return (await readFile(`${proc}/${file}`, 'utf8')).split('\n');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // not a Linux
      throw error;
    }
  };
  return {
    async processor() {
      return processorOfProc(await lines('stat')) ?? processorOfNode();
    },
    memory: () => Promise.resolve({ used: totalmem() - freemem(), total: totalmem() }),
    // Windows has no load, and Node answers with zeros there.
    load: () => Promise.resolve(platform() === 'win32' ? null : (loadavg()[0] ?? null)),
    async network() {
      return networkOfProc(await lines('net/dev')) ?? hub.addExecutorJob(blocking.networkBytes);
    },
    async disk(path) {
      const { blocks, bfree, bavail, bsize } = await statfs(path);
      const used = (blocks - bfree) * bsize;
      // As `df` does: what only root may fill is not counted. Some file systems have no size.
      return blocks === 0 ? null : { used, total: used + bavail * bsize };
    },
    uptime: () => Promise.resolve(uptime()),
    temperature: () => hub.addExecutorJob(blocking.temperature),
    battery: () => hub.addExecutorJob(blocking.battery),
    seconds: () => process.uptime(),
  };
}

function processorOfProc(stat: readonly string[] | null): ProcessorTimes | null {
  const line = stat?.find((text) => text.startsWith('cpu '));
  if (line === undefined) return null;
  const times = line
    .trim()
    .split(/\s+/)
    .slice(1, 1 + COLUMNS_WITHOUT_GUESTS)
    .map(Number);
  const idle = (times[IDLE] ?? 0) + (times[IO_WAIT] ?? 0);
  return { idle, busy: sum(times) - idle };
}

function processorOfNode(): ProcessorTimes | null {
  const times = cpus().map((cpu) => cpu.times);
  if (times.length === 0) return null;
  const idle = sum(times.map((time) => time.idle));
  return { idle, busy: sum(times.flatMap((time) => Object.values(time))) - idle };
}

/** `eth0: 645399571 20306 …`: column 1 is what came in, column 9 what went out. */
function networkOfProc(dev: readonly string[] | null): NetworkBytes | null {
  if (dev === null) return null;
  const interfaces = dev
    .map((line) => /^\s*([^:\s]+):\s*(.*)$/.exec(line))
    .filter((match) => match !== null && match[1] !== 'lo')
    .map((match) => (match?.[2] ?? '').split(/\s+/).map(Number));
  if (interfaces.length === 0) return null;
  return {
    received: sum(interfaces.map((columns) => columns[0] ?? 0)),
    sent: sum(interfaces.map((columns) => columns[8] ?? 0)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

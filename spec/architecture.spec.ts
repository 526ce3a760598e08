import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { HubError } from 'rxhome';

const require = createRequire(import.meta.url);
const ROOT = new URL('..', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const sources = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => `src/${path.replaceAll('\\', '/')}`);

type ErrorClass = new (message: string, ...rest: unknown[]) => HubError;

const errorClasses = new Map<string, ErrorClass>();
const { exports } = JSON.parse(text('package.json')) as { exports: Record<string, unknown> };
for (const door of Object.keys(exports)) {
  if (/package\.json$|\/(jest|vitest)$/.test(door)) continue; // those open in their runner only
  const names = (await import(`rxhome${door.slice(1)}`)) as Record<string, unknown>;
  for (const [name, value] of Object.entries(names))
    if (typeof value === 'function' && value.prototype instanceof HubError)
      errorClasses.set(name, value as ErrorClass);
}

// A second argument, where there is one, is a list or an object: an empty list is both.
const make = (errorClass: ErrorClass): HubError => new errorClass('a message', []);

describe('the files of src', () => {
  it('have at most 250 lines', () => {
    const long = sources.filter((path) => text(path).trimEnd().split('\n').length > 250);
    expect(long).toEqual([]);
  });

  it('lie in folders that have a floor', () => {
    const { forbidden } = require('../.dependency-cruiser.cjs') as {
      forbidden: { name: string; from: { path?: string } }[];
    };
    const rule = forbidden.find(({ name }) => name === 'every-folder-has-a-floor');
    const hasNoFloor = new RegExp(rule!.from.path!);
    expect('src/utils/anything.ts').toMatch(hasNoFloor);
    expect(sources.filter((path) => hasNoFloor.test(path))).toEqual([]);
  });
});

describe('the errors behind the doors', () => {
  it('are there', () => {
    expect(errorClasses.size).toBeGreaterThan(10);
  });

  it.each([...errorClasses])('%s is named after its class', (exported, errorClass) => {
    expect(errorClass.name).toBe(exported);
    expect(make(errorClass).name).toBe(exported);
  });

  it('each have a code of their own', () => {
    const byCode = new Map<string, string>();
    for (const [name, errorClass] of errorClasses) {
      const { code } = make(errorClass);
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect([code, byCode.get(code)]).toEqual([code, undefined]);
      byCode.set(code, name);
    }
  });

  it('are explained in docs/errors.md, under a heading with their code', () => {
    const headings = text('docs/errors.md')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    const codes = [...errorClasses.values()].map((errorClass) => make(errorClass).code);
    const missing = codes.filter(
      (code) => !headings.some((heading) => new RegExp(`\\b${code}\\b`).test(heading)),
    );
    expect(missing).toEqual([]);
  });
});

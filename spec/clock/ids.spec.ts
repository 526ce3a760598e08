import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Context } from 'rxhome';
import { marbles } from 'rxhome/testing';

afterEach(() => void jest.restoreAllMocks());

function ids(count: number): string[] {
  return Array.from({ length: count }, () => new Context().id);
}

/** Sorted, and none twice. */
function expectOrdered(made: readonly string[]): void {
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
}

describe('ids', () => {
  it('are ULIDs that sort by the order in which they were made, also within a millisecond', () => {
    const made = ids(100_000);
    expectOrdered(made);
    for (const id of made.slice(0, 100)) expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  it('keep their order when they are read in another', () => {
    const [first, second] = [new Context(), new Context()];
    const late = second.id;
    expectOrdered([first.id, late]);
  });

  it('keep their order when the clock is set back', () => {
    const real = Date.now();
    const now = jest.spyOn(Date, 'now');
    const made: string[] = [];
    for (const offset of [0, 5000, 5000, -60_000, -60_000, 1, 5001]) {
      now.mockReturnValue(real + offset);
      made.push(...ids(3));
    }
    expectOrdered(made);
  });

  it('begin with the time, in milliseconds', async () => {
    await marbles(async ({ advance }) => {
      const timeOf = (id: string): number =>
        [...id.slice(0, 10)].reduce(
          (sum, char) => sum * 32 + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(char),
          0,
        );
      const before = timeOf(new Context().id);
      expect(before).toBe(Date.now());
      await advance('1h');
      expect(timeOf(new Context().id) - before).toBe(3_600_000);
    });
  });
});

/** What the commands end with. */
export const EXIT = {
  ok: 0,
  /** The hub refused, a service failed, something leaks, something is broken. */
  no: 1,
  /** A wrong argument, or a configuration that cannot be used. */
  unusable: 2,
  noHub: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The same for `--help`. */
export const EXIT_WORDS = `
Exit codes: 0 done; 1 the hub said no, or something is not as it should be;
2 wrong arguments or a configuration that cannot be used; 3 no hub to talk to.`;

/** Ends a command with words for whoever called it, and a code for his script. */
export class Ending extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

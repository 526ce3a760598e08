const MAX_BYTES = 65_535; // two bytes hold the length

/** What is wrong with a topic to publish to; `undefined`: nothing. */
export function topicProblem(topic: string): string | undefined {
  const problem = lengthProblem(topic);
  if (problem !== undefined) return problem;
  if (/[+#]/.test(topic)) return 'a topic without the wildcards `+` and `#`';
  return undefined;
}

/** What is wrong with a filter to subscribe; `undefined`: nothing. */
export function filterProblem(filter: string): string | undefined {
  const problem = lengthProblem(filter);
  if (problem !== undefined) return problem;
  // Who gets a message of a shared subscription is up to the broker: it would be lost for the others.
  if (filter.startsWith('$share/')) return 'a filter that is not shared';
  const levels = filter.split('/');
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i < levels.length - 1))
      return '`#` as the last level of a filter, and alone in it';
    if (level.includes('+') && level !== '+') return '`+` alone in a level of a filter';
  }
  return undefined;
}

export function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** Whether a topic fits a filter. What begins with `$` is the broker's own, and fits no wildcard. */
export function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && wanted[0] !== levels[0]) return false;
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true; // `a/#` takes `a` as well
    if (i >= levels.length) return false;
    if (level !== '+' && level !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

function lengthProblem(topic: string): string | undefined {
  if (topic === '') return 'a topic that is not empty';
  if (topic.includes('\0')) return 'a topic without the character 0';
  if (Buffer.byteLength(topic) > MAX_BYTES) return `a topic of at most ${MAX_BYTES} bytes`;
  return undefined;
}

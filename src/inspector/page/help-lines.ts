/** What the help says, in its order. */
export const HELP: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['space'], 'hold the picture, or go live again'],
  [['Esc'], 'one step back: filter, selection, table, live'],
  [['/'], 'filter by lane, owner, entity, type or text'],
  [['←', '→'], 'the event before, the event after'],
  [['↑', '↓'], 'the lane above, the lane below'],
  [['Enter'], 'select what the arrows have reached'],
  [['[', ']'], 'along the chain: its cause, its effect'],
  [['z'], 'zoom to the chain'],
  [['c'], 'copy the chain as marbles, for a test'],
  [['+', '−'], 'zoom in, zoom out'],
  [['1', '…', '6'], 'tables: events, delay, loop, workers, listeners, errors'],
  [['?'], 'this help'],
];

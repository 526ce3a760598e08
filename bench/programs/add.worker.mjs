/** The least that a call to another thread can do: what is measured is the way there and back. */
export function add(a, b) {
  return a + b;
}

/** The same for a bare tinypool, which takes one argument. */
export function addPair([a, b]) {
  return a + b;
}

/** Where something stands in a list; behind all of it if it is not in it. */
export function rankIn(list: readonly string[], one: string): number {
  const rank = list.indexOf(one);
  return rank < 0 ? list.length : rank;
}

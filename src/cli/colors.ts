import pc from 'picocolors';

/** How words are shown. Without colour, each gives back what it gets. */
export type Colors = ReturnType<typeof colors>;

export function colors(isColored: boolean): ReturnType<typeof pc.createColors> {
  return pc.createColors(isColored);
}

/** Whether colours can be seen: on a terminal, unless they are not wanted (https://no-color.org). */
export function wantsColor(stream: { readonly isTTY?: boolean }, noColorFlag: boolean): boolean {
  return stream.isTTY === true && !noColorFlag && !process.env['NO_COLOR'];
}

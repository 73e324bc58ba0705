import { type RefObject, useCallback, useLayoutEffect, useState } from "react";
import { mono } from "../../../theme/theme.ts";
import type { LogLine } from "./log-book.ts";

export const rowHeight = 20;
/** The heading above the first line of a later attempt. */
const attemptHeight = 28;
export const fontSize = 12.5;

let columnWidth: number | undefined;
function widthOfColumn(): number {
  const context = columnWidth === undefined ? document.createElement("canvas").getContext("2d") : null;
  if (context) {
    context.font = `${fontSize}px ${mono}`;
    columnWidth = context.measureText("0".repeat(100)).width / 100;
  }
  return columnWidth ?? 7.5;
}

/**
 * How tall a line will be drawn. Near enough that hardly a line has to be corrected once it is drawn, for each correction goes
 * through all the lines behind it.
 */
export function useLineHeights(pane: RefObject<HTMLElement | null>, isWrapped: boolean) {
  const [columns, setColumns] = useState(0);
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element || !isWrapped) return;
    const observer = new ResizeObserver(() => {
      const text = element.querySelector(".log-text");
      // Without a line yet, about what time, level and number take.
      const left = text ? text.getBoundingClientRect().left - element.getBoundingClientRect().left : 212;
      setColumns(Math.max(10, Math.floor((element.clientWidth - left - 16) / widthOfColumn())));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [pane, isWrapped]);
  return useCallback(
    (line: LogLine | undefined) => {
      if (!line) return rowHeight;
      const rows = isWrapped && columns > 0 ? Math.max(1, Math.ceil(line.columns / columns)) : 1;
      return rows * rowHeight + (line.attempt !== undefined && line.attempt > 1 ? attemptHeight : 0);
    },
    [isWrapped, columns],
  );
}

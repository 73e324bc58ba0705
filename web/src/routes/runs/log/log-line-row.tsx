import Box from "@mui/material/Box";
import { memo } from "react";
import { useFormat } from "../../../i18n/use-format.ts";
import { ansiSpans, markHits } from "./ansi-spans.ts";
import type { LogLine } from "./log-book.ts";
import { useLogMessages } from "./messages.ts";

/** A longer line is shown up to here: one of megabytes would stop the page. */
const longest = 8_000;

interface Props {
  line: LogLine;
  /** What is searched for, in lower case. */
  wanted: string;
  /** The match that one has jumped to is in this line. */
  isCurrent: boolean;
  /** The address names this line. */
  isLinked: boolean;
  onLink: (number: number) => void;
}

/** A line of the log. Its looks are in the pane's style, by class, for there are many of them. */
export const LogLineRow = memo(function LogLineRow({ line, wanted, isCurrent, isLinked, onLink }: Props) {
  const m = useLogMessages();
  const format = useFormat();
  const isCut = line.text.length > longest;
  const spans = markHits(ansiSpans(isCut ? line.text.slice(0, longest) : line.text, line.carried), wanted);
  return (
    <>
      {line.attempt !== undefined && line.attempt > 1 && <div className="log-attempt">{m.attempt(line.attempt)}</div>}
      <div
        className="log-line"
        data-level={line.level}
        data-linked={isLinked || undefined}
        data-current={isCurrent || undefined}
      >
        <a
          className="log-number"
          href={`#L${line.number}`}
          aria-label={m.lineLink(line.number)}
          onClick={(event) => {
            // The document has a base address, so the link itself would leave the page.
            event.preventDefault();
            onLink(line.number);
          }}
        >
          {line.number}
        </a>
        <span className="log-time">{line.at !== undefined && format.timeToMilliseconds(line.at)}</span>
        <span className="log-level">{line.at !== undefined && line.level}</span>
        <span className="log-text">
          {spans.map((span, index) => {
            const className = [span.className, span.isHit ? "log-hit" : ""].filter(Boolean).join(" ");
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never move
              <span key={index} {...(className && { className })} {...(span.style && { style: span.style })}>
                {span.text}
              </span>
            );
          })}
          {isCut && (
            <Box component="span" sx={{ color: "text.secondary" }}>
              {m.cut(format.number(line.text.length - longest))}
            </Box>
          )}
        </span>
      </div>
    </>
  );
});

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router-dom";
import { NoteLine } from "../../../components/note-line.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { RunView } from "../../../services/wire.ts";
import { type Level, levels } from "./log-book.ts";
import { LogLineRow } from "./log-line-row.tsx";
import { logStyle } from "./log-style.ts";
import { LogFilters, LogTools } from "./log-tools.tsx";
import { useLogMessages } from "./messages.ts";
import { useLineHeights } from "./use-line-heights.ts";
import { useLogSearch } from "./use-log-search.ts";
import { useRunLog } from "./use-run-log.ts";

const wrapKey = "hyoshi.log.wrap";

/** A run's log: live and following while it is written, and quick however long it is, for only the lines in sight are drawn. */
export function LogPane({ run }: { run: RunView }) {
  const m = useLogMessages();
  const format = useFormat();
  const navigate = useNavigate();
  const { hash, search } = useLocation();
  const [get, set] = useUrlState();
  const log = useRunLog(run.id);
  const level = (levels as readonly string[]).includes(get("level") ?? "") ? (get("level") as Level) : "DEBUG";
  const attempt = Number(get("attempt")) || undefined;
  const [text, setText] = useState("");
  const { shown, wanted, hits, index, jump } = useLogSearch(log.book.lines, log.length, { level, attempt }, text);
  const [isWrapped, setWrapped] = useState(() => localStorage.getItem(wrapKey) !== "no");
  const [isLarge, setLarge] = useState(false);
  const linked = Number(/^#L(\d+)$/.exec(hash)?.[1] ?? 0);
  // Who comes to a failure wants to see its end.
  const [isFollowing, setFollowing] = useState(linked === 0 && run.state !== "succeeded");

  const pane = useRef<HTMLDivElement>(null);
  const heightOf = useLineHeights(pane, isWrapped);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => pane.current,
    estimateSize: (place) => heightOf(shown[place]),
    getItemKey: (place) => shown[place]?.number ?? place,
    overscan: 20,
  });
  // Another width, another estimate.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer is one and the same
  useLayoutEffect(() => virtual.measure(), [heightOf]);
  const height = virtual.getTotalSize();
  useLayoutEffect(() => {
    if (isFollowing && pane.current && height > 0) pane.current.scrollTop = pane.current.scrollHeight;
  }, [isFollowing, height]);

  // What fits has no end to go to.
  const [isLonger, setLonger] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: both change what fits
  useLayoutEffect(() => {
    const { current } = pane;
    setLonger(current !== null && current.scrollHeight - current.clientHeight >= 30);
  }, [height, isLarge]);

  const arrived = useRef("");
  const place = linked === 0 ? -1 : shown.findIndex((line) => line.number === linked);
  useEffect(() => {
    // Once for each link: later lines must not pull the reader back.
    if (place < 0 || arrived.current === hash) return;
    arrived.current = hash;
    virtual.scrollToIndex(place, { align: "center" });
  }, [place, hash, virtual]);
  const link = useCallback(
    (number: number) => {
      arrived.current = `#L${number}`;
      void navigate({ search, hash: `L${number}` }, { replace: true });
    },
    [navigate, search],
  );
  const onScroll = () => {
    const { current } = pane;
    if (current) setFollowing(current.scrollHeight - current.scrollTop - current.clientHeight < 30);
  };
  const jumpTo = (step: 1 | -1) => {
    const found = jump(step);
    if (found === undefined) return;
    setFollowing(false);
    virtual.scrollToIndex(found, { align: "center" });
  };

  const filters = {
    level,
    onLevel: (next: Level) => set({ level: next === "DEBUG" ? undefined : next }, { replace: true }),
    attempts: log.book.attempts,
    attempt,
    onAttempt: (next: number | undefined) =>
      set({ attempt: next === undefined ? undefined : String(next) }, { replace: true }),
  };
  const empty =
    log.length > 0
      ? m.noLevel
      : run.told !== null
        ? m.elsewhere
        : log.isComplete
          ? m.nothing
          : run.startedAt === null
            ? m.notBegun
            : run.endedAt === null
              ? m.waiting
              : m.reading;
  return (
    <Box
      component="section"
      aria-label={m.title}
      onKeyDown={(event) => event.key === "Escape" && setLarge(false)}
      sx={{
        display: "flex",
        flexDirection: "column",
        minWidth: 0,
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        overflow: "hidden",
        bgcolor: "background.default",
        ...(isLarge
          ? { position: "fixed", inset: 0, zIndex: 30, borderRadius: 0 }
          : { maxHeight: { xs: "68dvh", md: "none" }, minHeight: { xs: 200, md: 0 }, position: "relative" }),
      }}
    >
      <Box
        sx={{ display: "flex", alignItems: "center", gap: 1, px: 1, py: 0.5, borderBottom: 1, borderColor: "divider" }}
      >
        <Box
          className="wide-only"
          sx={{ whiteSpace: "nowrap", pl: 0.5 }}
          title={m.zone(format.offset(run.queuedAt), viewerZone)}
        >
          <Box component="h2" sx={{ m: 0, mr: 1, display: "inline", typography: "h3" }}>
            {m.title}
          </Box>
          <Box component="span" sx={{ color: "text.secondary", fontSize: 12.5 }}>
            {m.lines(format.number(log.length))}
          </Box>
        </Box>
        <LogTools
          {...filters}
          runId={run.id}
          text={text}
          onText={setText}
          hits={{ count: hits.length, at: index + 1 }}
          onJump={jumpTo}
          isWrapped={isWrapped}
          onWrap={() => {
            localStorage.setItem(wrapKey, isWrapped ? "no" : "yes");
            setWrapped(!isWrapped);
          }}
          isLarge={isLarge}
          onEnlarge={() => setLarge(!isLarge)}
        />
      </Box>
      {/* A phone has no room for them beside the search. */}
      {log.length > 0 && (
        <Box className="narrow-only" sx={{ display: "flex", px: 0.5, borderBottom: 1, borderColor: "divider" }}>
          <LogFilters {...filters} />
        </Box>
      )}
      {log.error !== undefined && (
        <Box sx={{ px: 1.5, pb: 0.5 }}>
          <NoteLine state="failed">{m.failed}</NoteLine>
        </Box>
      )}
      <Box ref={pane} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" sx={logStyle(isWrapped)}>
        {shown.length === 0 ? (
          <Box sx={{ p: 2, color: "text.secondary", fontFamily: (theme) => theme.typography.fontFamily, fontSize: 14 }}>
            {empty}
          </Box>
        ) : (
          <div style={{ height, position: "relative" }}>
            {virtual.getVirtualItems().map((item) => {
              const line = shown[item.index];
              return (
                line && (
                  <div
                    key={item.key}
                    data-index={item.index}
                    ref={isWrapped ? virtual.measureElement : undefined}
                    className="log-row"
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <LogLineRow
                      line={line}
                      wanted={wanted}
                      isCurrent={hits[index] === item.index}
                      isLinked={line.number === linked}
                      onLink={link}
                    />
                  </div>
                )
              );
            })}
          </div>
        )}
      </Box>
      {!isFollowing && isLonger && shown.length > 0 && (
        <Button
          variant="contained"
          onClick={() => setFollowing(true)}
          sx={{ position: "absolute", right: 20, bottom: 14, borderRadius: 16 }}
        >
          ↓ {run.endedAt === null ? m.follow : m.toEnd}
        </Button>
      )}
    </Box>
  );
}

import DownloadIcon from "@mui/icons-material/DownloadOutlined";
import FullscreenIcon from "@mui/icons-material/Fullscreen";
import FullscreenExitIcon from "@mui/icons-material/FullscreenExit";
import KeyboardArrowDownIcon from "@mui/icons-material/KeyboardArrowDown";
import KeyboardArrowUpIcon from "@mui/icons-material/KeyboardArrowUp";
import WrapTextIcon from "@mui/icons-material/WrapText";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import Tooltip from "@mui/material/Tooltip";
import type { ReactNode } from "react";
import { FilterMenu } from "../../../components/filter-menu.tsx";
import { pageSearchId } from "../../../components/page-search.ts";
import { logFileUrl } from "../../../services/runs.ts";
import { type Level, levels } from "./log-book.ts";
import { useLogMessages } from "./messages.ts";

interface FilterProps {
  level: Level;
  onLevel: (level: Level) => void;
  /** Those that have written something. */
  attempts: readonly number[];
  attempt: number | undefined;
  onAttempt: (attempt: number | undefined) => void;
}
interface Props extends FilterProps {
  runId: string;
  text: string;
  onText: (text: string) => void;
  hits: { count: number; at: number };
  onJump: (step: 1 | -1) => void;
  isWrapped: boolean;
  onWrap: () => void;
  isLarge: boolean;
  onEnlarge: () => void;
}

/** Search, level, wrapping, download and size of the log. */
export function LogTools(props: Props) {
  const { runId, text, onText, hits, onJump, level, attempt, isWrapped, onWrap, isLarge, onEnlarge } = props;
  const m = useLogMessages();
  const tool = (label: string, icon: ReactNode, onClick: () => void, isPressed?: boolean) => (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        aria-pressed={isPressed}
        onClick={onClick}
        sx={{ bgcolor: isPressed ? "action.selected" : undefined }}
      >
        {icon}
      </IconButton>
    </Tooltip>
  );
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 0.25, flex: "1 1 auto", minWidth: 0 }}>
      <TextField
        id={pageSearchId}
        type="search"
        value={text}
        placeholder={m.search}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") (event.target as HTMLElement).blur();
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onJump(event.shiftKey ? -1 : 1);
        }}
        sx={{ flex: "1 1 200px", minWidth: 90, maxWidth: 280, mr: 0.5 }}
        slotProps={{ htmlInput: { "aria-label": m.search }, input: { sx: { height: 30 } } }}
      />
      {text.trim() !== "" && (
        <>
          <Box role="status" sx={{ color: "text.secondary", fontSize: 12.5, whiteSpace: "nowrap" }}>
            {m.hits(hits.at, hits.count)}
          </Box>
          {tool(m.previousHit, <KeyboardArrowUpIcon fontSize="small" />, () => onJump(-1))}
          {tool(m.nextHit, <KeyboardArrowDownIcon fontSize="small" />, () => onJump(1))}
        </>
      )}
      <Box sx={{ flex: 1 }} />
      <Box className="wide-only" sx={{ display: "flex" }}>
        <LogFilters {...props} />
      </Box>
      {tool(m.wrap, <WrapTextIcon fontSize="small" />, onWrap, isWrapped)}
      <Tooltip title={m.download}>
        <IconButton
          component="a"
          href={logFileUrl(runId, { level, attempt })}
          download={`${runId}.log`}
          aria-label={m.download}
        >
          <DownloadIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      {tool(
        isLarge ? m.shrink : m.enlarge,
        isLarge ? <FullscreenExitIcon fontSize="small" /> : <FullscreenIcon fontSize="small" />,
        onEnlarge,
        isLarge,
      )}
    </Box>
  );
}

/** Which lines are shown: of one attempt, of a level and above. */
export function LogFilters({ level, onLevel, attempts, attempt, onAttempt }: FilterProps) {
  const m = useLogMessages();
  return (
    <>
      {(attempts.length > 1 || attempt !== undefined) && (
        <FilterMenu
          label={m.attempts}
          value={attempt === undefined ? undefined : String(attempt)}
          onChange={(next) => onAttempt(next === undefined ? undefined : Number(next))}
          choices={attempts.map((number) => ({ value: String(number), label: m.attempt(number) }))}
        />
      )}
      <FilterMenu
        label={m.level}
        value={level === "DEBUG" ? undefined : level}
        onChange={(next) => onLevel((next as Level | undefined) ?? "DEBUG")}
        choices={levels.slice(1).map((value) => ({ value, label: m.levels[value] }))}
      />
    </>
  );
}

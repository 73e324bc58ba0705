import SearchIcon from "@mui/icons-material/Search";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { useEffect, useRef, useState } from "react";
import { useDebounced } from "./debounced.ts";
import { pageSearchId } from "./page-search.ts";

interface Props {
  value: string | undefined;
  label: string;
  /** Called once the typing has paused. */
  onChange: (value: string | undefined) => void;
}

/** The page's own search: `/` reaches it, Escape leaves it. */
export function SearchField({ value, label, onChange }: Props) {
  const [text, setText] = useState(value ?? "");
  const settled = useDebounced(text, 200);
  const sent = useRef(value ?? "");
  const latest = useRef(onChange);
  latest.current = onChange;

  useEffect(() => {
    if (settled === sent.current) return;
    sent.current = settled;
    latest.current(settled === "" ? undefined : settled);
  }, [settled]);
  // The address changed by itself: back, a link, "clear filters".
  useEffect(() => {
    if ((value ?? "") === sent.current) return;
    sent.current = value ?? "";
    setText(value ?? "");
  }, [value]);

  return (
    <TextField
      id={pageSearchId}
      type="search"
      value={text}
      placeholder={label}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The browser would empty the field, and with it lose what was found.
        event.preventDefault();
        (event.target as HTMLElement).blur();
      }}
      sx={{ flex: { xs: "1 1 100%", md: "0 1 280px" } }}
      slotProps={{
        htmlInput: { "aria-label": label },
        input: {
          sx: { height: 34 },
          startAdornment: (
            <InputAdornment position="start">
              <SearchIcon fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}

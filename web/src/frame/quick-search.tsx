import SearchIcon from "@mui/icons-material/Search";
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useDebounced } from "../components/debounced.ts";
import { api } from "../services/api.ts";
import type { Page, PeriodicTaskSummary } from "../services/wire.ts";
import { useFrameMessages } from "./messages.ts";

type Found = { to: string; label: string; detail: string };

/** Goes straight to a periodic task from anywhere; Enter lists all that match. */
export function QuickSearch({ inputRef }: { inputRef: RefObject<HTMLInputElement | null> }) {
  const m = useFrameMessages();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const asked = useDebounced(text.trim(), 150);
  const { data } = useQuery({
    queryKey: ["periodic-tasks", "search", asked],
    queryFn: ({ signal }) => api.get<Page<PeriodicTaskSummary>>("periodic-tasks", { q: asked, limit: 8 }, signal),
    enabled: asked !== "",
  });
  const all: Found = { to: `/periodic-tasks?q=${encodeURIComponent(asked)}`, label: m.searchAll(asked), detail: "" };
  const found = (data?.items ?? []).map(
    ({ id, name, task }): Found => ({ to: `/periodic-tasks/${id}`, label: name, detail: task }),
  );
  const go = (to: string) => {
    setText("");
    inputRef.current?.blur();
    void navigate(to);
  };
  return (
    <Autocomplete<Found, false, false, true>
      freeSolo
      options={asked === "" ? [] : [...found, all]}
      filterOptions={(options) => options}
      getOptionLabel={(option) => (typeof option === "string" ? option : option.label)}
      getOptionKey={(option) => (typeof option === "string" ? option : option.to)}
      inputValue={text}
      value={null}
      onInputChange={(_, value, reason) => reason !== "reset" && setText(value)}
      onChange={(_, choice) => {
        if (choice === null) return;
        go(typeof choice === "string" ? `/periodic-tasks?q=${encodeURIComponent(choice.trim())}` : choice.to);
      }}
      className="wide-only"
      sx={{ flex: "0 1 320px", minWidth: 0, "& .MuiAutocomplete-inputRoot": { pr: "8px !important" } }}
      renderOption={({ key, ...props }, option) => (
        <Box component="li" key={key} {...props} sx={{ display: "block !important" }}>
          <div>{option.label}</div>
          {option.detail !== "" && <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>{option.detail}</Box>}
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          inputRef={inputRef}
          placeholder={m.search}
          slotProps={{
            ...params.slotProps,
            htmlInput: { ...params.slotProps.htmlInput, "aria-label": m.search },
            input: {
              ...params.slotProps.input,
              sx: { height: 34, py: "0 !important", bgcolor: "sunken" },
              startAdornment: (
                <InputAdornment position="start">
                  <SearchIcon fontSize="small" />
                </InputAdornment>
              ),
              endAdornment: text === "" && (
                <Box
                  component="kbd"
                  className="wide-only"
                  sx={{ color: "text.secondary", border: 1, borderColor: "divider", borderRadius: 1, px: 0.75 }}
                >
                  /
                </Box>
              ),
            },
          }}
        />
      )}
    />
  );
}

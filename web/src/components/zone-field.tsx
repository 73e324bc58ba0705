import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useMemo } from "react";
import { formatOffset, viewerZone, zoneCity } from "../i18n/instant.ts";

interface Props {
  label: string;
  value: string;
  onChange: (zone: string) => void;
  error?: string | undefined;
  /** The JSON Pointer at which a refusal names it. */
  pointer?: string | undefined;
}

const shownAtOnce = 60;

/** Every zone the browser knows; typing part of a city or of the name finds it. */
export function ZoneField({ label, value, onChange, error, pointer }: Props) {
  const zones = useMemo(() => [...new Set([viewerZone, "UTC", ...Intl.supportedValuesOf("timeZone")])], []);
  const now = Date.now();
  return (
    <Autocomplete
      freeSolo
      autoSelect
      autoHighlight
      options={zones}
      value={value}
      onChange={(_, zone) => onChange(zone ?? "")}
      filterOptions={(options, { inputValue }) => {
        const wanted = inputValue.toLowerCase().replaceAll(" ", "_");
        // Leaving the field takes the highlighted zone, so an untouched one must stand first.
        const found =
          inputValue === value
            ? [value, ...options.filter((zone) => zone !== value)]
            : options.filter((zone) => zone.toLowerCase().includes(wanted));
        return found.slice(0, shownAtOnce);
      }}
      renderOption={({ key, ...props }, zone) => (
        <Box component="li" key={key} {...props} sx={{ justifyContent: "space-between !important", gap: 2 }}>
          <span>
            {zoneCity(zone)}{" "}
            <Box component="small" sx={{ color: "text.secondary" }}>
              {zone}
            </Box>
          </span>
          <Box component="small" sx={{ color: "text.secondary" }}>
            {formatOffset(now, zone)}
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          error={error !== undefined}
          helperText={error}
          slotProps={{
            ...params.slotProps,
            htmlInput: {
              ...params.slotProps.htmlInput,
              ...(pointer !== undefined && { "data-pointer": pointer }),
              spellCheck: false,
            },
          }}
        />
      )}
    />
  );
}

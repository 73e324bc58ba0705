import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useLanguage } from "../../../i18n/language.tsx";
import { cities } from "./cities.ts";
import type { ScheduleDraft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";

interface Props {
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
  errorAt: (field: string) => string | undefined;
  pointer: string;
}

/** The sun's event and the place, found by its city or given as it is. */
export default function SolarFields({ draft, change, errorAt, pointer }: Props) {
  const m = useFormMessages();
  const { language } = useLanguage();
  const city = cities.find(
    (one) => String(one.latitude) === draft.latitude && String(one.longitude) === draft.longitude,
  );
  const events = Object.entries(m.when.events);
  const degrees = (field: "latitude" | "longitude") => (
    <TextField
      label={m.when[field]}
      value={draft[field]}
      onChange={(event) => change({ [field]: event.target.value })}
      error={errorAt(field) !== undefined}
      helperText={errorAt(field)}
      slotProps={{ htmlInput: { inputMode: "decimal", "data-pointer": `${pointer}/${field}` } }}
    />
  );
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr 1fr", sm: "1fr 1fr 110px 110px" }, gap: 1.5 }}>
      <TextField
        select
        label={m.when.event}
        value={draft.event}
        onChange={(event) => change({ event: event.target.value })}
        error={errorAt("event") !== undefined}
        helperText={errorAt("event")}
        sx={{ gridColumn: { xs: "1 / -1", sm: "auto" } }}
      >
        {events.map(([event, label]) => (
          <MenuItem key={event} value={event}>
            {label}
          </MenuItem>
        ))}
        {!(draft.event in m.when.events) && <MenuItem value={draft.event}>{draft.event}</MenuItem>}
      </TextField>
      <Autocomplete
        options={cities}
        value={city ?? null}
        getOptionLabel={(option) => option[language]}
        filterOptions={(options, { inputValue }) => {
          const wanted = inputValue.trim().toLowerCase();
          return options.filter(({ en, ja }) => en.toLowerCase().includes(wanted) || ja.includes(wanted));
        }}
        onChange={(_, chosen) => {
          if (chosen) change({ latitude: String(chosen.latitude), longitude: String(chosen.longitude) });
        }}
        sx={{ gridColumn: { xs: "1 / -1", sm: "auto" } }}
        renderInput={(params) => <TextField {...params} label={m.when.city} />}
      />
      {degrees("latitude")}
      {degrees("longitude")}
    </Box>
  );
}

import CloseIcon from "@mui/icons-material/Close";
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useId } from "react";
import { useFormat } from "../../../i18n/use-format.ts";
import { useHolidayCountries } from "../../../services/calendars.ts";
import type { HolidayCountry, HolidaySource } from "../../../services/wire.ts";
import { useCalendarMessages } from "../messages.ts";
import type { CalendarDraft } from "./calendar-draft.ts";
import { useCountryName } from "./country-name.ts";

interface Props {
  chosen: readonly HolidaySource[];
  years: CalendarDraft["years"];
  canEdit: boolean;
  onChange: (changes: Partial<CalendarDraft>) => void;
  error: string | undefined;
}

/** Holidays reach no further than so many years from their first. */
const mostYears = 12;

/** Whose holidays are taken over, and for which years. */
export function HolidaysPart({ chosen, years, canEdit, onChange, error }: Props) {
  const m = useCalendarMessages();
  const countries = useHolidayCountries().data ?? [];
  const nameOf = useCountryName();
  const id = useId();
  const replace = (index: number, source: HolidaySource | undefined) =>
    onChange({ holidays: chosen.flatMap((one, at) => (at === index ? (source ? [source] : []) : [one])) });
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.holidays.title}
      </Box>
      {chosen.length === 0 && <Box sx={{ color: "text.secondary", mb: 1 }}>{m.holidays.none}</Box>}
      {chosen.map((source, index) => (
        <Source
          key={`${source.country}-${source.region ?? ""}`}
          source={source}
          country={countries.find(({ code }) => code === source.country)}
          canEdit={canEdit}
          onChange={(changed) => replace(index, changed)}
        />
      ))}
      {canEdit && (
        <AddCountry
          countries={countries}
          onAdd={(code) => {
            const isThere = chosen.some(({ country, region }) => country === code && region === null);
            if (!isThere) onChange({ holidays: [...chosen, { country: code, region: null }] });
          }}
        />
      )}
      {chosen.length > 0 && (
        <TextField
          select
          label={m.holidays.through}
          value={String(years.to)}
          disabled={!canEdit}
          onChange={(event) => onChange({ years: { ...years, to: Number(event.target.value) } })}
          helperText={m.holidays.from(String(years.from))}
          fullWidth
          sx={{ mt: 2 }}
        >
          {Array.from({ length: mostYears }, (_, index) => String(years.from + index)).map((year) => (
            <MenuItem key={year} value={year}>
              {m.holidays.year(year)}
            </MenuItem>
          ))}
        </TextField>
      )}
      {error !== undefined && <FormHelperText error>{error}</FormHelperText>}
      {chosen.length > 0 && (
        <Box sx={{ color: "text.secondary", fontSize: 12, mt: 1 }}>
          {m.holidays.names(chosen.map(nameOf).join(m.join))}
        </Box>
      )}
    </section>
  );
}

function Source({
  source,
  country,
  canEdit,
  onChange,
}: {
  source: HolidaySource;
  country: HolidayCountry | undefined;
  canEdit: boolean;
  onChange: (source: HolidaySource | undefined) => void;
}) {
  const m = useCalendarMessages();
  const nameOf = useCountryName();
  const regions = country?.regions ?? [];
  const isKnown = source.region === null || regions.some(({ code }) => code === source.region);
  const name = nameOf({ ...source, region: null });
  return (
    <Box sx={{ borderTop: 1, borderColor: "rule", py: 0.5 }}>
      <Box sx={{ display: "flex", alignItems: "center", minHeight: 32 }}>
        <Box sx={{ flex: 1 }}>{name}</Box>
        {canEdit && (
          <IconButton aria-label={m.holidays.remove(name)} onClick={() => onChange(undefined)}>
            <CloseIcon sx={{ fontSize: 16 }} />
          </IconButton>
        )}
      </Box>
      {(regions.length > 0 || source.region !== null) && (
        <TextField
          select
          label={m.holidays.region}
          value={source.region ?? ""}
          disabled={!canEdit}
          onChange={(event) => onChange({ ...source, region: event.target.value || null })}
          fullWidth
          sx={{ my: 1 }}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        >
          <MenuItem value="">{m.holidays.wholeCountry}</MenuItem>
          {regions.map(({ code, name: region }) => (
            <MenuItem key={code} value={code}>
              {region}
            </MenuItem>
          ))}
          {!isKnown && <MenuItem value={source.region ?? ""}>{source.region}</MenuItem>}
        </TextField>
      )}
    </Box>
  );
}

/** Names in both languages find a country. */
function AddCountry({ countries, onAdd }: { countries: readonly HolidayCountry[]; onAdd: (code: string) => void }) {
  const m = useCalendarMessages();
  const format = useFormat();
  return (
    <Autocomplete
      // Emptied after each choice.
      value={null}
      blurOnSelect
      options={countries}
      getOptionLabel={({ name }) => format.text(name)}
      getOptionKey={({ code }) => code}
      filterOptions={(options, { inputValue }) => {
        const text = inputValue.trim().toLowerCase();
        return options.filter(({ code, name }) =>
          [code, name.en, name.ja].some((word) => word.toLowerCase().includes(text)),
        );
      }}
      onChange={(_, country) => country && onAdd(country.code)}
      renderInput={(params) => <TextField {...params} label={m.holidays.add} />}
      sx={{ mt: 1 }}
    />
  );
}

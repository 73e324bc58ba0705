import Box from "@mui/material/Box";
import FormControl from "@mui/material/FormControl";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import FormLabel from "@mui/material/FormLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import { type ReactNode, useId } from "react";

interface Props<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  choices: readonly {
    value: T;
    /** The rule as a sentence. */
    sentence: string;
    /** What it means here. */
    effect?: ReactNode;
  }[];
  error: string | undefined;
  pointer: string;
  /** Between the label and the choices: what the effects suppose. */
  children?: ReactNode;
}

/** Rules to choose from, each as a sentence with what it does in the case at hand. */
export function ChoiceGroup<T extends string>({ label, value, onChange, choices, error, pointer, children }: Props<T>) {
  const id = useId();
  return (
    <FormControl error={error !== undefined} data-pointer={pointer} tabIndex={-1}>
      <FormLabel id={id} sx={{ fontSize: 13.5, color: "text.secondary", mb: 0.5 }}>
        {label}
      </FormLabel>
      {children}
      <RadioGroup aria-labelledby={id} value={value} onChange={(_, next) => onChange(next as T)}>
        {choices.map((choice) => (
          <FormControlLabel
            key={choice.value}
            value={choice.value}
            control={<Radio sx={{ alignSelf: "flex-start" }} />}
            label={
              <>
                {choice.sentence}
                {choice.effect && <Effect>{choice.effect}</Effect>}
              </>
            }
            sx={{ "& .MuiFormControlLabel-label": { pt: 0.5, pb: 0.25 } }}
          />
        ))}
      </RadioGroup>
      {error && <FormHelperText>{error}</FormHelperText>}
    </FormControl>
  );
}

/** What a rule means for the schedule at hand, below the rule. */
export function Effect({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: 13, lineHeight: 1.45 }}>
      {children}
    </Box>
  );
}

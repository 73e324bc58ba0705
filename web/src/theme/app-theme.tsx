import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import useMediaQuery from "@mui/material/useMediaQuery";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { makeTheme } from "./theme.ts";

export type ThemeChoice = "system" | "light" | "dark";
const storageKey = "hyoshi.theme";

function keptChoice(): ThemeChoice {
  const kept = localStorage.getItem(storageKey);
  return kept === "light" || kept === "dark" ? kept : "system";
}

const ThemeChoiceContext = createContext<{ choice: ThemeChoice; choose: (choice: ThemeChoice) => void }>({
  choice: "system",
  choose: () => undefined,
});

/** Light or dark as the system says, unless chosen here. */
export function AppTheme({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(keptChoice);
  const systemIsDark = useMediaQuery("(prefers-color-scheme: dark)", { noSsr: true });
  const isDark = choice === "system" ? systemIsDark : choice === "dark";
  const theme = useMemo(() => makeTheme(isDark ? "dark" : "light"), [isDark]);
  const value = useMemo(
    () => ({
      choice,
      choose: (chosen: ThemeChoice) => {
        if (chosen === "system") localStorage.removeItem(storageKey);
        else localStorage.setItem(storageKey, chosen);
        setChoice(chosen);
      },
    }),
    [choice],
  );
  return (
    <ThemeChoiceContext.Provider value={value}>
      <ThemeProvider theme={theme}>
        <CssBaseline />
        {children}
      </ThemeProvider>
    </ThemeChoiceContext.Provider>
  );
}

export const useThemeChoice = () => useContext(ThemeChoiceContext);

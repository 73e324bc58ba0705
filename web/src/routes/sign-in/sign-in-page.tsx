import VisibilityIcon from "@mui/icons-material/VisibilityOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import TextField from "@mui/material/TextField";
import { type FormEvent, useEffect, useState } from "react";
import { useLogin } from "react-admin";
import { ProblemView } from "../../components/problem-view.tsx";
import { Mark } from "../../frame/mark.tsx";
import { LanguageSwitch, ThemeSwitch } from "../../frame/preferences.tsx";
import { useSignInMessages } from "./messages.ts";

export function SignInPage() {
  const m = useSignInMessages();
  const login = useLogin();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    document.title = `${m.title} · hyoshi`;
  }, [m]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await login({ username, password });
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Box sx={{ minHeight: "100vh", display: "flex", flexDirection: "column", bgcolor: "sunken" }}>
      <Box sx={{ display: "flex", justifyContent: "flex-end", p: 1 }}>
        <LanguageSwitch />
        <ThemeSwitch />
      </Box>
      <Box
        component="main"
        sx={{ flex: 1, display: "grid", placeItems: "start center", px: 2, pt: { xs: 4, md: "14vh" } }}
      >
        <Box
          component="form"
          onSubmit={submit}
          sx={{
            width: "100%",
            maxWidth: 360,
            display: "grid",
            gap: 2,
            p: 3,
            bgcolor: "background.paper",
            border: 1,
            borderColor: "divider",
            borderRadius: 1.5,
          }}
        >
          <Box sx={{ display: "flex", gap: 1.25, alignItems: "center", mb: 0.5 }}>
            <Mark size={30} />
            <div>
              <Box component="h1" sx={{ m: 0, fontSize: 18, fontWeight: 650, lineHeight: 1.2 }}>
                hyoshi
              </Box>
              <Box sx={{ fontSize: 13, color: "text.secondary" }}>{m.about}</Box>
            </div>
          </Box>
          {error !== undefined && <ProblemView error={error} />}
          <TextField
            label={m.username}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            autoFocus
            required
            slotProps={{
              htmlInput: { autoComplete: "username", autoCapitalize: "none", spellCheck: false },
              inputLabel: { required: false },
            }}
          />
          <TextField
            label={m.password}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            type={isShown ? "text" : "password"}
            required
            slotProps={{
              htmlInput: { autoComplete: "current-password" },
              inputLabel: { required: false },
              input: {
                endAdornment: (
                  <InputAdornment position="end">
                    <IconButton
                      aria-label={m.show}
                      aria-pressed={isShown}
                      onClick={() => setShown(!isShown)}
                      edge="end"
                    >
                      <VisibilityIcon fontSize="small" />
                    </IconButton>
                  </InputAdornment>
                ),
              },
            }}
          />
          <Button type="submit" variant="contained" loading={isBusy} sx={{ minHeight: 38 }}>
            {m.action}
          </Button>
        </Box>
      </Box>
    </Box>
  );
}

import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { PageHead } from "../../components/page-head.tsx";
import { useSession } from "../../services/session.ts";
import { useAccountMessages } from "./messages.ts";
import { PasswordDialog } from "./password-dialog.tsx";
import { TokensPart } from "./tokens-part.tsx";

export default function AccountPage() {
  const m = useAccountMessages();
  const session = useSession();
  const [isChanging, setChanging] = useState(false);
  return (
    <>
      <PageHead title={m.title} about={session && m.signedInAs(session.user.username)} />
      <Box component="section" sx={{ mb: 4 }}>
        <Box component="h2" sx={{ m: 0, mb: 1, typography: "h2" }}>
          {m.password.title}
        </Box>
        <Button onClick={() => setChanging(true)}>{m.password.change} …</Button>
      </Box>
      <TokensPart />
      {isChanging && <PasswordDialog onClose={() => setChanging(false)} />}
    </>
  );
}

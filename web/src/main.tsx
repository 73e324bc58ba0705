import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./app.css";
import { styleNonce } from "./theme/style-nonce.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");

const cache = createCache({ key: "h", ...(styleNonce !== "" && { nonce: styleNonce }) });

createRoot(root).render(
  <StrictMode>
    <CacheProvider value={cache}>
      <App />
    </CacheProvider>
  </StrictMode>,
);

/** Where the console begins in the browser. */
import "@digital-go-jp/design-tokens/dist/tokens.css";
import "./ui/theme.css";
import "./ui/console.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Console } from "./console.tsx";

const root = document.querySelector("#root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
}

/** Builds the console into `dist`: hashed assets, no inlined script or style, no reference to any other host. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: "es2024",
    assetsInlineLimit: 0,
    // The polyfill is an inline script's worth of code that no browser with WebCrypto Ed25519 needs.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});

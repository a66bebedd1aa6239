import type { Plugin } from "vite";

/** Where models may come from: the Hub and the hosts that its files lie on. */
const MODEL_HOSTS = "https://huggingface.co https://*.huggingface.co https://*.hf.co";

/** Servers that may encode (`sam2 serve`), beside the one that the app came from: those of this computer. */
const SERVERS = "http://127.0.0.1:* http://localhost:*";

const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' blob:",
  `connect-src 'self' blob: ${MODEL_HOSTS} ${SERVERS}`,
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Writes the policy into the built page; the development server needs scripts of its own. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: "sam2js:content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

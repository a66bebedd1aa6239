import type { PngSource } from "@sam2js/core";
import { handingOverData, serve } from "@sam2js/runtime-ort/worker";
import type { DecodeRequest } from "../desk/desk.js";
import { workerScope } from "../worker-scope.js";
import { localDesk } from "./local-desk.js";

serve(workerScope, {
  decode: async (request: DecodeRequest) => handingOverData(await localDesk.decode(request)),
  encodePng: async (image: PngSource) => handingOverData(await localDesk.encodePng(image)),
  write: localDesk.write,
});

import type { Port } from "@sam2js/runtime-ort";
import { serve } from "@sam2js/runtime-ort/worker";
import { paintMethods } from "./paint-methods.js";

serve(globalThis as unknown as Port, paintMethods());

import { type Port, serve } from "../services/rpc.js";
import { paintMethods } from "./paint-methods.js";

serve(globalThis as unknown as Port, paintMethods());

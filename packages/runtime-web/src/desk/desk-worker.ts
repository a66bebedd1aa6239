import { serve } from "../worker/serve.js";
import { localDesk } from "./local-desk.js";

serve(localDesk);

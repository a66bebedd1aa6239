import { decode } from "../images/decode.js";
import { encodePng } from "../png/encode-png.js";
import { writeOpfsFile } from "../store/write-opfs-file.js";

/** The desk's work itself: in its worker, or in the page without one. */
export const localDesk = { decode, encodePng, write: writeOpfsFile };

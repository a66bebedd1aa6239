import { defineSegmentAnything } from "./define-segment-anything.js";

defineSegmentAnything();

import { Segment } from "./segment";

export default function Page() {
  return <Segment />;
}

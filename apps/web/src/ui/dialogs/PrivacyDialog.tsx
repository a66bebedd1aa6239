import type { JSX } from "preact";
import { requestsByHost } from "../../clients/requests-log.js";
import { sentTo } from "../../state/remote.js";
import { choice } from "../../state/session.js";
import { numberText } from "../../words/numbers.js";
import { fill, words } from "../../words/words.js";
import { Dialog } from "./Dialog.js";

export function PrivacyDialog(): JSX.Element {
  const text = words().privacy;
  const hosts = requestsByHost();
  const receiver = sentTo(choice.value);
  const { sent, sentText } = words().remote;
  return (
    <Dialog title={receiver ? fill(sent, { host: receiver }) : text.title} name="privacy">
      <p class="lead-small">{receiver ? fill(sentText, { host: receiver }) : text.lead}</p>
      <div class="group-title">{text.requestsOf}</div>
      <table class="requests">
        <thead>
          <tr>
            <th scope="col">{text.from}</th>
            <th scope="col">{text.requests}</th>
            <th scope="col">{text.received}</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(({ host, count, bytes, isOwn }) => (
            <tr key={host}>
              <td>
                {host} <span class="dim">{isOwn ? text.own : text.models}</span>
              </td>
              <td class="num">{count}</td>
              <td class="num">{fill(words().unit.megabytes, { count: numberText(bytes / 1e6, 1) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

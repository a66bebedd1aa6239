import type { JSX } from "preact";
import { requestsByHost } from "../../clients/requests-log.js";
import { Dialog } from "./Dialog.js";

export function PrivacyDialog(): JSX.Element {
  const hosts = requestsByHost();
  return (
    <Dialog title="Nothing is uploaded" name="privacy">
      <p class="lead-small">
        Your pictures stay in this tab. The network is used only to fetch the app and the model you choose.
        Pull the plug and try.
      </p>
      <div class="group-title">
        Requests of the page itself (models are fetched by its worker, from where you name)
      </div>
      <table class="requests">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Requests</th>
            <th scope="col">Received</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(({ host, count, bytes, isOwn }) => (
            <tr key={host}>
              <td>
                {host} <span class="dim">{isOwn ? "this app" : "model files"}</span>
              </td>
              <td class="num">{count}</td>
              <td class="num">{(bytes / 1e6).toFixed(1)} MB</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

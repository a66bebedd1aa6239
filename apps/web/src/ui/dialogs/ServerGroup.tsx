import type { JSX } from "preact";
import { remoteName } from "../../protocol/engine.js";
import { picker } from "../../state/picker.js";
import {
  connect,
  type ServerState,
  server,
  serverAddress,
  serverToken,
  setServerAddress,
  setServerToken,
  takeServerModel,
} from "../../state/server.js";
import { closeDialog, model } from "../../state/session.js";
import { fill, words } from "../../words/words.js";

/** Models that encode elsewhere: on a server, or ahead, in a folder of prepared photos. */
export function ServerGroup(): JSX.Element {
  const text = words();
  return (
    <>
      <div>
        <div class="group-title">{text.server.title}</div>
        <form
          class="own"
          onSubmit={(event) => {
            event.preventDefault();
            void connect();
          }}
        >
          <input
            class="text-input"
            inputMode="url"
            autocapitalize="off"
            placeholder={text.server.example}
            aria-label={text.server.url}
            data-testid="server-url"
            value={serverAddress.value}
            onInput={({ currentTarget }) => setServerAddress(currentTarget.value)}
          />
          <input
            class="text-input token"
            type="password"
            autocomplete="off"
            placeholder={text.server.token}
            aria-label={text.server.token}
            data-testid="server-token"
            value={serverToken.value}
            onInput={({ currentTarget }) => setServerToken(currentTarget.value)}
          />
          <button
            type="submit"
            class="button"
            data-testid="server-connect"
            disabled={server.value.kind === "asking"}
          >
            {server.value.kind === "asking" ? text.server.connecting : text.server.connect}
          </button>
        </form>
        <Answer state={server.value} />
        <p class="dim note">{text.server.about}</p>
      </div>
      <div>
        <div class="group-title">{text.prepared.title}</div>
        <button
          type="button"
          class="button"
          data-testid="prepared-folder"
          onClick={() => {
            closeDialog();
            picker.openFolder(false);
          }}
        >
          {text.prepared.choose}
        </button>
        <p class="dim note">{text.prepared.about}</p>
      </div>
    </>
  );
}

/** What the server said. */
function Answer({ state }: { readonly state: ServerState }): JSX.Element | null {
  const text = words().server;
  if (state.kind === "failed") {
    const { app } = state;
    return (
      <p class="note fault" role="alert" data-testid="server-fault">
        {state.text} {app && <a href={app.href}>{fill(text.openThere, { host: app.host })}</a>}
      </p>
    );
  }
  if (state.kind !== "there") return null;
  const { place, models } = state;
  const { host } = new URL(place.url);
  return (
    <div class="models" role="group" aria-label={fill(text.there, { host, count: models.length })}>
      {models.map((each) => {
        const { name, imageSize } = each;
        const isUsed = model.value?.name === remoteName(name, place);
        return (
          <div key={name} class={isUsed ? "model-row used" : "model-row"}>
            <span class="model-name">
              <b>{name}</b>
              <small>{fill(text.model, { host, side: imageSize })}</small>
            </span>
            <button
              type="button"
              class="button small"
              data-testid={`use-server-${name}`}
              aria-label={fill(words().models.useName, { name })}
              onClick={() => takeServerModel(place, each)}
            >
              {isUsed ? words().models.reload : words().models.use}
            </button>
          </div>
        );
      })}
    </div>
  );
}

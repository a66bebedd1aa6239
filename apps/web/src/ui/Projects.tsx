import type { JSX } from "preact";
import {
  deleteProject,
  downloadProject,
  openSavedProject,
  type ProjectCard,
  projects,
  renameProject,
} from "../state/projects.js";
import { askFirst } from "../state/session.js";
import { listText, whenText } from "../words/numbers.js";
import { fill, words } from "../words/words.js";
import { endTyping } from "./end-typing.js";
import { Icon } from "./icons.js";

/** Saved projects, the newest first. */
export function Projects(): JSX.Element | null {
  const listed = projects.value ?? [];
  if (listed.length === 0) return null;
  const newest = listed.find(({ isLater }) => !isLater);
  return (
    <section class="projects" aria-label={words().welcome.projects}>
      <h2>{words().welcome.projects}</h2>
      <ul>
        {listed.map((card) => (
          <Card key={card.id} card={card} isNewest={card === newest} />
        ))}
      </ul>
    </section>
  );
}

function Card({ card, isNewest }: { card: ProjectCard; isNewest: boolean }): JSX.Element {
  const { id, name, photos, objects, changed, preview, isLater } = card;
  const { count, welcome } = words();
  const holds = listText([fill(count.photos, { count: photos }), fill(count.objects, { count: objects })]);
  const when = whenText(changed);
  const picture = preview && <img src={preview} alt="" width="420" height="280" />;
  return (
    <li class="project" data-testid="project">
      {isLater ? (
        <div class="project-open later">{picture}</div>
      ) : (
        <button
          type="button"
          class="project-open"
          data-testid={isNewest ? "continue" : "open-project"}
          aria-label={fill(isNewest ? welcome.continueCard : welcome.openCard, { name, holds, when })}
          onClick={() => void openSavedProject(id)}
        >
          {picture}
          {isNewest && <span>{welcome.continue}</span>}
        </button>
      )}
      <div class="project-line">
        {isLater ? (
          <bdi class="project-name">{name}</bdi>
        ) : (
          <input
            class="name-input"
            dir="auto"
            aria-label={fill(welcome.nameOf, { name })}
            data-testid="project-name"
            value={name}
            onKeyDown={endTyping}
            onChange={({ currentTarget }) => void renameProject(id, currentTarget.value.trim() || name)}
          />
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={fill(welcome.delete, { name })}
          data-testid="delete-project"
          onClick={() =>
            askFirst({
              title: fill(welcome.askDelete, { name }),
              text: fill(welcome.deleteText, { holds: isLater ? name : holds, when }),
              action: welcome.deleteAction,
              run: () => void deleteProject(id),
            })
          }
        >
          <Icon name="bin" />
        </button>
      </div>
      <small class="dim num">
        <span>{isLater ? welcome.later : holds}</span> <span>{when}</span>
      </small>
      {isLater && (
        <button
          type="button"
          class="button small"
          data-testid="download-project"
          aria-label={fill(welcome.saveNamed, { name })}
          onClick={() => void downloadProject(id)}
        >
          {words().remedy.saveAsFile}
        </button>
      )}
    </li>
  );
}

import type { JSX } from "preact";
import {
  deleteProject,
  openSavedProject,
  type ProjectCard,
  projects,
  renameProject,
} from "../state/projects.js";
import { askFirst } from "../state/session.js";
import { countText } from "./count-text.js";
import { Icon } from "./icons.js";
import { whenText } from "./when-text.js";

/** Saved projects, the newest first. */
export function Projects(): JSX.Element | null {
  const listed = projects.value ?? [];
  if (listed.length === 0) return null;
  return (
    <section class="projects" aria-label="Your projects">
      <h2>Your projects</h2>
      <ul>
        {listed.map((card, i) => (
          <Card key={card.id} card={card} isNewest={i === 0} />
        ))}
      </ul>
    </section>
  );
}

function Card({ card, isNewest }: { card: ProjectCard; isNewest: boolean }): JSX.Element {
  const { id, name, photos, objects, changed, preview } = card;
  const holds = `${countText(photos, "photo")}, ${countText(objects, "object")}`;
  return (
    <li class="project" data-testid="project">
      <button
        type="button"
        class="project-open"
        data-testid={isNewest ? "continue" : "open-project"}
        aria-label={`${isNewest ? "Continue" : "Open"} ${name}: ${holds}, ${whenText(changed)}`}
        onClick={() => void openSavedProject(id)}
      >
        {preview && <img src={preview} alt="" width="420" height="280" />}
        {isNewest && <span>Continue</span>}
      </button>
      <div class="project-line">
        <input
          class="name-input"
          aria-label={`Name of ${name}`}
          data-testid="project-name"
          value={name}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Enter") event.currentTarget.blur();
          }}
          onChange={({ currentTarget }) => void renameProject(id, currentTarget.value.trim() || name)}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={`Delete ${name}`}
          data-testid="delete-project"
          onClick={() =>
            askFirst({
              title: `Delete “${name}”?`,
              text: `${holds}, last saved ${whenText(changed)}. Nothing brings them back.`,
              action: "Delete",
              run: () => void deleteProject(id),
            })
          }
        >
          <Icon name="bin" />
        </button>
      </div>
      <small class="dim num">
        <span>{holds}</span> <span>{whenText(changed)}</span>
      </small>
    </li>
  );
}

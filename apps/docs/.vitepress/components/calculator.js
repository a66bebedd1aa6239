import { runCost } from "./run-cost.js";

const form = document.querySelector(".calculator");
const figures = JSON.parse(form.dataset.figures);

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  const fields = [...form.elements].filter(({ name }) => name);
  const run = Object.fromEntries(fields.map((field) => [field.name, read(field)]));
  form.elements.clicks.closest("label").hidden = run.isEverything;
  for (const [name, text] of Object.entries(runCost(figures, run)))
    form.querySelector(`[data-result="${name}"]`).textContent = text;
});

function read({ type, checked, value, valueAsNumber }) {
  if (type === "checkbox") return checked;
  return type === "number" ? valueAsNumber : value;
}

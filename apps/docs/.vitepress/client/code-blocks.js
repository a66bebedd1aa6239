const COPIED_MS = 2000;

addEventListener("click", async ({ target }) => {
  const button = target.closest?.("button.copy");
  if (!button) return;
  const text = button.parentElement.querySelector("pre").textContent;
  const isShell = /language-(ba|z)?sh/.test(button.parentElement.className);
  await navigator.clipboard.writeText(isShell ? text.replace(/^ *\$ /gm, "").trim() : text);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), COPIED_MS);
});

// The tabs of a group of code blocks are radio buttons, in the order of their blocks.
addEventListener("change", ({ target }) => {
  const group = target.closest?.(".vp-code-group");
  if (!group) return;
  const index = [...group.querySelectorAll("input")].indexOf(target);
  [...group.querySelector(".blocks").children].forEach((block, i) => {
    block.classList.toggle("active", i === index);
  });
});

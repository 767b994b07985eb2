/* Which passages were used: asked below an answer, followed until it is known. */

"use strict";

(() => {
  const { call, actions } = citewell;
  const followed = new Set(); // turns
  const boxOf = (turn) =>
    [...document.querySelectorAll("article[data-turn]")]
      .find((article) => article.dataset.turn === turn)?.querySelector(".cw-used");

  /* The focus goes from the button that asked to the one that stops, and to what is found. */
  function show(box, { html, running }, asked) {
    if (running && box.querySelector("button:active")) return; // it is being clicked on
    const held = box.contains(document.activeElement) || asked === document.activeElement;
    box.setAttribute("aria-busy", String(running));
    if (box.innerHTML !== html) box.innerHTML = html;
    if (held) (box.querySelector("button") || box).focus({ preventScroll: true });
  }

  async function follow(turn, asked) {
    if (followed.has(turn)) return;
    followed.add(turn);
    let state = await call("used", { turn });
    for (;;) {
      const box = boxOf(turn);
      if (!box) break; // another conversation is looked at
      show(box, state, asked);
      if (!state.running) break;
      await new Promise((done) => { setTimeout(done, 400); });
      try { state = await call("used-state", { turn }); } catch { /* away for a moment */ }
    }
    followed.delete(turn);
    boxOf(turn)?.scrollIntoView({ block: "nearest" });
  }

  Object.assign(actions, {
    used: (button) => follow(button.closest("article").dataset.turn, button),
    "used-stop": (button) => call("stop", { job: button.dataset.job }),
  });
})();

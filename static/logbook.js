/* The log form: today and yesterday with one tap, a book of the list or a typed one but not both, and the
   suggestions (books.js) fetched only when somebody begins to write a title. The form works without it. */
(() => {
  "use strict";
  const title = document.querySelector("input[data-books]");
  const picks = Array.from(document.querySelectorAll("input[name=book_id][type=radio]"));
  const day = document.querySelector("input[data-day]");
  const days = document.querySelector("[data-days]");

  title.addEventListener("focus", () => {
    const script = document.createElement("script");
    script.src = title.dataset.script;
    document.head.appendChild(script);
  }, { once: true });
  title.addEventListener("input", () => {
    if (title.value) picks.forEach((pick) => { pick.checked = false; });
  });
  picks.forEach((pick) => pick.addEventListener("change", () => { title.value = ""; }));

  const buttons = Array.from(days.querySelectorAll("button"));
  const show = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === day.value)));
  buttons.forEach((button) => button.addEventListener("click", () => {
    day.value = button.value;
    show();
  }));
  day.addEventListener("input", show);
  days.hidden = false;
  show();

  // keep.js holds what is typed through a detour. It would be one file too many for a first load: so it comes when
  // somebody begins to fill in, or when something is held or came back.
  const keeper = document.currentScript.dataset.keep, form = document.querySelector("main form[method=post][id]");
  const keep = () => {
    const script = document.createElement("script");
    script.src = keeper;
    document.head.appendChild(script);
  };
  let holds = false;
  try { holds = "typed" in sessionStorage; } catch (error) { /* No storage: nothing is held. */ }
  if (holds || "sent" in document.body.dataset || form.contains(document.activeElement)) keep();
  else form.addEventListener("focusin", keep, { once: true });
  // Whoever is quicker than the script has sent the form: what was held of it, for this reader, is older.
  if (holds) form.addEventListener("submit", () => {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem("typed")); } catch (error) { /* Nothing that could come back. */ }
    const isOther = kept && (kept.path !== location.pathname || kept.reader !== new FormData(form).get("resident"));
    if (!isOther) sessionStorage.removeItem("typed");
  });
})();

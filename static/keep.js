/* Holds what stands in a page's form while somebody takes a detour (the list of townships, another text size or
   language, for whom it is, a consent to be given again), and puts it back once when that form's page comes again in this
   tab, for the reader it was typed for or was taken along to. Passwords, codes and hidden fields are never held. Without
   it the form begins anew. */
(() => {
  "use strict";
  const KEY = "typed", MINUTES = 10, NEVER = ["hidden", "password", "file", "submit", "button"];
  const form = document.querySelector("main form[method=post][id]");
  if (!form) return;
  // Not form.id: many forms have a field of that name.
  const formId = form.getAttribute("id");
  // Whose page this is; another window may have somebody else sign in before a link is tapped.
  const account = (/(?:^|; )account=([^;]*)/.exec(document.cookie) || ["", ""])[1];
  const wasSent = "sent" in document.body.dataset;

  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const nameOf = (field) => (isTick(field) ? field.name + "=" + field.value : field.name);
  const fields = () => Array.from(form.elements).filter((field) => field.name && field.name !== "code" &&
    NEVER.indexOf(field.type) < 0 && !/password|one-time/.test(field.autocomplete));

  // Of whom the form is, where its address may name another: what was typed of a child is no record of the parent. A
  // choice that can be seen is a field like any other, and comes back with them.
  const reader = () => (form.querySelector("input[type=hidden][name=resident]") ? new FormData(form).get("resident") : null);

  // A phone may keep no storage at all, or be out of room: then the form begins anew.
  function stored(act) {
    try { return act(window.sessionStorage); } catch (error) { return null; }
  }
  const forget = () => stored((storage) => storage.removeItem(KEY));

  function hold(link) {
    // Whoever taps another reader of the same form takes along what was typed.
    const chosen = link.pathname === location.pathname && new URLSearchParams(link.search).get("resident");
    const told = {};
    fields().forEach((field) => { told[nameOf(field)] = isTick(field) ? field.checked : field.value; });
    forget();
    stored((storage) => storage.setItem(KEY, JSON.stringify({
      path: location.pathname, form: formId, reader: chosen || reader(), account, at: Date.now(), asked: location.search, told
    })));
  }

  function isUntouched(field) {
    if (isTick(field)) return field.checked === field.defaultChecked;
    if (!field.options) return field.value === field.defaultValue;
    const first = Array.from(field.options).find((option) => option.defaultSelected) || field.options[0];
    return !first || field.value === first.value;
  }

  function fill(field, value) {
    if (isTick(field)) {
      field.checked = value;
    } else {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const folded = field.closest("details");
    if (folded) folded.open = true;
  }

  const held = () => stored((storage) => JSON.parse(storage.getItem(KEY)));
  const isOfThis = (kept) => kept.path === location.pathname && kept.form === formId && kept.reader === reader();

  function putBack() {
    const kept = held();
    if (!kept) return;
    const isOld = !(Math.abs(Date.now() - kept.at) < MINUTES * 60000);
    const isOther = !isOfThis(kept);
    if (isOther && kept.account === account && !isOld) return;
    forget();
    if (isOther || kept.account !== account || isOld || wasSent) return;
    const before = new URLSearchParams(kept.asked), now = new URLSearchParams(location.search);
    fields().forEach((field) => {
      const value = kept.told[nameOf(field)], current = isTick(field) ? field.checked : field.value;
      // What was chosen on the way stands in the address, and is newer; so is what was typed before this script came.
      const isChosen = now.has(field.name) && now.get(field.name) !== before.get(field.name);
      if (value !== undefined && value !== current && !isChosen && isUntouched(field)) fill(field, value);
    });
  }

  function isDetour(link) {
    return link.closest(".switch, [data-detour]") || form.contains(link) || link.pathname === location.pathname;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.host === location.host && link.getAttribute("href")[0] !== "#" && isDetour(link)) hold(link);
  });
  // What is held for another reader, or of another form, waits on; whoever signs out leaves nothing behind.
  document.addEventListener("submit", (event) => {
    const kept = held();
    if (event.target !== form || !kept || isOfThis(kept)) forget();
  });
  putBack();
})();

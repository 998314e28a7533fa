// Suggests communities while one types where one lives. Without it the name is looked up when the form is sent.
(function () {
  "use strict";

  function suggest(input) {
    var list = document.createElement("ul");
    list.className = "offered plain";
    list.hidden = true;
    input.insertAdjacentElement("afterend", list);
    var asked = "";
    var timer = 0;

    function show(results) {
      list.textContent = "";
      results.forEach(function (result) {
        var button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-link";
        button.textContent = result.label;
        button.addEventListener("click", function () {
          // The whole label names one place; the server reads it back.
          input.value = result.label;
          asked = result.label;
          list.hidden = true;
          input.focus();
        });
        var item = document.createElement("li");
        item.appendChild(button);
        list.appendChild(item);
      });
      list.hidden = results.length === 0;
    }

    function look() {
      var text = input.value.trim();
      if (text === asked) {
        return;
      }
      asked = text;
      if (!text) {
        show([]);
        return;
      }
      var address = input.dataset.search + (input.dataset.search.indexOf("?") < 0 ? "?" : "&");
      fetch(address + "q=" + encodeURIComponent(text), { headers: { Accept: "application/json" } })
        .then(function (answer) {
          return answer.ok ? answer.json() : { results: [] };
        })
        .then(function (found) {
          if (asked === text) {
            show(found.results);
          }
        })
        .catch(function () {
          // No signal: the form looks the name up when it is sent.
          show([]);
        });
    }

    input.addEventListener("input", function () {
      window.clearTimeout(timer);
      // What is put back is not being typed.
      if (document.activeElement === input) {
        timer = window.setTimeout(look, 200);
      }
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        list.hidden = true;
      }
    });
    // On a weak network the page is there, and typed into, before this script is.
    if (document.activeElement === input) {
      look();
    }
  }

  document.querySelectorAll("input[data-search]").forEach(suggest);

  // keep.js holds what is typed through a detour. It would be one file too many for a first load: so it comes when
  // somebody begins to fill in, or when something is held.
  const keeper = document.currentScript.dataset.keep, form = document.querySelector("main form[method=post][id]");
  const keep = () => {
    const script = document.createElement("script");
    script.src = keeper;
    document.head.appendChild(script);
  };
  let holds = false;
  try { holds = "typed" in sessionStorage; } catch (error) { /* No storage: nothing is held. */ }
  if (form && (holds || form.contains(document.activeElement))) {
    keep();
  } else if (form) {
    form.addEventListener("focusin", keep, { once: true });
  }
  // Whoever is quicker than the script has sent the form: what was held of it is older.
  if (form && holds) {
    form.addEventListener("submit", () => {
      let kept = null;
      try { kept = JSON.parse(sessionStorage.getItem("typed")); } catch (error) { /* Nothing that could come back. */ }
      if (!kept || kept.path === location.pathname) sessionStorage.removeItem("typed");
    });
  }
})();

/* Tells staff, five minutes before, that they will be signed out for having sent nothing, and lets them stay with one
   tap: nothing typed is lost to a time limit. Without this script signing in again leads back to the page. */
(function () {
  "use strict";
  var WARN_SECONDS = 300, LONGEST_SECONDS = 86400;
  var box = document.querySelector("[data-stay]");
  if (!box || !window.fetch) { return; }
  var button = box.querySelector("button"), timer = null;

  function say(name) {
    Array.prototype.forEach.call(box.querySelectorAll("[data-say]"), function (one) {
      one.hidden = one.getAttribute("data-say") !== name;
    });
    button.hidden = name === "last" || name === "over";
    box.hidden = false;
  }

  function wait(seconds, told) {
    window.clearTimeout(timer);
    if (seconds > LONGEST_SECONDS) { return; }
    if (seconds > WARN_SECONDS) {
      box.hidden = true;
      timer = window.setTimeout(function () { wait(WARN_SECONDS, "soon"); }, (seconds - WARN_SECONDS) * 1000);
    } else if (seconds > 0) {
      say(told);
      timer = window.setTimeout(function () { say("over"); }, seconds * 1000);
    } else {
      say("over");
    }
  }

  button.addEventListener("click", function () {
    var form = new FormData(document.querySelector("form[action=\"" + box.dataset.signOut + "\"]"));
    fetch(box.dataset.stay, {
      method: "POST", credentials: "same-origin", headers: { "Accept": "application/json" },
      body: new URLSearchParams({ csrf_token: form.get("csrf_token") })
    }).then(function (answer) {
      if (answer.status === 401) { return { seconds: 0 }; }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (told) { wait(told.seconds, "last"); }).catch(function () { say("lost"); });
  });

  wait(Number(box.dataset.seconds), "soon");
}());

/* What the page kept without names knows of neither an event nor an account: its addresses are made this event's, and
   who is signed in on this phone gets the menu of who is signed in. */
(function () {
  "use strict";
  var path = location.pathname.match(/^\/events\/([0-9a-f-]{36})\/roster$/), queue = window.readingQueue;
  if (document.querySelector("[data-phone]").dataset.event || !path) { return; }
  ["href", "action", "data-event", "data-look", "data-send"].forEach(function (name) {
    document.querySelectorAll("main [" + name + "]").forEach(function (one) {
      var address = one.getAttribute(name).replace(/0{8}-[0-]{27}/, path[1]);
      one.setAttribute(name, address.replace("/events/roster-shell", location.pathname));
    });
  });
  document.querySelector(".find input[type=search]").value = new URLSearchParams(location.search).get("q") || "";
  if (queue.tag) { document.querySelector(".nav").replaceWith(document.querySelector("[data-nav]").content); }
})();

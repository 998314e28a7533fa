/* Planning: an end two hours after the start, as long as nobody chose another. */
(function () {
  "use strict";
  var start = document.getElementById("starts_at");
  var end = document.getElementById("ends_at");
  if (!start || !end || end.value) { return; }
  var chosen = false;
  end.addEventListener("input", function () { chosen = true; });
  start.addEventListener("change", function () {
    if (chosen || !start.value) { return; }
    // Reckoned as if it were UTC: only the wall clock matters here.
    var later = new Date(start.value + "Z");
    later.setUTCHours(later.getUTCHours() + 2);
    if (!isNaN(later)) { end.value = later.toISOString().slice(0, 16); }
  });
})();

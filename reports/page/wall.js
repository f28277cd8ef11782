'use strict';
(function () {
  var SECONDS = 15;
  var wall = document.querySelector('.wall'), bar = document.querySelector('.clock i');
  var views = Array.prototype.slice.call(document.querySelectorAll('.view'));
  var at = 0, timer = null, since = 0, left = SECONDS * 1000, held = false;

  function show(n) {
    views[at].classList.remove('on');
    at = (n + views.length) % views.length;
    views[at].classList.add('on');
    document.querySelector('.count').textContent = at + 1;
    bar.style.setProperty('--at', (at + 1) / views.length);
    wall.classList.remove('run');
    void bar.offsetWidth; // the bar starts anew
    wall.classList.add('run');
    left = SECONDS * 1000;
    if (!held) start();
  }
  function start() {
    clearTimeout(timer);
    since = Date.now();
    timer = setTimeout(function () { show(at + 1); }, left);
  }
  function hold() {
    held = !held;
    wall.classList.toggle('hold', held);
    if (!held) return start();
    clearTimeout(timer);
    left = Math.max(0, left - (Date.now() - since));
  }
  window.addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    var to = { ArrowRight: at + 1, PageDown: at + 1, ArrowLeft: at - 1, PageUp: at - 1, Home: 0, End: -1 }[e.key];
    if (e.key === ' ') hold(); else if (to !== undefined) show(to); else return;
    e.preventDefault();
  });
  // Long headlines are set smaller until all are in sight.
  views.forEach(function (v) {
    var lead = v.querySelector('.lead');
    for (var size = 38; lead && size > 24 && v.scrollHeight > v.clientHeight; size -= 2) lead.style.fontSize = size + 'px';
  });
  // A screen of another size shows the whole of it.
  function fit() {
    var scale = Math.min(innerWidth / 1920, innerHeight / 1080);
    wall.style.transform = scale === 1 ? '' : 'translate(' + (innerWidth - 1920 * scale) / 2 + 'px,' + (innerHeight - 1080 * scale) / 2 + 'px) scale(' + scale + ')';
  }
  window.addEventListener('resize', fit);
  fit();
  var part = parseInt(location.hash.slice(1), 10);
  show(part > 0 && part <= views.length ? part - 1 : 0);
})();

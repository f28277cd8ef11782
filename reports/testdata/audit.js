// What a reader could stumble over in the page as it stands on the screen; a
// list of complaints. It looks at what is shown, as a tool for accessibility does.
(function () {
  var bad = [], inked = /\S/;
  function shown(e) { return e.getClientRects().length > 0 && e.checkVisibility({ visibilityProperty: true, opacityProperty: true }); }
  function all(selector) { return Array.from(document.querySelectorAll(selector)).filter(shown); }
  function where(e) { return e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + e.className : '') + ' "' + e.textContent.trim().slice(0, 30) + '"'; }
  function name(e) { return (e.getAttribute('aria-label') || '') + Array.from(e.labels || []).map(function (l) { return l.textContent; }).join(''); }

  // Pictures, landmarks, links.
  all('img, svg, [role=img]').forEach(function (e) {
    if (e.closest('[aria-hidden=true]') || e.parentElement.closest('[role=img]')) return;
    if (!inked.test(name(e))) bad.push('no name: ' + where(e));
  });
  all('figure').forEach(function (e) { if (!e.querySelector('figcaption, [aria-label]')) bad.push('figure without caption: ' + e.id); });
  all('nav, [role=region], section:not([id])').forEach(function (e) { if (!inked.test(name(e))) bad.push('no name: ' + where(e)); });
  all('a, button, summary, select, input').forEach(function (e) { if (!inked.test(e.textContent + name(e))) bad.push('nothing to say: ' + where(e)); });
  document.querySelectorAll('[tabindex]').forEach(function (e) { if (e.tabIndex > 0) bad.push('tab order of its own: ' + where(e)); });
  document.querySelectorAll('a[href^="#"]').forEach(function (e) { if (!document.getElementById(e.getAttribute('href').slice(1))) bad.push('leads nowhere: ' + e.getAttribute('href')); });
  var ids = {};
  document.querySelectorAll('[id]').forEach(function (e) { if (ids[e.id]) bad.push('twice: #' + e.id); ids[e.id] = true; });

  // Tables.
  document.querySelectorAll('table').forEach(function (t) {
    if (!t.caption || !inked.test(t.caption.textContent)) bad.push('table without caption: ' + where(t));
    if (!t.querySelector('th')) bad.push('table without headers: ' + where(t));
    t.querySelectorAll('th').forEach(function (h) {
      if (!h.scope) bad.push('header of nothing: ' + where(h));
      if (!inked.test(h.textContent)) bad.push('empty header in ' + (t.id || where(t)));
    });
    var widths = new Set(Array.from(t.rows).map(function (r) { return Array.from(r.cells).reduce(function (n, c) { return n + c.colSpan; }, 0); }));
    if (widths.size > 1) bad.push('rows of ' + Array.from(widths) + ' cells: ' + (t.id || where(t)));
  });

  // Headings: none is left out on the way down.
  var level = 0;
  all('h1, h2, h3, h4').forEach(function (h) {
    var n = +h.tagName[1];
    if (n > level + 1) bad.push('h' + n + ' under h' + level + ': ' + where(h));
    level = n;
  });

  // Text that its box cuts, and text outside its picture.
  all('p, li, td, th, dt, dd, h1, h2, h3, a, summary, caption, figcaption, span, b, small').forEach(function (e) {
    if (getComputedStyle(e).display.indexOf('inline') === 0 || e.clientWidth <= 1 || !inked.test(e.textContent)) return;
    if (e.scrollWidth > e.clientWidth + 1) bad.push('cut: ' + where(e) + ' ' + e.scrollWidth + ' in ' + e.clientWidth);
  });
  all('.box svg text, .pic svg text').forEach(function (e) {
    if (e.closest('[clip-path]')) return; // of a legend that is leafed through
    var r = e.getBoundingClientRect(), b = e.closest('svg').getBoundingClientRect();
    // The box of a Chinese font reaches well above and below its characters.
    var air = 0.3 * r.height;
    if (r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - air || r.bottom > b.bottom + air) bad.push('outside its picture: ' + where(e) + ' in ' + ((e.closest('figure') || {}).id || 'the view') + ', ' + [r.left - b.left, b.right - r.right, r.top - b.top, b.bottom - r.bottom].map(Math.round));
  });

  // Contrast.
  function rgb(color) {
    var m = /rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?/.exec(color);
    return m ? { r: +m[1], g: +m[2], b: +m[3], a: m[4] === undefined ? 1 : +m[4] } : { r: 0, g: 0, b: 0, a: 0 };
  }
  function light(c) {
    return [c.r, c.g, c.b].map(function (v) { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); })
      .reduce(function (sum, v, i) { return sum + v * [0.2126, 0.7152, 0.0722][i]; }, 0);
  }
  function ratio(x, y) { x = light(x); y = light(y); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); }
  function ground(e) {
    for (; e; e = e.parentElement) { var c = rgb(getComputedStyle(e).backgroundColor); if (c.a > 0.99) return c; }
    return { r: 255, g: 255, b: 255, a: 1 };
  }
  function weigh(e, ink, paper) {
    var s = getComputedStyle(e), size = parseFloat(s.fontSize) * (e.getScreenCTM ? e.getScreenCTM().a : 1), large = size >= 24 || size >= 18.66 && s.fontWeight >= 700;
    var got = ratio(ink, paper);
    if (got < (large ? 3 : 4.5)) bad.push('contrast ' + got.toFixed(2) + ': ' + where(e) + ' ' + JSON.stringify(ink) + JSON.stringify(paper));
  }
  var walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), node, seen = new Set();
  while ((node = walker.nextNode())) {
    var e = node.parentElement;
    if (!inked.test(node.data) || seen.has(e) || e.closest('svg, script, style, .v') || !shown(e)) continue;
    seen.add(e);
    weigh(e, rgb(getComputedStyle(e).color), ground(e));
  }
  // In a picture the ground is the topmost shape drawn before that holds the
  // middle of the text.
  all('.box > svg text, .pic > svg text').forEach(function (e) {
    var svg = e.closest('svg'), b = e.getBBox(), p = svg.createSVGPoint(), paper = { r: 255, g: 255, b: 255 };
    p.x = b.x + b.width / 2; p.y = b.y + b.height / 2;
    for (var s = e.previousElementSibling; s; s = s.previousElementSibling) {
      if (s.isPointInFill && getComputedStyle(s).fill !== 'none' && s.tagName !== 'text' && s.isPointInFill(p)) { paper = rgb(getComputedStyle(s).fill); break; }
    }
    weigh(e, rgb(getComputedStyle(e).fill), paper);
  });
  return Array.from(new Set(bad)).slice(0, 40);
})()

'use strict';
// canbao draws the charts below a root, and lets go of them.
var canbao = (function () {
  var font = getComputedStyle(document.body).fontFamily, drawn = [];

  // A chart is drawn when its figure comes near the window, so that the page is
  // there at once however many there are. Until then, and on paper, its still
  // picture stands in its place.
  var near = new IntersectionObserver(function (seen) {
    seen.forEach(function (s) {
      if (!s.isIntersecting) return;
      near.unobserve(s.target);
      try { draw(s.target); } catch (e) { setTimeout(function () { throw e; }); }
    });
  }, { rootMargin: '500px 0px' });

  function draw(box) {
    var c = JSON.parse(box.querySelector('script').textContent), o = ready(c.option);
    var place = document.createElement('div');
    box.appendChild(place);
    var chart = echarts.init(place, null, { renderer: 'svg', width: box.clientWidth, height: box.clientHeight });
    chart.setOption(o);
    if (c.narrow && box.clientWidth < 560) {
      // A legend of another type is a new one, which has to be told all again.
      if (c.narrow.legend) c.narrow.legend = Object.assign({}, o.legend, c.narrow.legend);
      chart.setOption(c.narrow);
    }
    // A row of shades is wider than a phone; the figures stand in the cells.
    if (o.visualMap && box.clientWidth < 560) chart.setOption({ visualMap: { show: false } });
    box.classList.add('drawn');
    performance.mark('drawn');
    drawn.push({ box: box, chart: chart });
  }

  // ready says once what all charts share.
  function ready(o) {
    if (o.registerMap) {
      echarts.registerMap(o.registerMap.name, o.registerMap.geo);
      delete o.registerMap;
    }
    o.animation = false;
    o.textStyle = Object.assign({ fontFamily: font, fontSize: 12, color: '#333' }, o.textStyle);
    // Plain text, never HTML: names come from data.
    if (o.tooltip) o.tooltip = Object.assign(o.tooltip, { renderMode: 'richText', confine: true });
    [].concat(o.xAxis || [], o.yAxis || []).forEach(function (a) {
      a.axisLabel = Object.assign({ fontSize: 11, color: '#555' }, a.axisLabel);
      if (a.type !== 'category') return;
      a.axisTick = Object.assign({ show: false }, a.axisTick);
      if (a.axisLabel.interval === '0') a.axisLabel.interval = 0;
    });
    [].concat(o.series || []).forEach(function (s) {
      // A mark names a place; it is nothing to point at.
      if (s.markLine) Object.assign(s.markLine, { silent: true, symbol: 'none' });
      if (s.barWidth === '') delete s.barWidth;
    });
    return o;
  }

  // What does not scroll is no stop for the keyboard.
  var sized = new ResizeObserver(function (all) {
    all.forEach(function (e) {
      var b = e.target, table = b.firstElementChild;
      if (!b.clientWidth) return;
      var fits = table.offsetWidth <= b.clientWidth + 1;
      // Where nothing scrolls sideways the headers can stay in sight instead.
      b.classList.toggle('fit', fits && !b.closest('.data'));
      if (fits) b.removeAttribute('tabindex'); else b.tabIndex = 0;
    });
  });
  var waiting;
  window.addEventListener('resize', function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      drawn.forEach(function (d) {
        if (d.box.clientWidth && d.box.clientWidth !== d.chart.getWidth()) d.chart.resize({ width: d.box.clientWidth, height: d.box.clientHeight });
      });
    }, 120);
  });

  return {
    show: function (root) {
      // A page that takes no style of its own tells the height as data.
      root.querySelectorAll('.box[data-h]').forEach(function (box) {
        box.style.setProperty('--h', box.dataset.h + 'px');
        box.classList.add('live');
      });
      root.querySelectorAll('.box.live').forEach(function (box) { near.observe(box); });
      root.querySelectorAll('.s').forEach(function (b) { sized.observe(b); });
    },
    drop: function (root) {
      root.querySelectorAll('.box.live').forEach(function (box) { near.unobserve(box); });
      root.querySelectorAll('.s').forEach(function (b) { sized.unobserve(b); });
      drawn = drawn.filter(function (d) {
        if (root.contains(d.box)) d.chart.dispose();
        return !root.contains(d.box);
      });
    }
  };
})();
canbao.show(document);

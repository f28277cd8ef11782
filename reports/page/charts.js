'use strict';
// drawBulletin draws every chart of the page as SVG, so that it prints sharply.
// Options come as data; what all charts share is set here once.
function drawBulletin() {
  var font = getComputedStyle(document.body).fontFamily;
  var drawn = [];
  Array.prototype.forEach.call(arguments, function (c) {
    var box = document.getElementById(c.id);
    if (!box) return;
    var o = c.option;
    o.animation = false;
    o.textStyle = { fontFamily: font, fontSize: 12, color: '#333' };
    // Plain text, never HTML: names come from data.
    o.tooltip.renderMode = 'richText';
    o.tooltip.confine = true;
    [].concat(o.xAxis || [], o.yAxis || []).forEach(function (a) {
      a.axisLabel = Object.assign({ fontSize: 11, color: '#555' }, clean(a.axisLabel));
      if (a.type === 'category') {
        a.axisTick = Object.assign({ show: false }, clean(a.axisTick));
        a.axisLabel.interval = a.axisLabel.interval === '0' ? 0 : a.axisLabel.interval;
      }
    });
    [].concat(o.series || []).forEach(function (s) {
      // A mark names a place; it is nothing to point at.
      if (s.markLine) {
        s.markLine.silent = true;
        s.markLine.symbol = 'none';
        // Beside lying bars stand labels; the line stays behind them.
        if (s.type === 'bar' && o.yAxis[0].type === 'category') s.markLine.z = 0;
      }
      if (s.barWidth === '') delete s.barWidth;
    });
    var chart = echarts.init(box, null, { renderer: 'svg' });
    chart.setOption(o);
    if (c.narrow && box.clientWidth < 560) {
      // A legend of another type is a new one, which has to be told all again.
      if (c.narrow.legend) c.narrow.legend = Object.assign({}, o.legend, c.narrow.legend);
      chart.setOption(c.narrow);
    }
    drawn.push({ box: box, chart: chart, height: box.clientHeight, paper: c.paper });
    scalable(box);
  });
  // Paper has another width than the window: an SVG with a view box follows.
  function scalable(box) {
    var svg = box.querySelector('svg');
    if (svg) svg.setAttribute('viewBox', '0 0 ' + svg.getAttribute('width') + ' ' + svg.getAttribute('height'));
  }
  function fit() {
    drawn.forEach(function (d) {
      if (d.box.clientWidth && d.box.clientWidth !== d.chart.getWidth()) resize(d, d.box.clientWidth, d.height);
    });
  }
  function resize(d, width, height) {
    d.chart.resize({ width: width, height: height });
    d.chart.getZr().flush();
    scalable(d.box);
  }
  var waiting;
  window.addEventListener('resize', function () { clearTimeout(waiting); waiting = setTimeout(fit, 120); });
  var closed = [];
  window.addEventListener('beforeprint', function () {
    drawn.forEach(function (d) { resize(d, d.paper.width, d.paper.height); });
    closed = Array.prototype.slice.call(document.querySelectorAll('.annex details:not([open])'));
    closed.forEach(function (d) { d.open = true; });
  });
  window.addEventListener('afterprint', function () {
    closed.forEach(function (d) { d.open = false; });
    drawn.forEach(function (d) { resize(d, d.box.clientWidth, d.height); });
  });
  // null says nothing to the chart library but overrides its defaults.
  function clean(o) {
    var kept = {};
    Object.keys(o || {}).forEach(function (k) { if (o[k] !== null) kept[k] = o[k]; });
    return kept;
  }
}

// The pieces of Apache ECharts that the bulletin draws with; `make assets` puts
// them into one file. A chart of another type has to be named here.
import * as echarts from 'echarts/core';
import { BarChart, HeatmapChart, LineChart, MapChart, ScatterChart } from 'echarts/charts';
import {
  GeoComponent, GridComponent, LegendScrollComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent,
  VisualMapPiecewiseComponent,
} from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart, HeatmapChart, LineChart, MapChart, ScatterChart, GeoComponent, GridComponent, LegendScrollComponent, MarkAreaComponent,
  MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapPiecewiseComponent, LabelLayout, SVGRenderer,
]);

export const init = echarts.init, registerMap = echarts.registerMap;

// The gateway serves uPlot at /uplot.js; its package brings the types.
export { default } from "uplot";

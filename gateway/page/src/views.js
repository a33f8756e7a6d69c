// The views of the page by the name in their address; "" is the one that opens first.

import { configureView } from "./configure.js";
import { fleetView } from "./fleet.js";
import { gatewayView } from "./gateway.js";
import { lineView } from "./line.js";
import { machineView } from "./machine.js";
import { plantView } from "./plant.js";
import { qualityView } from "./quality.js";
import { reportView } from "./report.js";
import { stopsView } from "./stops.js";
import { trendView } from "./trend.js";
import { wallView } from "./wall.js";

/** @type {Record<string, (address: import("./address.js").Address) => import("./main.js").View>} */
export const VIEWS = {
  "": plantView, line: lineView, machine: machineView, stops: stopsView,
  quality: qualityView, gateway: gatewayView, report: reportView, trend: trendView,
  wall: wallView, configure: configureView, fleet: fleetView,
};

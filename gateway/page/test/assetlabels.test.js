import { placeIn } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { assetName, placeText, takeAssetLabels } from "../src/assetlabels.js";
import { pathColumn, placeColumns } from "../src/csvids.js";
import { sheetOf } from "../src/csv.js";
import { lineOption } from "../src/model.js";

test("each level of a path has its label where it has one, and a file its path beside it", () => {
  takeAssetLabels({ "s": { en: "Lyon", de: "Lyon-Werk" }, "s/a/l": { "": "Line 1" }, "s/a/l/m": { de: "Presse" } });
  assert.equal(placeText(["s", "a", "l"]), "Lyon / a / Line 1");
  assert.equal(assetName(["s", "a", "l", "m"]), "m");
  assert.equal(assetName([]), "");
  assert.deepEqual(lineOption({ id: "[]", ...placeIn("s", "a", "l", "") }), ["[]", "Lyon / a / Line 1"]);
  const rows = sheetOf([...placeColumns, pathColumn(({ levels }) => levels)], [placeIn("s", "a", "l", "m")]).rows;
  assert.deepEqual(rows, [["Lyon / a / Line 1", "m", "s/a/l/m"]]);
  takeAssetLabels({});
});

// SPDX-License-Identifier: BSD-3-Clause
// The button below a table or a chart that saves it as a file.

import { t } from "../text/t.ts";
import { saveCsv, type Cell } from "./save.ts";

export function SaveCsv({ name, rows }: { name: string; rows: () => Cell[][] }) {
  return (
    <button type="button" class="plain" onClick={() => saveCsv(name, rows())}>
      {t("export.csv")}
    </button>
  );
}

// SPDX-License-Identifier: BSD-3-Clause
// The provider's Alerts: what in this home needs somebody, without the household's own letters about it.

import { Page } from "../kit/page.tsx";
import { Needs } from "./home.tsx";

export function Screen() {
  return (
    <Page>
      <Needs />
    </Page>
  );
}

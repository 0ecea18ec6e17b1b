// SPDX-License-Identifier: BSD-3-Clause
// Asks again every two seconds while something runs that the stream does not speak of, and the page is seen.

import { useEffect } from "preact/hooks";

const AGAIN_MS = 2000;

export function useAgain(runs: boolean, reload: () => void): void {
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [runs]);
}

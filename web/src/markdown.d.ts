// SPDX-License-Identifier: BSD-3-Clause
// esbuild bundles Markdown as text.

declare module "*.md" {
  const text: string;
  export default text;
}

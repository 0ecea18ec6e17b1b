// SPDX-License-Identifier: BSD-3-Clause
// Files to and from the gateway: saved in one, brought in parts, because a body is held in memory until it is whole.

import { ApiError, base, session } from "./http.ts";

// As the browser saves what it downloads; where the gateway wants the password first, it is asked for.
export async function saveFile(path: string, name: string): Promise<void> {
  let response = await fetch(`${base}/${path}`, { cache: "no-store" });
  if (response.status === 403) {
    const { key, title, detail, hint } = await response.json();
    if (key !== "password_needed" || !(await session.askPassword()))
      throw new ApiError(403, key, title, detail, hint);
    response = await fetch(`${base}/${path}`, { cache: "no-store" });
  }
  if (!response.ok) throw new ApiError(response.status, "", "", "", "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export async function sha256(file: Blob): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(sum)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

export async function base64(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

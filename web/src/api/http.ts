// SPDX-License-Identifier: BSD-3-Clause
// One fetch for the whole GUI: JSON in, JSON out, and every failure an ApiError that a person can read.

import { language } from "../text/t.ts";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly title: string,
    readonly detail: string,
    readonly hint: string,
  ) {
    super(detail || title);
  }
}

const TIMEOUT_MS = 10_000;

export const base = "/api/v1";

export interface Answer<T> {
  status: number;
  body: T;
  // As it came: numbers of 64 bits are whole in it.
  text: string;
  // For If-Match, of what is edited.
  etag?: string;
}

// What the session adds to requests, and hears of them; access/session.ts fills it in.
export const session = {
  csrf: "",
  lost: (_key: string): void => {},
  askPassword: (): Promise<boolean> => Promise.resolve(false),
};

const LOST = ["login_needed", "setup_required", "bad_token"];

export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  match?: string,
): Promise<Answer<T>> {
  try {
    return await once<T>(method, path, body, match);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (LOST.includes(error.key)) session.lost(error.key);
    if (error.key !== "password_needed" || !(await session.askPassword()))
      throw error;
    return once<T>(method, path, body, match);
  }
}

async function once<T>(
  method: string,
  path: string,
  body?: unknown,
  match?: string,
): Promise<Answer<T>> {
  const init: RequestInit = {
    method,
    headers: { Accept: "application/json", "Accept-Language": language },
    cache: "no-store",
  };
  if (body !== undefined) {
    const bare = body instanceof Blob;
    init.body = bare ? body : JSON.stringify(body);
    const type = bare ? "application/octet-stream" : "application/json";
    init.headers = { ...init.headers, "Content-Type": type };
  }
  if (match !== undefined) init.headers = { ...init.headers, "If-Match": match };
  if (method !== "GET" && session.csrf !== "")
    init.headers = { ...init.headers, "X-Spin-CSRF": session.csrf };
  init.signal = AbortSignal.timeout(TIMEOUT_MS);

  let response: Response;
  try {
    response = await fetch(
      path.startsWith("/") ? path : `${base}/${path}`,
      init,
    );
  } catch {
    throw new ApiError(0, "unreachable", "", "", "");
  }
  if (response.status === 204) return { status: 204, body: undefined as T, text: "" };
  const text = await response.text();
  // The counters for Prometheus are no JSON.
  const plain = response.headers.get("content-type")?.startsWith("text/plain");
  const parsed = plain ? text : parse(text);
  if (!response.ok) throw problem(response.status, parsed);
  if (parsed === undefined)
    throw new ApiError(response.status, "bad_answer", "", "", "");
  const etag = response.headers.get("etag") ?? undefined;
  return { status: response.status, body: parsed as T, text, etag };
}

export async function get<T>(path: string): Promise<T> {
  return (await request<T>("GET", path)).body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(status: number, body: unknown): ApiError {
  const p = (typeof body === "object" && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  const field = (name: string) =>
    typeof p[name] === "string" ? (p[name] as string) : "";
  return new ApiError(
    status,
    field("key"),
    field("title"),
    field("detail"),
    field("hint"),
  );
}

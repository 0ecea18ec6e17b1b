// SPDX-License-Identifier: BSD-3-Clause
// The whole story of a household and its provider, through a client that was generated from
// openapi.yaml: nothing here knows an address. Prints what happened as one JSON object.
import * as client from "spin-client";

const { ApiError, OpenAPI } = client;
// Operations by their name, whichever tag their class is made of.
const api = new Proxy({}, {
  get: (_, name) => Object.values(client).find((service) => typeof service?.[name] === "function")[name],
});
const { SPIN_URL, SPIN_CODE, SPIN_MAC } = process.env;
const password = "correct horse battery";
const told = {};

// What a browser does with Set-Cookie, the generated client leaves to it.
const jar = new Map();
const plain = globalThis.fetch;
globalThis.fetch = async (url, options) => {
  const answer = await plain(url, options);
  for (const cookie of answer.headers.getSetCookie?.() ?? [answer.headers.get("set-cookie")].filter(Boolean)) {
    const [name, value] = cookie.split(";")[0].split("=");
    jar.set(name, value);
  }
  return answer;
};

let csrf = null;
OpenAPI.BASE = SPIN_URL;

function asHousehold() {
  OpenAPI.TOKEN = undefined;
  OpenAPI.HEADERS = async () => ({
    Cookie: [...jar].map((pair) => pair.join("=")).join("; "),
    ...(csrf ? { "X-Spin-CSRF": csrf } : {}),
  });
}

function asProvider(token) {
  OpenAPI.TOKEN = token;
  OpenAPI.HEADERS = undefined;
}

/** What a call was refused with. */
async function refused(call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, key: error.body?.key };
    throw error;
  }
  return { status: 200 };
}

async function until(look, what) {
  for (const end = Date.now() + 15000; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within 15 s`);
}

// Set up, and log in.
asHousehold();
told.stranger = await refused(() => api.listDevices({}));
told.setUp = await api.setUp({ requestBody: { code: SPIN_CODE, name: "anna", password } });
csrf = told.setUp.csrf;
await api.logOut({});
told.out = await refused(() => api.listDevices({}));
csrf = null;
told.logIn = await api.logIn({ requestBody: { name: "anna", password } });
csrf = told.logIn.csrf;

// Name, block, undo.
const device = (await until(async () => (await api.listDevices({ mac: SPIN_MAC })).items[0], "the device")).id;
told.named = (await api.editDevice({ device, requestBody: { name: "Telly" } })).device.name;
const rule = { action: "block", subject: { device }, object: { domain: "ads.example" } };
told.blocked = (await api.createRule({ requestBody: rule })).rule.sentence;
told.unblocked = (await api.undo({})).rule;
told.rules = (await api.listRules({})).items.length;

// Capture.
const capture = await api.createCapture({ requestBody: { device, headers_only: true, max_seconds: 60 } });
console.error("capturing"); // the test sends something now
told.captured = await until(async () => {
  const now = await api.getCapture({ capture: capture.id });
  return now.packets > 0 && now;
}, "packets");
await api.stopCapture({ capture: capture.id });
told.file = (await api.downloadCapture({ capture: capture.id })).length;

// Provider on; it acts; the user undoes; provider off.
const token = await api.createToken({ requestBody: { name: "isp", role: "provider" } });
asProvider(token.secret);
told.before = await refused(() => api.listDevices({}));
asHousehold();
told.grant = await api.grantProvider({ requestBody: { rights: ["devices", "flows", "act"], names: "shown", minutes: 10, purpose: "a story" } });
asProvider(token.secret);
told.seen = (await api.listDevices({})).items.length;
told.acted = (await api.actOnDevice({ device, action: "block" })).rule.sentence;
told.more = await refused(() => api.listUsers({}));
asHousehold();
const change = (await api.listChanges({})).items.find((one) => one.author === "isp");
told.undone = (await api.undoChange({ change: change.id })).rule;
told.ended = (await api.endProvider({})).active;
asProvider(token.secret);
told.after = await refused(() => api.listDevices({}));

// Who did what, for all to see.
asHousehold();
told.trail = (await api.listAudit({ order: "oldest" })).items.map((entry) => [entry.who, entry.operation, entry.outcome]);
console.log(JSON.stringify(told));

// SPDX-License-Identifier: BSD-3-Clause
// The sentences of logging in, in English; part of en.ts.

export const enGate = {
  "gate.asking": "Asking the gateway who you are…",
  "gate.setup.title": "Welcome: make the first account",
  "gate.setup.text":
    "Nobody has an account on this gateway yet. The first one manages it and can make others.",
  "gate.setup": "Make the account",
  "gate.code": "Setup code",
  "gate.code.help":
    "The gateway wrote it into its journal when it started; “spinctl setup-code” says it again.",
  "gate.login.title": "Log in to your SPIN gateway",
  "gate.login": "Log in",
  "gate.code.have": "I have a code",
  "gate.code.once": "It is good once. A household makes it where it says who may come in.",
  "gate.name.have": "I have a name and a password",
  "gate.logout": "Log out",
  "gate.logout.of": "Log out {name}",
  "gate.password": "Password",
  "gate.password.help":
    "At least {n} characters; a few words are easier to keep than one odd one.",
  "gate.password.again": "Your password, please",
  "gate.password.why":
    "This changes who may do what, so the gateway asks again after ten minutes.",
  "gate.totp": "Code",
  "gate.totp.help":
    "The six digits that your authenticator shows now, or a recovery code.",
  "gate.again.title": "Your session has ended",
  "gate.again.text": "Log in, and go on where you were.",
  "gate.goOn": "Go on",
} as const;

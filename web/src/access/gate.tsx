// SPDX-License-Identifier: BSD-3-Clause
// What stands before the GUI: the first account, the login, and both again over a page that lost its session.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { LanguageChoice } from "../shell/language.tsx";
import { t } from "../text/t.ts";
import {
  codeNeeded,
  endAsking,
  enter,
  gate,
  givenCode,
  givePassword,
  passwordAsked,
  trouble,
} from "./session.ts";

const PASSWORD_LEAST = 10;
const busy = signal(false);

export function Gate({ children }: { children: ComponentChildren }) {
  switch (gate.value) {
    case "asking":
      return <p class="gate-wait">{t("gate.asking")}</p>;
    case "setup":
      return <SetUp />;
    case "login":
      return (
        <main class="gate">
          <h1>{t("gate.login.title")}</h1>
          <LogIn />
          <LanguageChoice />
        </main>
      );
    case "in":
      return (
        <>
          {children}
          {passwordAsked.value !== null && <PasswordAgain />}
        </>
      );
    case "again":
      return (
        <>
          {children}
          <Modal title={t("gate.again.title")} text={t("gate.again.text")}>
            <LogIn />
          </Modal>
        </>
      );
  }
}

function Modal(props: {
  title: string;
  text: string;
  onCancel?: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="word"
      aria-labelledby="gate-title"
      onCancel={(event) => {
        event.preventDefault();
        props.onCancel?.();
      }}
    >
      <h2 id="gate-title">{props.title}</h2>
      <p>{props.text}</p>
      {props.children}
    </dialog>
  );
}

function Field(props: {
  name: string;
  label: string;
  type?: "text" | "password";
  complete: string;
  value?: string;
  least?: number;
  help?: string;
  focus?: boolean;
}) {
  const id = `gate-${props.name}`;
  const given = {
    id,
    name: props.name,
    autocomplete: props.complete,
    autocapitalize: "off" as const,
    spellcheck: false,
    required: true,
    minLength: props.least,
    defaultValue: props.value,
    autofocus: props.focus,
    "aria-describedby": props.help && `${id}-help`,
  };
  return (
    <div class="gate-field">
      <label for={id}>{props.label}</label>
      {props.type === "password" ? (
        <input {...given} type="password" />
      ) : (
        <input {...given} type="text" />
      )}
      {props.help && (
        <p class="quiet" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  );
}

function Form(props: {
  label: string;
  send: (values: Record<string, string>) => Promise<unknown>;
  children: ComponentChildren;
}) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const values = Object.fromEntries(new FormData(form)) as Record<
      string,
      string
    >;
    busy.value = true;
    await props.send(values);
    busy.value = false;
  };
  const why = trouble.value;
  return (
    <form class="gate-form" onSubmit={submit}>
      {props.children}
      <p class="problem" role="alert">
        {why && `${why.what} ${why.hint}`}
      </p>
      <button type="submit" class="primary" disabled={busy.value}>
        {props.label}
      </button>
    </form>
  );
}

const byCode = signal(false);

function LogIn() {
  const turn = () => {
    byCode.value = !byCode.peek();
    trouble.value = null;
  };
  return (
    <>
      {byCode.value ? <ByCode /> : <ByName />}
      <button type="button" class="plain" onClick={turn}>
        {t(byCode.value ? "gate.name.have" : "gate.code.have")}
      </button>
    </>
  );
}

// Of somebody's own account, or of a household that needs help.
function ByCode() {
  return (
    <Form label={t("gate.login")} send={(values) => enter("login", values)}>
      <Field
        name="code"
        label={t("gate.totp")}
        complete="off"
        help={t("gate.code.once")}
        focus={true}
      />
    </Form>
  );
}

function ByName() {
  return (
    <Form label={t("gate.login")} send={(values) => enter("login", values)}>
      <Field
        name="name"
        label={t("rename.label")}
        complete="username"
        focus={true}
      />
      <Field
        name="password"
        label={t("gate.password")}
        type="password"
        complete="current-password"
      />
      {codeNeeded.value && (
        <Field
          name="totp"
          label={t("gate.totp")}
          complete="one-time-code"
          help={t("gate.totp.help")}
        />
      )}
    </Form>
  );
}

function SetUp() {
  return (
    <main class="gate">
      <h1>{t("gate.setup.title")}</h1>
      <p>{t("gate.setup.text")}</p>
      <Form label={t("gate.setup")} send={(values) => enter("setup", values)}>
        <Field
          key={givenCode.value}
          name="code"
          label={t("gate.code")}
          complete="off"
          value={givenCode.value}
          help={t("gate.code.help")}
          focus={true}
        />
        <Field name="name" label={t("rename.label")} complete="username" />
        <Field
          name="password"
          label={t("gate.password")}
          type="password"
          complete="new-password"
          least={PASSWORD_LEAST}
          help={t("gate.password.help", { n: PASSWORD_LEAST })}
        />
      </Form>
      <LanguageChoice />
    </main>
  );
}

function PasswordAgain() {
  return (
    <Modal
      title={t("gate.password.again")}
      text={t("gate.password.why")}
      onCancel={() => endAsking(false)}
    >
      <Form
        label={t("gate.goOn")}
        send={(values) => givePassword(values["password"] ?? "")}
      >
        <Field
          name="password"
          label={t("gate.password")}
          type="password"
          complete="current-password"
          focus={true}
        />
      </Form>
      <button type="button" class="plain" onClick={() => endAsking(false)}>
        {t("action.cancel")}
      </button>
    </Modal>
  );
}

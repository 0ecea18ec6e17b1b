# SPDX-License-Identifier: BSD-3-Clause
"""`meson install` into a folder: what is there runs from there, reads well, and is hardened."""

import contextlib
import json
import os
import re
import shutil
import subprocess

import pytest

from harness.gateway import BUILD, ROOT, program
from harness.netns import Netns
from harness.process import Process


def run(*argv, **more):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The installed files, under a DESTDIR."""
    folder = tmp_path_factory.mktemp("tree")
    done = run("meson", "install", "--no-rebuild", "--quiet", "-C", BUILD, env={**os.environ, "DESTDIR": str(folder)})
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def prefix(tree):
    options = json.loads(run("meson", "introspect", "--buildoptions", BUILD).stdout)
    return tree / next(o["value"] for o in options if o["name"] == "prefix").lstrip("/")


def test_everything_is_in_place(tree):
    usr = prefix(tree)
    for path in ("bin/spin-control", "bin/spin-dataplane", "bin/spinctl", "libexec/spin/spin-fetch", "share/spin/openapi.yaml",
                 "share/spin/profiles/allow-all.yaml", "share/spin/grafana/spin-alerts.yaml",
                 "share/spin/grafana/spin-gateway.json", "share/man/man1/spinctl.1", "share/man/man8/spin-control.8",
                 "share/man/man8/spin-dataplane.8", "share/man/man5/spin.yaml.5", "share/bash-completion/completions/spinctl",
                 "share/zsh/site-functions/_spinctl", "share/fish/vendor_completions.d/spinctl.fish", "lib/sysusers.d/spin.conf",
                 "lib/tmpfiles.d/spin.conf", "lib/systemd/system/spin-control.service", "lib/systemd/system/spin-dataplane.service"):
        assert (usr / path).is_file(), path
    assert any((usr / "share/spin/kinds").glob("*.yaml"))
    assert (tree / "etc/spin/spin.yaml").is_file() and (tree / "etc/spin/conf.d").is_dir()
    if (ROOT / "web/dist/index.html").exists():
        assert (usr / "share/spin/web/index.html").is_file()


def test_a_configuration_that_is_there_stays(tree):
    config = tree / "etc/spin/spin.yaml"
    config.write_text("log_level: info # ours\n")
    assert run("meson", "install", "--no-rebuild", "--quiet", "-C", BUILD, env={**os.environ, "DESTDIR": str(tree)}).returncode == 0
    assert config.read_text() == "log_level: info # ours\n"


def test_it_runs_from_there(tree, tmp_path):
    """In a namespace of its own where the tree is what it will be: /usr… and /etc/spin."""
    if not os.access("/etc", os.W_OK):
        pytest.skip("needs places in /etc and the prefix to mount over")
    usr = prefix(tree)
    home = "/" + str(usr.relative_to(tree))
    stage = tmp_path / "run"
    stage.mkdir()
    script = f"""set -e
mkdir -p /etc/spin && mount --bind {tree}/etc/spin /etc/spin
for d in bin share libexec; do mkdir -p {home}/$d && mount --bind {usr}/$d {home}/$d; done
exec {home}/bin/spin-control --run-dir {stage} --state-dir {tmp_path}/state --listen 127.0.0.1:0"""
    made = [p for p in ("/etc/spin", f"{home}/libexec") if not os.path.exists(p)]
    control = Process(["unshare", "-m", "bash", "-c", script], name="spin-control")
    try:
        control.wait_line("control: ready on http://")
        done = run(usr / "bin/spinctl", "--run-dir", stage, "config", "show", "data_dir")
        assert f"{home}/share/spin" in done.stdout
        assert "allow-all" in run(usr / "bin/spinctl", "--run-dir", stage, "profiles").stdout
        control.signal(15)
        assert control.wait_exit() == 0
    finally:
        for path in made:
            with contextlib.suppress(OSError):
                os.rmdir(path)
    assert run(usr / "bin/spin-dataplane", "--version").returncode == 0


@pytest.mark.parametrize("page", ["man1/spinctl.1", "man8/spin-control.8", "man8/spin-dataplane.8", "man5/spin.yaml.5"])
def test_man_pages_are_clean(tree, page):
    path = prefix(tree) / "share/man" / page
    if shutil.which("mandoc"):
        done = run("mandoc", "-T", "lint", "-W", "warning", path)
        assert done.stdout == "" and done.returncode == 0, done.stdout
    if shutil.which("groff"):
        done = run("groff", "-mdoc", "-ww", "-z", "-Tutf8", "-K", "utf8", path)
        assert done.stderr == "" and done.returncode == 0, done.stderr
    if not shutil.which("mandoc") and not shutil.which("groff"):
        pytest.skip("neither mandoc nor groff is here")


def test_man_pages_say_all_there_is(tree):
    man = prefix(tree) / "share/man"
    commands = json.loads(run(program("spinctl"), "help", "--json").stdout)["commands"]
    page = (man / "man1/spinctl.1").read_text()
    assert len(commands) > 20 and all(f".Ss {c['name']}".replace("-", "\\-") in page for c in commands)
    keys = json.loads(run(program("spin-control"), "--keys").stdout)["keys"]
    page = (man / "man5/spin.yaml.5").read_text()
    assert len(keys) > 20 and all(f".It Ic {k['name']} " in page for k in keys)


@pytest.mark.parametrize("shell, check", [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])])
def test_completion_is_read_by_its_shell(shell, check, tmp_path):
    text = run(program("spinctl"), "completion", shell).stdout
    assert "config" in text and "dev" in text
    if not shutil.which(check[0]):
        pytest.skip(f"{shell} is not here")
    path = tmp_path / "completion"
    path.write_text(text)
    done = run(*check, path)
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_bash_completes_verbs_options_and_names(make_gateway, tmp_path):
    gateway = make_gateway(Netns("gateway"))
    gateway.start_control(connected=False)
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    (bin_dir / "spinctl").symlink_to(program("spinctl"))

    def complete(*words):
        script = (f'PATH={bin_dir}:$PATH; eval "$(spinctl completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _spinctl; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        return run("bash", "-c", script, "bash", "spinctl", "--run-dir", gateway.run_dir, *words).stdout.split("\n")

    assert "devices" in complete("dev") and "rules" not in complete("dev")
    assert "--confirm-within" in complete("block", "--conf")
    assert "block-all" in complete("profiles", "blo")
    assert "answers.dns" in complete("config", "answers")


@pytest.mark.parametrize("unit, worst", [("spin-control", 2.0), ("spin-dataplane", 4.0)])
def test_units_are_right_and_hardened(tree, unit, worst, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    text = (prefix(tree) / f"lib/systemd/system/{unit}.service").read_text()
    # Verified where the programs are: the tree's own.
    path = tmp_path / f"{unit}.service"
    path.write_text(re.sub(r"ExecStart=\S*/", f"ExecStart={prefix(tree)}/bin/", text))
    done = run("systemd-analyze", "verify", "--man=no", path)
    assert unit not in done.stderr, done.stderr
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager", path)
    exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1])
    assert exposure <= worst, done.stdout


def test_users_and_folders(tree):
    if not shutil.which("systemd-sysusers"):
        pytest.skip("systemd-sysusers is not here")
    for name in ("passwd", "group", "shadow", "gshadow"):
        (tree / "etc" / name).touch()
    lib = prefix(tree) / "lib"
    done = run("systemd-sysusers", f"--root={tree}", lib / "sysusers.d/spin.conf")
    assert done.returncode == 0, done.stderr
    assert {line.split(":")[0] for line in (tree / "etc/passwd").read_text().split()} >= {"spin", "spin-dp"}
    done = run("systemd-tmpfiles", "--create", f"--root={tree}", lib / "tmpfiles.d/spin.conf")
    assert done.returncode == 0, done.stderr
    assert (tree / "var/lib/spin").stat().st_mode & 0o777 == 0o750 and (tree / "run/spin").is_dir()

"""Have the real nginx, Caddy and systemd read the examples of `docs/deploy`.

    python scripts/deploy.py

For whoever changes them: `apt-get install nginx-light caddy systemd` first. The tests do without these; they
look only for what the desk needs of a proxy, and for settings and commands that do not exist. Exit 1 when one
is refused or a program is missing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent.parent / "docs/deploy"
NGINX = "pid {here}/pid; error_log {here}/log; events {{}} http {{ {text} }}"
CHECKS = {
    "nginx.conf": ["nginx", "-t", "-q", "-p", "{here}", "-c", "{here}/file"],
    "Caddyfile": ["caddy", "validate", "--adapter", "caddyfile", "--config", "{here}/file"],
}


def complaint(command: list[str]) -> str:
    """What a program says against what it was given; nothing when it takes it."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not here"
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.stderr if done.returncode else ""


def proxy(name: str, here: Path) -> str:
    """The complaint about a proxy's example; it listens at a socket, where any user may."""
    text = (DEPLOY / name).read_text("utf-8")
    text = text.replace("listen 80;", f"listen unix:{here}/s;").replace("listen [::]:80;", "")
    text = NGINX.format(text=text, here=here) if name == "nginx.conf" else text
    (here / "file").write_text(text, "utf-8")
    return complaint([part.format(here=here) for part in CHECKS[name]])


def units(here: Path) -> str:
    """The complaint about the units; what they start is not installed where they are checked."""
    paths = []
    for path in sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer")):
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", path.read_text("utf-8"))
        paths.append(here / path.name.replace("@", "@1"))
        paths[-1].write_text(text, "utf-8")
    found = complaint(["systemd-analyze", "verify", *map(str, paths)])
    ours = [
        line for line in found.splitlines() if str(here) in line or "tructban" in line or "not here" in line
    ]
    return "\n".join(ours)


def main() -> int:
    failed = 0
    for name in (*CHECKS, "units"):
        with tempfile.TemporaryDirectory() as folder:
            found = units(Path(folder)) if name == "units" else proxy(name, Path(folder))
        print(f"{name}: {found or 'taken'}")
        failed += bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

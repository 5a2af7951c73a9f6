#!/usr/bin/env python3
"""Carry out the Dockerfile in a fresh Debian under chroot: a test for machines without a container engine.

Run by hand, as root, with debootstrap installed; takes minutes. Understands what the Dockerfile uses and fails on
anything else. Then it runs ``ratslotse index`` and the image's CMD as the image's user on a read-only file system,
and waits until HEALTHCHECK passes.

    scripts/dockerfile_on_debian.py --copy /etc/pip.conf --build-arg TORCH_CPU_INDEX=

PIP_* variables are handed to the RUN steps; ``--copy`` brings the files that they name along: wheels, certificates.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SUITES = {"debian:bookworm-slim": "bookworm"}
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Stage:
    """A root folder and what the steps so far said about it."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": SYSTEM_PATH})
    arguments: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str | None = None
    volumes: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def main() -> None:
    options = read_options()
    if os.geteuid() != 0:
        sys.exit("Must run as root: chroot and mount need it.")
    if options.inside:
        try_out(build(Path(options.inside), options))
        return
    # The mounts live in a namespace of the child and end with it, so only plain files are left to remove.
    with tempfile.TemporaryDirectory(prefix="dockerfile-", dir=options.folder) as folder:
        child = ["unshare", "--mount", "--pid", "--fork", "--kill-child", sys.executable, *sys.argv, "--inside", folder]
        sys.exit(subprocess.run(child, check=False).returncode)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--copy", action="append", default=[], metavar="PATH", help="bring a file or folder of this machine along"
    )
    parser.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--mirror", help="Debian mirror (default: debootstrap's)")
    parser.add_argument("--folder", help="where to build (default: the temporary folder)")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def build(folder: Path, options: argparse.Namespace) -> Stage:
    """Carry out all stages; the last one is the image."""
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    given = dict(item.split("=", 1) for item in options.build_arg)
    for number, instruction, rest in steps((PROJECT / "Dockerfile").read_text(encoding="utf-8")):
        print(f"-- {instruction} {rest[:150]}", flush=True)
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = new_stage(folder / f"stage{len(stages)}", base, stages, options)
            stages[name or str(len(stages))] = stage
        elif stage is None:
            sys.exit(f"Dockerfile:{number}: {instruction} before FROM")
        else:
            step(stage, instruction, rest, stages, given, number)
    if stage is None:
        sys.exit("Dockerfile: no FROM")
    return stage


def steps(text: str) -> list[tuple[int, str, str]]:
    """Instructions with their line number, continued lines joined."""
    found: list[tuple[int, str, str]] = []
    joined = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        joined += line.strip().removesuffix("\\") + " " if line.endswith("\\") else line.strip()
        if not line.endswith("\\"):
            instruction, _, rest = joined.partition(" ")
            found.append((number, instruction, re.sub(r"\s+", " ", rest)))
            joined = ""
    return found


def new_stage(root: Path, base: str, stages: dict[str, Stage], options: argparse.Namespace) -> Stage:
    if base in stages:
        parent = stages[base]
        subprocess.run(["cp", "-a", "--one-file-system", parent.root, root], check=True)
        stage = Stage(root, dict(parent.environment), workdir=parent.workdir, user=parent.user)
    elif base in SUITES:
        mirror = [options.mirror] if options.mirror else []
        command = ["debootstrap", "--variant=minbase", SUITES[base], str(root), *mirror]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        stage = Stage(root)
    else:
        sys.exit(f"Unknown base image {base}; known: {', '.join([*SUITES, *stages])}")
    mount_system(root)
    for path in ["/etc/resolv.conf", "/etc/hosts", *options.copy]:
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if Path(path).is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copy(path, target)
    return stage


def step(stage: Stage, instruction: str, rest: str, stages: dict[str, Stage], given: dict[str, str], number: int) -> None:
    match instruction:
        case "RUN":
            handed = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
            environment = {**handed, **stage.environment, **stage.arguments}
            inside(stage, ["/bin/sh", "-c", rest], environment)
        case "COPY":
            copy(stage, shlex.split(rest), stages)
        case "ENV":
            stage.environment |= dict(item.split("=", 1) for item in shlex.split(rest))
        case "ARG":
            name, _, default = rest.partition("=")
            stage.arguments[name] = given.get(name, default)
        case "WORKDIR" if rest.startswith("/"):
            stage.workdir = rest
            (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "USER":
            stage.user = rest
        case "VOLUME":
            stage.volumes.append(rest)
        case "EXPOSE":
            pass
        case "HEALTHCHECK":
            stage.healthcheck = json.loads(rest.partition(" CMD ")[2])
        case "CMD":
            stage.command = json.loads(rest)
        case _:
            sys.exit(f"Dockerfile:{number}: this script does not know {instruction} {rest}")


def copy(stage: Stage, words: list[str], stages: dict[str, Stage]) -> None:
    """COPY of files, or of folders whose names end in a slash, from the project or from another stage."""
    origin = None
    if words[0].startswith("--from="):
        origin = stages[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    if any(word.startswith("--") for word in words):
        sys.exit(f"This script does not know COPY {shlex.join(words)}")
    place = stage.root / str(Path(stage.workdir, target)).lstrip("/")
    for source in sources:
        path = origin / source.lstrip("/") if origin else PROJECT / source
        if origin is None and ignored(source.rstrip("/")):
            sys.exit(f"COPY {source}: .dockerignore leaves it out")
        if path.is_dir():
            skip = shutil.ignore_patterns("__pycache__") if origin is None else None
            shutil.copytree(path, place, symlinks=True, dirs_exist_ok=True, ignore=skip)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)


def ignored(path: str) -> bool:
    """The last matching line of .dockerignore counts."""
    result = False
    for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").split():
        pattern = line.removeprefix("!")
        if fnmatch.fnmatch(path, pattern):
            result = not line.startswith("!")
    return result


def mount_system(root: Path) -> None:
    """/proc and shared memory; the device files are debootstrap's."""
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    (root / "dev/shm").mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", root / "dev/shm"], check=True)


def chrooted(stage: Stage, command: list[str]) -> list[str]:
    script = 'cd "$1" && shift && exec "$@"'
    user = ["--userspec", stage.user] if stage.user else []
    # By its full name: it is looked for in the PATH that the Dockerfile sets.
    return [
        shutil.which("chroot") or "/usr/sbin/chroot",
        *user,
        str(stage.root),
        "/bin/sh",
        "-c",
        script,
        "sh",
        stage.workdir,
        *command,
    ]


def inside(stage: Stage, command: list[str], environment: dict[str, str], done: tuple[int, ...] = (0,)) -> None:
    started = time.monotonic()
    result = subprocess.run(chrooted(stage, command), env=environment, check=False)
    if result.returncode not in done:
        raise SystemExit(f"RUN failed with {result.returncode}")
    print(f"   {time.monotonic() - started:.0f} s", flush=True)


def try_out(stage: Stage) -> None:
    """The image as ``docker run --read-only --tmpfs /tmp`` would start it."""
    size = subprocess.run(["du", "-sxm", stage.root], check=True, capture_output=True, text=True).stdout.split()[0]
    print(f"-- image: {size} MB unpacked; now read-only, as user {stage.user}", flush=True)
    subprocess.run(["mount", "--bind", stage.root, stage.root], check=True)
    for volume in stage.volumes:
        path = stage.root / volume.lstrip("/")
        subprocess.run(["mount", "--bind", path, path], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", stage.root / "tmp"], check=True)
    mount_system(stage.root)
    subprocess.run(["mount", "-o", "remount,bind,ro", stage.root], check=True)
    inside(stage, ["ratslotse", "index"], stage.environment, done=(0, 3))  # 3: done, unreadable files were listed
    server = subprocess.Popen(chrooted(stage, stage.command), env=stage.environment)
    try:
        wait_until_healthy(stage, server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def wait_until_healthy(stage: Stage, server: subprocess.Popen[bytes]) -> None:
    for second in range(120):
        if server.poll() is not None:
            raise SystemExit(f"CMD ended with {server.returncode}")
        check = subprocess.run(chrooted(stage, stage.healthcheck), env=stage.environment, stderr=subprocess.DEVNULL, check=False)
        if check.returncode == 0 and server.poll() is None:
            print(f"-- healthy after {second} s")
            return
        time.sleep(1)
    raise SystemExit("HEALTHCHECK never passed")


if __name__ == "__main__":
    main()

"""The reading process is locked in: a hostile parser tries what an attacker would, and nothing of it works."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer import errors
from indexer.parsing import lockdown, sandbox
from indexer.parsing.sandbox import Reader

PYTHON = sys.executable  # the fixture below changes it
needs_lock = pytest.mark.skipif(bool(lockdown.missing()), reason=f"this kernel cannot lock: {lockdown.missing()}")

# A parser taken over by a file. Its file names the targets; its text tells which attempts did not raise.
HOSTILE = """
import ctypes, json, os, resource, socket, subprocess, sys, time
import indexer.parsing.child as child
from indexer.parsing.layout import RawBlock, lay_out

libc = ctypes.CDLL(None, use_errno=True)

def call(*arguments):
    if libc.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]) < 0:
        raise OSError(ctypes.get_errno(), "no")

def tcp(t): socket.create_connection(("127.0.0.1", t["port"]))
def udp(t): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", t["port"]))
def unix(t): socket.socket(socket.AF_UNIX).connect(t["unix"])
def abstract(t): socket.socket(socket.AF_UNIX).connect(chr(0) + t["abstract"])
def pair(t): socket.socketpair()
def netlink(t): socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
def resolve(t): socket.getaddrinfo("localhost", 80)
def serve(t): socket.create_server(("127.0.0.1", 0))
def rebind(t): socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=0).bind(t["folder"] + "/socket")
def write_here(t): open("neu", "w").close()
def write_tmp(t): open("/tmp/ratslotse-neu", "w").close()
def write_home(t): open(t["home"] + "/neu", "w").close()
def write_shm(t): open("/dev/shm/ratslotse-neu", "w").close()
def write_index(t): open(t["ledger"], "r+").write("x")
def append_paper(t): open(t["paper"], "ab").write(b"x")
def make_folder(t): os.mkdir(t["folder"] + "/neu")
def delete(t): os.unlink(t["victim"])
def rename(t): os.rename(t["paper"], t["folder"] + "/weg")
def cut_off(t): os.truncate(t["paper"], 0)
def link(t): os.symlink("/", t["folder"] + "/link")
def rights(t): os.chmod(t["paper"], 0o777)
def times(t): os.utime(t["paper"])
def read_shadow(t): open("/etc/shadow").read()
def read_passwd(t): open("/etc/passwd").read()
def list_home(t): os.listdir(t["home"])
def list_root(t): os.listdir("/")
def read_ledger(t): open(t["ledger"]).read()
def read_config(t): open(t["config"]).read()
def read_other_paper(t): open(t["paper"]).read()
def read_environment(t): open(f"/proc/{t['parent']}/environ").read()
def read_memory(t): open(f"/proc/{t['parent']}/mem", "rb")
def list_processes(t): os.listdir("/proc")
def trace(t): call(101 if os.uname().machine == "x86_64" else 117, 16, t["parent"], 0, 0)
def read_over(t): call(310 if os.uname().machine == "x86_64" else 270, t["parent"], None, 0, None, 0, 0)
def kill_parent(t): os.kill(t["parent"], 0)
def kill_all(t): os.kill(-1, 0)
def descriptor_of_parent(t): os.pidfd_open(t["parent"])
def become_root(t): os.setuid(0)
def session(t): os.setsid()
def group(t):
    if os.fork() == 0:
        try: os.setpgid(0, 0)
        except OSError: os._exit(1)
        os._exit(0)
    if os.wait()[1]: raise OSError
def mount(t): libc.mount(b"none", b"/mnt", b"tmpfs", 0, None) == 0 or bad()
def namespace(t): libc.unshare(0x10000000) == 0 or bad()
def ring(t): call(425, 1, ctypes.create_string_buffer(120))
def keys(t): call(250 if os.uname().machine == "x86_64" else 219, 0, -3, 1)
def device(t): open("/dev/kmsg", "rb")
def terminal(t): open("/dev/tty", "rb")
def more_memory(t): resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
def more_files(t): resource.setrlimit(resource.RLIMIT_NOFILE, (100_000, 100_000))
def more_bytes(t): resource.prlimit(0, resource.RLIMIT_FSIZE, (1, 1))
def allocate(t): bytearray(4 << 30)
def shell(t): subprocess.run("echo x > " + t["folder"] + "/shell", shell=True, check=True, stderr=subprocess.DEVNULL)
def inherited(t):
    for number in range(3, 64):
        try:
            if b"GEHEIM" in os.pread(number, 100, 0): return
        except OSError: pass
    raise OSError
def environment(t):
    if not any("GEHEIM" in value for value in os.environ.values()): raise OSError
def fork_bomb(t):
    for _ in range(4000):
        if os.fork() == 0: time.sleep(60); os._exit(0)
def bad(): raise OSError

attempts = {name: value for name, value in list(globals().items()) if callable(value) and value.__module__ == "__main__"}
for name in ("call", "bad"): del attempts[name]

def parse(data, name, beat):
    told = json.loads(data)
    worked = []
    for name in told["attempts"] or attempts:
        try: attempts[name](told)
        except (OSError, ValueError, MemoryError, subprocess.SubprocessError): continue
        worked.append(name)
    if told.get("child"):
        if os.fork() == 0: os.execv("/bin/sleep", [__file__ + " child", "60"])
        time.sleep(60)
    return lay_out([RawBlock("paragraph", json.dumps({"tried": list(attempts), "worked": worked}))])

child.parse = parse
if UNLOCKED: child.lock = lambda *arguments: None
sys.argv = sys.argv[:1] + sys.argv[-2:]
child.main()
"""
# Those that work in an unlocked process of any user and do no harm: the others cannot be shown to be more than wrong.
WORK_UNLOCKED = (
    "tcp udp unix abstract pair resolve serve make_folder rights times write_index append_paper read_passwd list_home list_root "
    "read_ledger read_config read_other_paper read_environment list_processes kill_parent descriptor_of_parent link group delete "
    "cut_off rename shell"
).split()


@pytest.fixture
def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Gives the reading process another parser: HOSTILE."""

    def take_over(unlocked: bool = False) -> None:
        program = tmp_path / "hostile.py"
        program.write_text(HOSTILE.replace("UNLOCKED", str(unlocked)), encoding="utf-8")
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} {program} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        monkeypatch.setattr(sandbox.sys, "executable", str(python))

    return take_over


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What the hostile parser would like to reach, all of it there."""
    for name in ("ledger.sqlite", "ratslotse.toml", "nachbar.txt", "opfer.txt"):
        (tmp_path / name).write_text("GEHEIM", encoding="utf-8")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("RATSLOTSE_KEY", "GEHEIM")
    secret = os.open(tmp_path / "ledger.sqlite", os.O_RDONLY)
    os.set_inheritable(secret, True)
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    folder = Path(os.path.relpath(tmp_path))  # the address of a socket is short
    unix.bind(str(folder / "s"))
    abstract.bind(f"\0ratslotse-{os.getpid()}")
    with socket.create_server(("127.0.0.1", 0)) as server, unix, abstract:
        unix.listen()
        abstract.listen()
        yield {
            "port": server.getsockname()[1],
            "unix": str(tmp_path / "s"),
            "abstract": f"ratslotse-{os.getpid()}",
            "folder": str(tmp_path),
            "home": str(tmp_path / "home"),
            "ledger": str(tmp_path / "ledger.sqlite"),
            "config": str(tmp_path / "ratslotse.toml"),
            "paper": str(tmp_path / "nachbar.txt"),
            "victim": str(tmp_path / "opfer.txt"),
            "parent": os.getpid(),
            "attempts": None,
        }
    os.close(secret)


def told(path: Path, targets: dict[str, object]) -> Path:
    path.write_text(json.dumps(targets), encoding="utf-8")
    return path


@needs_lock
def test_a_hostile_parser_gets_nowhere(tmp_path: Path, targets, taken_over) -> None:
    taken_over()
    with Reader(60, 1024) as reader:
        result = json.loads(reader.read(told(tmp_path / "frage.txt", targets)).text)
    assert len(result["tried"]) >= 50
    assert result["worked"] == []
    assert (tmp_path / "nachbar.txt").read_text(encoding="utf-8") == "GEHEIM"


def test_without_the_lock_it_would(tmp_path: Path, targets, taken_over) -> None:
    """The attempts are real ones: those that harm nobody work in a process that is not locked in."""
    taken_over(unlocked=True)
    with Reader(60, 1024) as reader:
        result = json.loads(reader.read(told(tmp_path / "frage.txt", targets | {"attempts": WORK_UNLOCKED})).text)
    assert result["worked"] == WORK_UNLOCKED


def living(text: str) -> list[int]:
    """Processes with ``text`` in their command line. A killed one that nobody waited for has none."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if text in (entry / "cmdline").read_bytes().decode("utf-8", "replace"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def gone(text: str) -> bool:
    """Whether the processes end; killing takes effect a moment after the call."""
    deadline = time.monotonic() + 30
    while living(text) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not living(text)


linux = pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc to look for orphans in")


@linux
def test_a_reading_process_that_is_stopped_takes_its_children_along(tmp_path: Path, targets, taken_over) -> None:
    taken_over()
    with Reader(3, 1024) as reader, pytest.raises(errors.ReaderStopped):
        reader.read(told(tmp_path / "frage.txt", targets | {"attempts": ["tcp"], "child": True}))
    assert gone(str(tmp_path / "hostile.py"))


@linux
@pytest.mark.parametrize("child", [False, True], ids=["idle", "amid a file, with a child of its own"])
def test_after_the_indexer_is_killed_nothing_stays(tmp_path: Path, targets, taken_over, child: bool) -> None:
    taken_over()
    path = told(tmp_path / "frage.txt", targets | {"attempts": ["tcp"], "child": child})
    program = (
        "import pathlib, sys\n"
        "from indexer.parsing import sandbox\n"
        f"sandbox.sys.executable = {str(tmp_path / 'python')!r}\n"
        f"reader = sandbox.Reader(60, 1024); reader.read(pathlib.Path({str(path)!r}))\n"
        "print('read', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen([PYTHON, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as indexer:
        assert indexer.stdout is not None
        if child:  # the reading goes on
            deadline = time.monotonic() + 30
            while not living(f"{tmp_path}/hostile.py child") and time.monotonic() < deadline:
                time.sleep(0.01)
        else:
            assert indexer.stdout.readline() == b"read\n"
        assert len(living(str(tmp_path / "hostile.py"))) == 2 + child  # the reader and its guard
        indexer.kill()
    assert gone(str(tmp_path / "hostile.py"))


@needs_lock
def test_what_a_parser_needs_still_works(tmp_path: Path) -> None:
    """Modules are imported late, programs of the system started, their output read."""
    program = (
        "import os, sys\n"
        "from indexer.parsing.lockdown import lock\n"
        "lock(2048, os.getppid())\n"
        "import csv, encodings.cp1250, html.parser, subprocess, docx, pypdfium2, PIL.Image\n"
        "done = subprocess.run(['sh', '-c', 'tr a-z A-Z'], input=b'klein', capture_output=True, timeout=20)\n"
        "slow = subprocess.Popen(['sleep', '60'], stdin=subprocess.DEVNULL); slow.kill(); slow.wait()\n"
        "print(done.stdout.decode())\n"
    )
    environment = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=60)
    assert (done.stdout, done.stderr) == ("KLEIN\n", "")

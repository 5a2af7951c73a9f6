"""Locks the reading process in before it sees the first hostile byte; what the kernel lacks is left out and can be told.

Limits (setrlimit(2))       memory, computing time, open files, processes; not one byte written to a file
No new privileges           prctl(2), PR_SET_NO_NEW_PRIVS; root becomes nobody and keeps the right to read alone
Death with the parent       prctl(2), PR_SET_PDEATHSIG; a guard beside it kills the processes it leaves behind
Network, other processes    seccomp(2): a filter of system calls, syscalls.py
Files                       landlock(7): Python, our own modules and the system's programs and libraries can be read, nothing
                            else can: not the papers, not the index, the settings, /proc, /etc or /home

The file to be read comes as an open descriptor (sandbox.py). All of it works without privileges and in containers.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import select
import signal
import struct
import sys
import sysconfig
from pathlib import Path

from indexer.parsing.syscalls import denied, special

_NOBODY = 65534
_SECONDS = 7200  # of computing; sandbox.py is much quicker, this is for a process that it has lost
_OPEN_FILES = 64
_PROCESSES = 256

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 8, 22, 38
_CAP_DAC_READ_SEARCH = 1 << 2
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # landlock(7), the same number everywhere
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/fonts", "/etc/ld.so.cache", "/dev/urandom", "/dev/zero")

_libc = ctypes.CDLL(None, use_errno=True)


def missing() -> list[str]:
    """What this system cannot lock: "network", "files"."""
    return ["network"] * (not _can_filter()) + ["files"] * (_landlock_version() < 1)


def lock(megabytes: int, parent: int) -> None:
    """Locks this process and all that it starts. To be called once. Raises OSError if it fails or if there are more threads."""
    _limit(megabytes)
    if sys.platform == "linux":
        if os.stat("/proc/self/task").st_nlink > 3:  # a directory for each thread, besides "." and ".."
            raise OSError("threads would not be locked in")
        _set_guard()
        _drop_root()
        _call(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _call(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
        if os.getppid() != parent:  # it died before the kernel was told
            sys.exit(1)
        if _landlock_version() > 0:
            _restrict_files()
        if _can_filter():
            _filter_calls(parent)


def _set_guard() -> None:
    """A process that waits for this one's death, then kills its group: the programs that it started, and itself."""
    if os.getpgid(0) != os.getpid():
        return  # the group is not ours (tests)
    reader = os.getpid()
    if os.fork() == 0:
        os.closerange(0, _OPEN_FILES)
        try:
            select.select([os.pidfd_open(reader)], [], [])  # not a signal: the locked process may not send one to us
        except ProcessLookupError:
            pass  # it is dead already
        except OSError:
            os._exit(1)  # before Linux 5.3 there is no guard
        os.killpg(reader, signal.SIGKILL)


def _limit(megabytes: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (limit, limit))


def _limit_processes() -> None:
    """Some hundred beyond those that this user has: the limit counts them all, and not all of them can be seen."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    limit = _PROCESSES
    while hard == resource.RLIM_INFINITY or 2 * limit < hard:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))
        try:
            if (child := os.fork()) == 0:
                os._exit(0)
        except BlockingIOError:
            limit *= 2
        else:
            os.waitpid(child, 0)
            resource.setrlimit(resource.RLIMIT_NPROC, (2 * limit, 2 * limit))
            return


def _drop_root() -> None:
    """Root becomes nobody, whom limits on processes bind; it can still read the Python of root's home, where that is."""
    if os.geteuid() == 0:
        _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
        try:
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        except OSError:
            pass  # a container may have taken the right to: it then is a weak root already
        for kept in (_CAP_DAC_READ_SEARCH, 0):
            header = struct.pack("=Ii", 0x20080522, 0)  # capset(2): version 3, this process
            if _libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)) == 0:
                break
    _limit_processes()


def _landlock_version() -> int:
    """0 where there is no Landlock."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1))))


def _restrict_files() -> None:
    version = _landlock_version()
    rights = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1  # newer versions know more kinds of access
    tcp = 3 if version >= 4 else 0  # bind and connect
    scopes = 3 if version >= 6 else 0  # abstract sockets and signals: to its own children only
    attributes = struct.pack("=QQQ", rights, tcp, scopes)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = _call(_libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0)))
    for path in _readable():
        _allow(ruleset, path, _EXECUTE | _READ_FILE | _READ_DIR)
    _allow(ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)
    _call(_libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint(0)))
    os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not on this system
    if not path.is_dir():
        rights &= ~_READ_DIR
    _call(_libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, descriptor), ctypes.c_uint(0)))
    os.close(descriptor)


def _readable() -> set[Path]:
    """Python, its packages, this package, the system. Not all of sys.path: a checkout may hold settings and an index."""
    packages = [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    python = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    libraries = [str(Path(sys.base_prefix, "lib")), str(Path(sys.base_exec_prefix, "lib"))]
    ours = str(Path(__file__).resolve().parents[1])
    return {Path(entry) for entry in (*packages, *python, *libraries, ours, *_SYSTEM)}


def _can_filter() -> bool:
    """Whether the kernel knows filters (it answers EFAULT to one at no address) and we know its architecture."""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES or sys.maxsize < 1 << 32:
        return False
    _libc.prctl(_PR_SET_SECCOMP, 2, None, 0, 0)
    return ctypes.get_errno() == 14


def _filter_calls(parent: int) -> None:
    program = _program(platform.machine(), parent)
    code = ctypes.create_string_buffer(program)
    filters = struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(code))
    _call(_libc.prctl(_PR_SET_SECCOMP, 2, filters, 0, 0))


def _program(machine: str, parent: int) -> bytes:
    """The filter in BPF: linux/filter.h, seccomp(2). struct seccomp_data: number at 0, architecture at 4, arguments from 16."""
    load, equal, atleast, anybit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, forbid, unknown = 0x7FFF0000, 0x00050001, 0x00050026  # RET_ALLOW, RET_ERRNO with EPERM, with ENOSYS
    code = [(load, 0, 0, 4), (equal, 1, 0, _ARCHITECTURES[machine]), (answer, 0, 0, forbid), (load, 0, 0, 0)]
    if machine == "x86_64":
        code += [(atleast, 0, 1, 0x40000000), (answer, 0, 0, forbid)]  # the numbers of the x32 ABI
    for number in denied(machine):
        code += [(equal, 0, 1, number), (answer, 0, 0, forbid)]
    calls = special(machine)
    for name in ("clone3", "openat2"):
        code += [(equal, 0, 1, calls[name]), (answer, 0, 0, unknown)]
    creating = os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
    judged = [  # call, argument, test, value
        ("clone", 0, anybit, 0x7E020000),  # CLONE_NEW…: namespaces
        ("open", 1, anybit, creating),
        ("openat", 2, anybit, creating),
        ("kill", 0, equal, parent),
        ("kill", 0, atleast, 0x80000000),  # below zero: groups and everybody
        ("tgkill", 0, equal, parent),
    ]
    for name, argument, test, value in judged:
        if name in calls:
            code += [(equal, 0, 4, calls[name]), (load, 0, 0, 16 + 8 * argument), (test, 0, 1, value), (answer, 0, 0, forbid)]
            code += [(load, 0, 0, 0)]
    for half in (0, 4):  # prlimit64 may ask, not set: its third argument is a pointer to the new limits
        code += [(equal, 0, 4, calls["prlimit64"]), (load, 0, 0, 32 + half), (equal, 1, 0, 0), (answer, 0, 0, forbid)]
        code += [(load, 0, 0, 0)]
    code += [(answer, 0, 0, allow)]
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def _call(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

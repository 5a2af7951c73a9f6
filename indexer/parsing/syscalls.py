"""System calls no parser needs, for the filter of lockdown.py: name, number on x86_64, number on aarch64 ("-": not there).

Numbers: asm/unistd_64.h and asm-generic/unistd.h of Linux 6. A call that is not listed stays allowed: a list of what is allowed
would have to follow every version of libc, Python and Tesseract.
"""

from __future__ import annotations

_NETWORK = """
socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242,
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427
"""
_OTHER_PROCESSES = """
ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440 440, kcmp 312 272,
pidfd_open 434 434, pidfd_getfd 438 438, pidfd_send_signal 424 424, tkill 200 130, rt_sigqueueinfo 129 138,
rt_tgsigqueueinfo 297 240, setsid 112 157, setpgid 109 154, shmget 29 194, shmat 30 196, msgget 68 186, semget 64 190,
mq_open 240 180
"""
_FILES = """
chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54,
setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16,
utime 132 -, utimes 235 -, futimesat 261 -, utimensat 280 88, mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -,
unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276, link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36,
mknod 133 -, mknodat 259 33, truncate 76 45, creat 85 -, name_to_handle_at 303 264, open_by_handle_at 304 265
"""
_SYSTEM = """
mount 165 40, umount2 166 39, move_mount 429 429, open_tree 428 428, fsopen 430 430, fsmount 432 432, fsconfig 431 431,
fspick 433 433, mount_setattr 442 442, pivot_root 155 41, chroot 161 51, unshare 272 97, setns 308 268, swapon 167 224,
swapoff 168 225, reboot 169 142, kexec_load 246 104, kexec_file_load 320 294, init_module 175 105, finit_module 313 273,
delete_module 176 106, bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, keyctl 250 219, add_key 248 217,
request_key 249 218, quotactl 179 60, acct 163 89, syslog 103 116, iopl 172 -, ioperm 173 -, vhangup 153 58,
sethostname 170 161, settimeofday 164 170, clock_settime 227 112, clock_adjtime 305 266, adjtimex 159 171
"""
_IDENTITY = """
setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147, setresgid 119 149,
setgroups 116 159, setfsuid 122 151, setfsgid 123 152, capset 126 91, setrlimit 160 164
"""
# Denied by their arguments, or answered "not known here" (ENOSYS), upon which libc takes an older call that can be judged.
_SPECIAL = (
    "clone 56 220, clone3 435 435, openat2 437 437, open 2 -, openat 257 56, kill 62 129, tgkill 234 131, prlimit64 302 261"
)


def denied(machine: str) -> list[int]:
    """Numbers on ``machine`` (x86_64 or aarch64)."""
    return list(_numbers(machine, ",".join((_NETWORK, _OTHER_PROCESSES, _FILES, _SYSTEM, _IDENTITY))).values())


def special(machine: str) -> dict[str, int]:
    return _numbers(machine, _SPECIAL)


def _numbers(machine: str, table: str) -> dict[str, int]:
    column = 1 if machine == "x86_64" else 2
    rows = [row.split() for row in table.split(",")]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}

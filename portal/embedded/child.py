"""Start a program that dies with its parent, as another user where PostgreSQL demands it.

Run as a file by ``processes.spawn`` (``python -I child.py --parent PID --signal N --as WHO -- …``):
everything happens after the fork in a fresh interpreter, because a ``preexec_fn`` is unsafe in a
process that has threads. Standard library only.
"""

import argparse
import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CLONE_NEWUSER = 0x10000000
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1

SELF, NAMESPACE, NOBODY = "self", "namespace", "nobody"


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapSets(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, call: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")


def die_with_parent(parent: int, signum: int) -> None:
    """Ask the kernel to send `signum` when the parent ends, however it ends."""
    if sys.platform == "linux":
        _checked(_libc().prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0), "prctl")
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(0)


def enter_namespace() -> None:
    """Become a user other than root in an own user namespace; files stay root's outside."""
    uid, gid = os.geteuid(), os.getegid()
    inside = pwd.getpwnam("nobody")  # initdb asks for a name of the number it runs as
    _checked(_libc().unshare(CLONE_NEWUSER), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside.pw_uid} {uid} 1"),
        ("gid_map", f"{inside.pw_gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def become_nobody() -> None:
    """Drop to `nobody`, keeping only the right to pass root's closed folders on the way to ours.

    Without that right a project below /root (mode 700) could not be reached.
    """
    libc = _libc()
    nobody = pwd.getpwnam("nobody")
    _checked(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    bit = 1 << CAP_DAC_OVERRIDE
    header = _CapHeader(CAPABILITY_VERSION_3, 0)
    sets = (_CapSets * 2)(_CapSets(bit, bit, bit), _CapSets(0, 0, 0))
    if libc.capset(ctypes.byref(header), ctypes.byref(sets)) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main(argv: list[str]) -> None:
    """Parse, change identity, tie to the parent, and become the program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--as", dest="identity", choices=[SELF, NAMESPACE, NOBODY], default=SELF)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(argv)
    if options.identity == NAMESPACE:
        enter_namespace()
    elif options.identity == NOBODY:
        become_nobody()
    # After the change of identity: the kernel forgets the wish when credentials change.
    die_with_parent(options.parent, options.signal)
    os.execvp(options.command[0], options.command)  # noqa: S606 - the program is the caller's


if __name__ == "__main__":
    main(sys.argv[1:])

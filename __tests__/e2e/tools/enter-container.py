"""Becomes a container's first process: the last step of a container runtime, after the mounts.

Arguments: a JSON object, then the command as the pod has it. What is done here cannot be done from outside the mounts
(the new root has no tool of ours), nor from inside with fewer rights.
"""

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG, PR_CAPBSET_READ, PR_CAPBSET_DROP = 1, 23, 24
START_ERROR = 128  # the kubelet reports this for a command that cannot be started

spec = json.loads(sys.argv[1])
command = sys.argv[2:]
prctl = ctypes.CDLL(None, use_errno=True).prctl

# runtimes give the log's pipe to the container's user, who could not open /dev/stdout otherwise
os.fchown(1, spec["user"], -1)
os.fchown(2, spec["user"], -1)
os.chroot(spec["root"])
try:
    os.chdir(spec["workingDir"])
except OSError as error:
    print(f"cannot change to the working directory: {error}", file=sys.stderr)
    sys.exit(START_ERROR)

capability = 0
while prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    capability += 1
os.setgroups(spec["groups"])
os.setgid(spec["group"])
os.setuid(spec["user"])
# a change of user resets this
prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
os.umask(0o022)

# without the variables that the programs before this one added
environment = {name: value for name, value in os.environ.items() if name in spec["variables"]}
# Python ignores SIGPIPE, and the command would inherit that
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
try:
    os.execvpe(command[0], command, environment)
except OSError as error:
    print(f"cannot start {command[0]}: {error.strerror}", file=sys.stderr)
    sys.exit(START_ERROR)

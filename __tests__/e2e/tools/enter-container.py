"""Turns into a container's first process: the last step of a container runtime, after the mounts are made.

Arguments: a JSON object, then the command as the pod has it. What is done here cannot be done from outside the mounts
(the new root has no tool of ours), nor from inside with fewer rights.
"""

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG, PR_CAPBSET_READ, PR_CAPBSET_DROP = 1, 23, 24
START_ERROR = 128  # what the kubelet reports for a command that could not be started

spec = json.loads(sys.argv[1])
command = sys.argv[2:]
prctl = ctypes.CDLL(None, use_errno=True).prctl

# runtimes hand the log's pipe over to the container's user: else it could not open /dev/stdout
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
# a change of user takes this back
prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
os.umask(0o022)

# not what the programs on the way here added
environment = {name: value for name, value in os.environ.items() if name in spec["variables"]}
# Python ignores SIGPIPE and would pass that on
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
try:
    os.execvpe(command[0], command, environment)
except OSError as error:
    print(f"cannot start {command[0]}: {error.strerror}", file=sys.stderr)
    sys.exit(START_ERROR)

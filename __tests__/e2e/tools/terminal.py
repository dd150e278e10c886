"""Runs a command in a terminal of its own and types what it is told to, each as soon as a text is on the screen.

terminal.py '[["text to wait for", "keys"], ...]' COMMAND [ARGUMENT]...

Prints the screen, and ends as the command does.
"""

import json
import os
import pty
import select
import sys
import termios
import time

steps = json.loads(sys.argv[1])
deadline = time.monotonic() + 60
pid, terminal = pty.fork()
if pid == 0:
    termios.tcsetwinsize(1, (24, 100))
    os.execvp(sys.argv[2], sys.argv[2:])

screen = b""
seen = 0
while True:
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        os.kill(pid, 9)
        screen += b"\n(nothing more came)\n"
        break
    try:
        output = os.read(terminal, 65536)
    except OSError:  # Linux reports a closed other end like this
        output = b""
    if not output:
        break
    screen += output
    while steps and (at := screen.find(steps[0][0].encode(), seen)) >= 0:
        seen = at + len(steps[0][0].encode())
        os.write(terminal, steps.pop(0)[1].encode())

sys.stdout.buffer.write(screen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

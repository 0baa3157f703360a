#!/usr/bin/env python3
"""Draws what `cgocall top` shows of a program, in a terminal, as it was: draw-top.py COMMAND PROGRAM.. > top.svg

The guide on debugging has the program: draw-top.py cgocall target/debug/reports 600. (Linux.)"""

import fcntl, html, os, pty, re, select, struct, subprocess, sys, termios

COLUMNS, ROWS, WIDTH, HEIGHT = 104, 13, 7.85, 18

program = subprocess.Popen(sys.argv[2:], env={**os.environ, "CGOCALL_TRACE": "top"}, stdout=subprocess.DEVNULL)
keys, side = pty.openpty()
fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
shown = b""
while b"IMPORTED AT" not in shown:  # it may not have begun to use cgocall
    top = subprocess.Popen([sys.argv[1], "top", str(program.pid)], stdin=side, stdout=side, stderr=side)
    while shown.count(b"\x1b[J") < 3 and (top.poll() is None or select.select([keys], [], [], 0.1)[0]):
        if select.select([keys], [], [], 0.1)[0]:
            shown += os.read(keys, 65536)
    if top.poll() is None:
        os.write(keys, b"q")
        top.wait()
program.kill()
program.wait()

screen = shown.decode().split("\x1b[J")[1].split("\x1b[H")[-1]
lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).rstrip() for line in screen.split("\r\n")]
width, height = round(COLUMNS * WIDTH) + 20, len(lines) * HEIGHT + 20
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">')
print('<title>cgocall top</title>\n<rect width="100%" height="100%" rx="6" fill="#1d1f21"/>')
print('<g font-family="monospace" font-size="13" fill="#e0e0e0" xml:space="preserve">')
for number, line in enumerate(lines):
    if line:
        length = round(len(line) * WIDTH)
        text = html.escape(line).replace(" ", "\u00a0")
        print(f'<text x="10" y="{(number + 1) * HEIGHT + 6}" textLength="{length}">{text}</text>')
print("</g>\n</svg>")

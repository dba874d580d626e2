"""Clients that are killed in the middle of a call."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from normal import Normal
from server import Server
from wire import RENDER, Wire, message


def mid_answer(server, body):
    """Reads part of the answer, then resets."""
    wire = Wire(server)
    wire.call(RENDER, body)
    wire.socket.settimeout(20)
    wire.socket.recv(random.choice((1, 4096, 65536)))
    wire.reset()


def mid_request(server, body):
    """Sends half of the request, then resets."""
    wire = Wire(server)
    stream = wire.begin(RENDER)
    whole = message(body)
    wire.data(stream, whole[: random.randrange(5, len(whole))])
    wire.reset()


def before_reading(server, body):
    """Sends the whole request, then resets while the page is made."""
    wire = Wire(server)
    wire.call(RENDER, body)
    time.sleep(random.uniform(0, 0.05))
    wire.reset()


def while_uploading(server, _):
    """Announces a picture, sends part of it, then resets: the server frees the reserved bytes."""
    wire = Wire(server)
    stream = wire.begin("/banmian.v1.TypesetService/UploadPicture")
    # header { total_bytes: 8388608 }, then chunks of 64 KiB
    wire.data(stream, message(bytes.fromhex("0a0510") + b"\x80\x80\x80\x04"))
    for _ in range(3):
        wire.data(stream, message(b"\x12\x80\x80\x04" + bytes(65536)))
    wire.reset()


WAYS = (mid_answer, mid_request, before_reading, while_uploading)


def resets(server, kit, count, first):
    """Opens `count` connections that end with RST at every point, at most sixteen at a time."""
    slots, threads = threading.Semaphore(16), []

    def one(number):
        with slots:
            try:
                WAYS[number % len(WAYS)](server, kit.mix.request(first + number).SerializeToString())
            except OSError as error:
                print(f"reset {number}: {error}")

    for number in range(count):
        threads.append(threading.Thread(target=one, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()


def kills(server, args, count):
    """Starts `count` client processes and kills them with SIGKILL in the middle of their calls."""
    command = [sys.executable, str(Path(__file__).parent / "victim.py"), str(args.project), server.target]
    while count > 0:
        batch = [
            subprocess.Popen(command + [str(random.randrange(1 << 30))], stdout=subprocess.PIPE)
            for _ in range(min(count, 5))
        ]
        for process in batch:
            process.stdout.readline()
        time.sleep(random.uniform(0, 0.2))
        for process in batch:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
        count -= len(batch)


def run(kit, args):
    faults, memory = [], []
    # Little is kept, so that memory tells of nothing else.
    with Server(args.server, {"cache_bytes": 4 << 20}) as server:
        with Normal(server, kit, first=2_000_000):
            time.sleep(5)
        before = server.state()
        print(f"before: {before}", flush=True)
        for round_ in range(3):
            with Normal(server, kit, first=3_000_000 + round_ * 500_000) as normal:
                resets(server, kit, args.victims * 9 // 10, round_ * args.victims)
                kills(server, args, args.victims // 10)
            after, took = server.rest(before)
            figures = server.metrics()
            pictures = figures["banmian_pictures_bytes"]
            print(
                f"{args.victims} killed, round {round_ + 1}: {normal}; {after}; at rest after {took} s; pictures {pictures:.0f} B",
                flush=True,
            )
            memory.append(after.resident_mib)
            if took is None:
                faults.append(f"not at rest: {after}")
            if normal.bad():
                faults.append(f"normal calls failed: {normal.bad()[:3]}")
            if pictures:
                faults.append(f"{pictures} bytes of pictures are still counted")
            if figures["banmian_panics_total"]:
                faults.append("panics")
    if memory[-1] > 1.1 * memory[0]:
        faults.append(f"memory grows: {memory}")
    return faults

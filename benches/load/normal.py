"""A normal client that keeps calling while others misbehave."""

import threading
import time

import client


class Normal:
    """Context manager: ordinary calls in the background, each for a different page."""

    def __init__(self, server, kit, clients=2, pause=0.02, first=1_000_000):
        self.server, self.kit, self.pause = server, kit, pause
        self.outcomes = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.go, args=(first + n * 100_000,)) for n in range(clients)]

    def go(self, number):
        with self.kit.stub(self.server) as stub:
            while not self.stopped.is_set():
                self.outcomes.append(client.render(stub, self.kit.mix.request(number)))
                number += 1
                time.sleep(self.pause)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def bad(self):
        return [outcome for outcome in self.outcomes if not outcome.ok]

    def __str__(self):
        seconds = [outcome.seconds for outcome in self.outcomes if outcome.ok]
        slowest = max(seconds, default=0)
        turned = sum(outcome.turned_away for outcome in self.outcomes)
        return (
            f"normal calls {len(self.outcomes)}, bad {len(self.bad())}, turned away {turned}, slowest {slowest:.2f} s"
        )

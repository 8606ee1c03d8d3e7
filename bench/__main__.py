"""`make bench`: run the workloads and print ours, the floor, and the ratio between them.

ARGS="orders night" picks workloads, ARGS="--seconds 5" shortens them. Works in a database of its own.
"""

import argparse
import os
import sys

os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("DEMO", "1")  # pages find their static files where they lie
os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark")
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")

from bench import scratch
from bench.report import Result, show


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", default=[])
    parser.add_argument("--seconds", type=int, default=10, help="how long each throughput is measured")
    parser.add_argument("--scale", type=float, default=0.1, help="the size of batches; 1 is the size of the targets")
    parser.add_argument("--members", type=int, default=100_000, help="members of the home page's and the search's shop")
    options = parser.parse_args()
    results: list[Result] = []
    with scratch.database():
        from bench import (  # after Django is set up
            api,
            audit,
            engine,
            expiry,
            exports,
            files,
            find,
            home,
            imports,
            moves,
            night,
            orders,
            replay,
            review,
        )

        workloads = {
            "engine": engine.run,
            "orders": orders.run,
            "expiry": expiry.run,
            "home": home.run,
            "find": find.run,
            "imports": imports.run,
            "files": files.run,
            "exports": exports.run,
            "api": api.run,
            "review": review.run,
            "moves": moves.run,
            "audit": audit.run,
            "night": night.run,
            "replay": replay.run,
        }
        for name in options.workloads or workloads:
            print(f"{name} …", file=sys.stderr, flush=True)
            results += workloads[name](options)
    show(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())

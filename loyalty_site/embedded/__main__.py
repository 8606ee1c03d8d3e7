"""`python -m loyalty_site.embedded start|stop|status|reset`: the embedded servers by hand."""

import sys

from loyalty_site import embedded


def status() -> None:
    for server in embedded.needed():
        name = server.__name__.rsplit(".", 1)[-1]
        print(f"{name}: {'running' if server.is_running() else 'stopped'} at {server.url()}")


COMMANDS = {"start": embedded.keep, "stop": embedded.stop, "status": status, "reset": embedded.reset}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    try:
        COMMANDS[arguments[0]]()
    except embedded.Broken as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

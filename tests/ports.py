"""Ports for servers that are started, killed and started again: nobody else is given one meanwhile."""

import socket


def held_port() -> socket.socket:
    """Return a socket that listens to nothing and keeps its port until it is closed.

    Whoever asks for any free port is given another one; a server that says the port may be shared, as granian and
    HAProxy do, can have it.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    return held


def port_of(held: socket.socket) -> int:
    """Return the number of a held port."""
    port: int = held.getsockname()[1]
    return port

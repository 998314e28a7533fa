"""nginx takes the configuration of `reading/deploy`, and where no machine answers it speaks in the service's words."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

import config
from tests.ports import held_port, port_of

DEPLOY = config.ROOT / "reading" / "deploy"
AROUND = """
daemon off; master_process off; pid {folder}/pid; events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/sent; proxy_temp_path {folder}/told; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/reading.conf;
}}
"""


def as_here(text: str, folder: Path, port: int) -> str:
    """Return the configuration with no machine behind it, reached by this port; what it encrypts, by a socket."""
    text = re.sub(r"^.*\[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80;", f"listen unix:{folder}/80;")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} reuseport;\n    listen unix:{folder}/443 ")
    # A certificate named by a variable is first looked for when somebody calls.
    text = text.replace("/etc/ssl/reading/", "/$ssl_server_name/")
    return text.replace("/var/www/reading", str(DEPLOY)).replace("127.0.0.1:8000", f"unix:{folder}/nobody")


def wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert nginx, "nginx is needed: sh .ci/needs nginx"
    with closing(held_port()) as held:
        given = as_here((DEPLOY / "nginx.conf").read_text(encoding="utf-8"), tmp_path, port_of(held))
        (tmp_path / "reading.conf").write_text(given, encoding="utf-8")
        (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path), encoding="utf-8")
        command = [nginx, "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_for(port_of(held))
        yield port_of(held)
        running.terminate()
        running.wait()


def test_where_no_machine_answers_both_languages_say_one_moment(port: int) -> None:
    for method, said in (("GET", "再试一次"), ("POST", "您写的内容还在浏览器里")):
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request(method, "/logbook/new", body=b"id=1" if method == "POST" else None)
            answer = connection.getresponse()
            page = answer.read().decode()
        assert (answer.status, answer.headers["Retry-After"]) == (502, "10")
        assert said in page
        assert "One moment, please" in page

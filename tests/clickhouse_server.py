"""ClickHouse in a process of its own (chdb), answering by HTTP as a server does: ``python -m tests.clickhouse_server``.

It knows the user ``analyst``, whose password is ``counts``, and the database ``shop``. It prints its port, and ends
when its input does.
"""

import base64
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from chdb.session import Session

ANALYST = base64.b64encode(b"analyst:counts").decode()


def serve(folder):
    session = Session(str(folder / "data"))
    session.query("CREATE DATABASE shop")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            content, status = self.answer(parse_qs(urlsplit(self.path).query), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def answer(self, asked, body):
            if self.headers["Authorization"] != f"Basic {ANALYST}":
                return b"Code: 516. DB::Exception: Authentication failed", 403
            try:
                session.query(f"USE {asked['database'][0]}")
                sql = asked.get("query")
                return self.insert(sql[0], body) if sql else session.query(body.decode()).bytes(), 200
            except Exception as error:
                # a server that has begun to answer can't take back that all is well, unless it was told to wait
                return str(error).encode(), 500 if asked.get("wait_end_of_query") == ["1"] else 200

        def insert(self, sql, body):
            # a server reads the rows after the statement, chdb from a file
            into, _, kind = sql.partition(" FORMAT ")
            path = folder / "rows"
            path.write_bytes(body)
            return session.query(f"{into} SELECT * FROM file('{path}', '{kind}')").bytes()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        serve(Path(temporary))

"""ClickHouse in a process of its own (chdb), answering by HTTP as a server does: ``python -m tests.clickhouse_server``.

It prints its port, and ends when its input does.
"""

import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from chdb.session import Session


def serve(folder):
    session = Session(str(folder / "data"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sql = parse_qs(urlsplit(self.path).query).get("query")
            try:
                content, status = self.insert(sql[0], body) if sql else session.query(body.decode()).bytes(), 200
            except Exception as error:
                content, status = str(error).encode(), 500
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

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

"""Hands a call of the AWS CLI to aws_server.py: `python aws_client.py PORT ARGUMENTS`."""

import json
import socket
import sys

with (
    socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection,
    connection.makefile("rwb") as stream,
):
    stream.write(json.dumps(sys.argv[2:]).encode() + b"\n")
    stream.flush()
    code, output, errors = json.loads(stream.read())
sys.stdout.write(output)
sys.stderr.write(errors)
sys.exit(code)

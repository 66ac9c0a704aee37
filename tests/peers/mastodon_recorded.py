"""Writes what Mastodon.py's own tests recorded of a real Mastodon as JSON lines.

    python mastodon_recorded.py mastodon_py-2.3.3.tar.gz > recorded.jsonl

The file is what the environment variable TEST_MASTODON_RECORDED may name.
"""

import gzip
import json
import re
import sys
import tarfile

import yaml

FOLDERS = ("/tests/cassettes/", "/tests/cassettes_special/", "/tests/cassettes_entity_tests/")


def text(body):
    if isinstance(body, bytes):
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        return body.decode("utf-8", "replace")
    return body or ""


def main(sdist):
    with tarfile.open(sdist) as files:
        for member in files:
            name = member.name
            wanted = name.endswith(".yaml") and not name.endswith(".ws.yaml")
            if not wanted or not any(folder in name for folder in FOLDERS):
                continue
            recorded = yaml.load(files.extractfile(member), Loader=yaml.CSafeLoader)
            for one in (recorded or {}).get("interactions", []):
                request, response = one["request"], one["response"]
                print(json.dumps({
                    "method": request["method"],
                    "uri": re.sub(r"^https?://[^/]*", "", request["uri"]),
                    "auth": "Authorization" in request["headers"],
                    "status": response["status"]["code"],
                    "body": text(response["body"]["string"]),
                }))


if __name__ == "__main__":
    main(sys.argv[1])

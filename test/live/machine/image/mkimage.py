"""Writes a container image archive from a root directory.

usage: mkimage.py NAME ROOTFS ENTRYPOINT_JSON OUT.tar
"""

import hashlib
import io
import json
import platform
import sys
import tarfile

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

name, rootfs, entrypoint, out = sys.argv[1:5]

buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w") as tar:
    tar.add(rootfs, arcname=".")
layer = buffer.getvalue()
layer_id = hashlib.sha256(layer).hexdigest()

config = json.dumps({
    "architecture": ARCHITECTURES[platform.machine()],
    "os": "linux",
    "config": {"Entrypoint": json.loads(entrypoint), "Env": ["PATH=/bin"]},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + layer_id]},
}).encode()
config_id = hashlib.sha256(config).hexdigest()

manifest = json.dumps([
    {"Config": config_id + ".json", "RepoTags": [name], "Layers": [layer_id + "/layer.tar"]},
]).encode()

with tarfile.open(out, "w") as archive:
    for path, data in (
        (config_id + ".json", config),
        (layer_id + "/layer.tar", layer),
        ("manifest.json", manifest),
    ):
        info = tarfile.TarInfo(path)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))

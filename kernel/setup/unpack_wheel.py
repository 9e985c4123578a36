"""Unpacks from a TensorFlow wheel only what tfjs-node's binding is compiled and linked with.

usage: unpack_wheel.py <wheel> <folder>
"""

import os
import shutil
import sys
import zipfile

LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")
HEADERS = ("tensorflow/c/", "tensorflow/core/platform/", "tsl/")


def target(name):
    """Where a member of the wheel goes, or None where it is not wanted."""
    if not name.startswith("tensorflow/"):
        return None
    inside = name[len("tensorflow/") :]
    if inside in LIBRARIES:
        return os.path.join("lib", inside)
    if inside.startswith("include/"):
        header = inside[len("include/") :]
        if header.endswith(".h") and header.startswith(HEADERS):
            return os.path.join("include", header)
    return None


def main(wheel, folder):
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            place = target(member.filename)
            if place is None:
                continue
            path = os.path.join(folder, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    for library in LIBRARIES:
        # The linker looks for the name without a version.
        link = os.path.join(folder, "lib", library.replace("_cc.so.2", ".so").replace(".so.2", ".so"))
        os.symlink(library, link)


main(sys.argv[1], sys.argv[2])

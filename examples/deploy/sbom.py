#!/usr/bin/env python3
"""Writes the components of the program as CycloneDX 1.5 JSON: the crates of Cargo.lock and the faces.

    cargo metadata --locked --format-version 1 | python3 examples/deploy/sbom.py > banmian.cdx.json

The same tree gives the same bytes: there is no clock and no random number in it. Crates of the build alone
have scope `excluded`; those of the tests are left out.
"""

import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def checksums():
    """SHA-256 of each crate, by name and version, as Cargo.lock pins it."""
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return {(it["name"], it["version"]): it.get("checksum") for it in lock["package"]}


def edges(node, kinds):
    return [it["pkg"] for it in node["deps"] if any(dep["kind"] in kinds for dep in it["dep_kinds"])]


def reached(nodes, root, kinds):
    """Ids of all packages that `root` depends on, directly or not, by dependencies of some kinds."""
    found, open_ = set(), [root]
    while open_:
        at = open_.pop()
        if at not in found:
            found.add(at)
            open_ += edges(nodes[at], kinds)
    return found


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, kind, scope, sums):
    out = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"],
           "scope": scope, "purl": purl(package)}
    if package.get("description"):
        out["description"] = " ".join(package["description"].split())
    if package.get("license"):
        # Old crates write alternatives with a slash.
        out["licenses"] = [{"expression": " OR ".join(it.strip() for it in package["license"].split("/"))}]
    if checksum := sums.get((package["name"], package["version"])):
        out["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return out


def faces():
    """The font files in the binary."""
    for line in (ROOT / "fonts/SHA256SUMS").read_text().splitlines():
        checksum, name = line.split()
        yield {"type": "file", "bom-ref": f"fonts/{name}", "name": name, "scope": "required",
               "hashes": [{"alg": "SHA-256", "content": checksum}]}


def main():
    metadata = json.load(sys.stdin)
    packages = {it["id"]: it for it in metadata["packages"]}
    nodes = {it["id"]: it for it in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    linked = reached(nodes, root, {None})
    all_ = sorted(reached(nodes, root, {None, "build"}), key=lambda it: purl(packages[it]))
    sums = checksums()
    crates = [component(packages[it], "library", "required" if it in linked else "excluded", sums)
              for it in all_ if it != root]
    main_component = component(packages[root], "application", "required", sums)
    tree = [{"ref": purl(packages[it]), "dependsOn": sorted({purl(packages[to]) for to in edges(nodes[it], {None, "build"})})}
            for it in all_]
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
           "metadata": {"component": main_component}, "components": [*crates, *faces()], "dependencies": tree}
    json.dump(bom, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()

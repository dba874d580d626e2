#!/usr/bin/env python3
"""Measures the language of the source: names, doc comments, comments in code, circles of modules,
length of documents.

    python3 tests/tools/language.py            # the working tree
    python3 tests/tools/language.py REVISION   # a commit, read with `git show`

Test modules are left out. Numbers are printed as one Markdown table row each.
"""
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TYPE = re.compile(r"^\s*(?:pub(?:\([a-z ]+\))? )?(?:struct|enum|trait) (\w+)", re.M)
FUNCTION = re.compile(r"^\s*(?:pub(?:\([a-z ]+\))? )?(?:const |async )*fn (\w+)", re.M)
BAD_OPENINGS = ("What", "That", "So many", "The same", "Whether so")


def files(revision, prefix, suffix):
    """Yields path and text of every file under `prefix`, from a revision or the working tree."""
    if revision is None:
        for path in sorted((ROOT / prefix).rglob(f"*{suffix}")):
            yield str(path.relative_to(ROOT)), path.read_text()
        return
    listed = git("ls-tree", "-r", "--name-only", revision, prefix)
    for name in listed.splitlines():
        if name.endswith(suffix):
            yield name, git("show", f"{revision}:{name}")


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, check=True, text=True, capture_output=True).stdout


def without_tests(text):
    """Returns the text without its test modules."""
    out, lines = [], iter(text.split("\n"))
    for line in lines:
        if line.strip() == "#[cfg(test)]":
            end = line[: len(line) - len(line.lstrip())] + "}"
            for inner in lines:
                if inner == end or inner.endswith(";") and not inner.startswith(end[:-1] + " "):
                    break
            continue
        out.append(line)
    return "\n".join(out)


def words(name):
    """Returns the number of words in a name: CamelCase or snake_case."""
    if "_" in name.strip("_"):
        return len([part for part in name.split("_") if part])
    return len(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)) or 1


def share(names):
    one = sum(words(name) == 1 for name in names)
    mean = sum(map(len, names)) / len(names)
    return f"{mean:.1f} letters, {100 * one / len(names):.0f} % one word, {len(names)} in all"


def docs(text):
    """Yields the doc comments of a file, each as one string."""
    block = []
    for line in text.split("\n") + [""]:
        found = re.match(r"\s*//[/!] ?(.*)", line)
        if found:
            block.append(found.group(1))
        elif block:
            yield " ".join(block).strip()
            block = []


def circles(sources):
    """Returns the groups of modules of one folder that name each other in circles, largest first."""
    names = defaultdict(set)
    modules = {}
    for path, text in sources:
        module = re.sub(r"(/mod)?\.rs$", "", path.removeprefix("src/")).replace("/", "::")
        modules[module] = without_tests(text)
    for module, text in modules.items():
        children = re.findall(r"^\s*(?:pub(?:\([a-z ]+\))? )?mod (\w+);", text, re.M)
        for line in text.split("\n"):
            line = line.split("//")[0]
            used = [path.rstrip(":").split("::") for path in re.findall(r"crate::([a-z_0-9:]+)", line)]
            used += [[*module.split("::"), child] for child in children if re.search(rf"(?<![\w:]){child}::", line)]
            for parts in used:
                while parts and "::".join(parts) not in modules:
                    parts.pop()
                if parts and "::".join(parts) != module:
                    names[module].add("::".join(parts))
    index, low, stack, out, count = {}, {}, [], [], [0]

    def visit(node):
        index[node] = low[node] = count[0]
        count[0] += 1
        stack.append(node)
        for other in sorted(names[node]):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            if len(group) > 1:
                out.append(sorted(group))

    sys.setrecursionlimit(10_000)
    for module in sorted(modules):
        if module not in index:
            visit(module)
    return sorted(out, key=lambda group: (-len(group), group))


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    revision = arguments[0] if arguments else None
    sources = list(files(revision, "src", ".rs"))
    plain = [(path, without_tests(text)) for path, text in sources]
    types = [name for _, text in plain for name in TYPE.findall(text)]
    functions = [name for _, text in plain for name in FUNCTION.findall(text)]
    shared = {name: n for name, n in Counter(types).items() if n > 1}
    every = [doc for _, text in plain for doc in docs(text) if doc]
    badly_opened = [doc for doc in every if doc.startswith(BAD_OPENINGS)]
    inside, code, long = 0, 0, 0
    for _, text in plain:
        for line in text.split("\n"):
            stripped = line.strip()
            long += len(line) > 100 and stripped.startswith("//")
            if re.match(r"//(?![/!])", stripped):
                inside += 1
            elif stripped and not stripped.startswith("//"):
                code += 1
    print(f"| type names | {share(types)} |")
    print(f"| names of more than one type | {len(shared)} names, {sum(shared.values())} types |")
    print(f"| function names | {share(functions)} |")
    print(f"| doc comments | {len(every)} |")
    first = Counter(doc.split()[0].rstrip(".,:;") for doc in every).most_common(8)
    print(f"| first words of doc comments | {', '.join(f'{word} {n}' for word, n in first)} |")
    for opening in BAD_OPENINGS:
        print(f"| doc comments that open with “{opening}” | {sum(doc.startswith(opening) for doc in badly_opened)} |")
    print(f"| comment lines inside code, per 100 of code | {100 * inside / code:.1f} |")
    print(f"| comment lines over 100 columns | {long} |")
    groups = circles(sources)
    print(f"| circles of modules | {len(groups)}: {', '.join(str(len(group)) for group in groups) or 'none'} |")
    documents = dict(files(revision, "docs", ".md"))
    readme = git("show", f"{revision}:README.md") if revision else (ROOT / "README.md").read_text()
    print(f"| lines of README | {len(readme.splitlines())} |")
    for path, text in documents.items():
        if path.endswith("ARCHITECTURE.md"):
            print(f"| lines of {path} | {len(text.splitlines())} |")
    if "--circles" in sys.argv:
        for group in groups:
            print(" ".join(group))


if __name__ == "__main__":
    main()

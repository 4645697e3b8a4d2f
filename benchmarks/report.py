"""A page of figures: printed as it is made, and appended to a file at the end."""

import platform
import time


def processor():
    """Its name; family and model, since virtual machines hide the rest."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        facts = dict(line.split(":", 1) for line in file if ":" in line)
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    name = facts.get("model name", platform.machine())
    return f"{name} (family {facts['cpu family']}, model {facts['model']})" if "cpu family" in facts else name


class Page:
    def __init__(self, title):
        self.lines = []
        self.line(f"## {time.strftime('%Y-%m-%d')}: {processor()}, {title}")

    def line(self, text=""):
        self.lines.append(text)
        print(text, flush=True)

    def table(self, *columns):
        self.line()
        self.row(*columns)
        self.line("|---" * len(columns) + "|")

    def row(self, *cells):
        self.line("| " + " | ".join(cells) + " |")

    def append_to(self, path):
        if path:
            with open(path, "a", encoding="utf-8") as file:
                file.write("\n" + "\n".join(self.lines) + "\n")

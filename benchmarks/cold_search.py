#!/usr/bin/env python3
"""Times a search from a cold process, builds in turn, and prints medians.

usage: cold_search.py INDEX QUERY [BUILD_FOLDER ...] [--rounds 12]

BUILD_FOLDER is a folder with akin.dll; by default the one that the launcher built last. Builds are run in turn, because the speed of a shared
machine moves within minutes.
"""
import argparse, os, statistics, subprocess, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("index")
parser.add_argument("query")
parser.add_argument("builds", nargs="*")
parser.add_argument("--rounds", type=int, default=12)
options = parser.parse_args()


def newest():
    with open(os.path.join(root, "artifacts", "akin", "current")) as file:
        return os.path.join(root, "artifacts", "akin", file.read())


builds = options.builds or [newest()]
times = {build: [] for build in builds}
for _ in range(options.rounds):
    for build in builds:
        start = time.time()
        process = subprocess.Popen(
            ["dotnet", os.path.join(build, "akin.dll"), "search", "--index", options.index, options.query, "--top", "3", "--json"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit(f"{build}: ended with {os.waitstatus_to_exitcode(status)}")
        times[build].append((time.time() - start, usage.ru_utime + usage.ru_stime))
for build, runs in times.items():
    wall, processor = [run[0] for run in runs], [run[1] for run in runs]
    print(f"{build}: {statistics.median(wall):.3f} s, best {min(wall):.3f}, worst {max(wall):.3f}; of the processor {statistics.median(processor):.3f} s")

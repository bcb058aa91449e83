"""What the measurement of offline memory runs by itself."""

import json
import sys
from pathlib import Path

from bench.child_memory import read_mb
from bench.offline import Offline
from local.analyze.garbage import collect_seldom


def main(file: Path, folder: Path) -> None:
    collect_seldom()
    offline = Offline("v5", folder)
    before = read_mb("VmRSS")
    records = offline.run(file)
    print(json.dumps({"records": records, "peak_mb": read_mb("VmHWM") - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

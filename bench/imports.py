"""What the imports of flow_ingest's handler take, against what every function with these clients takes."""

from statistics import median

from bench.child import run_code
from bench.rows import Row
from bench.timing import stay_on_one_core

ROUNDS = 7
TARGET_PERCENT = 60.0
TIMED = "import time; a = time.process_time()\n{}\nprint(time.process_time() - a)"
CODES = {
    "handler": "import flow_ingest.handler",
    "usual": "import boto3; boto3.client('ec2'); import opensearchpy",
    "handler_with_its_clients": (
        "import flow_ingest.handler as h, boto3\n"
        "keys = boto3.Session().get_credentials()\n"
        "h.make_s3_client(); h.make_search_client('localhost', 'us-east-1', keys)"
    ),
}


def measure() -> list[Row]:
    """Processor time, after the interpreter's own start."""
    stay_on_one_core()
    seconds: dict[str, list[float]] = {name: [] for name in CODES}
    for _ in range(ROUNDS):
        for name, code in CODES.items():
            seconds[name].append(run_code(TIMED.format(code)))
    medians = {f"{name}_ms": round(median(each) * 1000) for name, each in seconds.items()}
    ratio = median(ours / usual for ours, usual in zip(seconds["handler"], seconds["usual"], strict=True))
    title = "init of the handler's imports, of importing boto3 with an EC2 client plus opensearch-py"
    return [Row("imports", title, ratio * 100, "%", TARGET_PERCENT, details=medians)]

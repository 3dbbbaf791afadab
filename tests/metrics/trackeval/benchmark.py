# SPDX-License-Identifier: Apache-2.0
"""TrackEval's figures by the rules of a benchmark, as JSON: benchmark.py FOLDER BENCHMARK SEQUENCE FRAMES, with
FOLDER/SEQUENCE/gt/gt.txt and FOLDER/tracks/data/SEQUENCE.txt."""
import json
import sys

import numpy as np
from trackeval.datasets import MotChallenge2DBox
from trackeval.metrics import CLEAR, HOTA, Identity

folder, benchmark, sequence, frames = sys.argv[1:]
dataset = MotChallenge2DBox(
    {
        "GT_FOLDER": folder,
        "TRACKERS_FOLDER": folder,
        "TRACKERS_TO_EVAL": ["tracks"],
        "BENCHMARK": benchmark,
        "SKIP_SPLIT_FOL": True,
        "SEQ_INFO": {sequence: int(frames)},
        "PRINT_CONFIG": False,
    }
)
data = dataset.get_preprocessed_seq_data(dataset.get_raw_seq_data("tracks", sequence), "pedestrian")
hota, clear, identity = [
    metric.eval_sequence(data) for metric in (HOTA(), CLEAR({"PRINT_CONFIG": False}), Identity({"PRINT_CONFIG": False}))
]
figures = {name: float(np.mean(hota[name])) for name in ("HOTA", "DetA", "AssA", "LocA")}
figures.update({name: float(clear[name]) for name in ("MOTA", "MOTP", "IDSW", "Frag", "MT", "ML")})
figures["IDF1"] = float(identity["IDF1"])
print(json.dumps(figures))

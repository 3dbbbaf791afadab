# SPDX-License-Identifier: Apache-2.0
"""TrackEval's figures as JSON: score.py GT.txt TRACKS.txt [GT.txt TRACKS.txt ...]: each pair, then all together."""
import json
import sys

import numpy as np
from trackeval.metrics import CLEAR, HOTA, Identity


def read(path):
    frames = {}
    for line in open(path):
        fields = [float(field) for field in line.replace(",", " ").split()]
        if fields:
            frames.setdefault(int(fields[0]), []).append((int(fields[1]), fields[2:6], fields[6]))
    return frames


def overlaps(a, b):
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)))
    a, b = np.array(a)[:, None], np.array(b)[None]
    sides = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    inside = np.prod(np.maximum(sides, 0), axis=-1)
    return inside / (a[..., 2] * a[..., 3] + b[..., 2] * b[..., 3] - inside)


def data_of(truth_path, tracks_path):
    truth, tracks = read(truth_path), read(tracks_path)
    numbers = ({}, {})
    data = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    for frame in range(1, max([*truth, *tracks], default=0) + 1):
        objects = [row for row in truth.get(frame, []) if row[2] != 0]
        found = tracks.get(frame, [])
        for key, rows, known in (("gt_ids", objects, numbers[0]), ("tracker_ids", found, numbers[1])):
            data[key].append(np.array([known.setdefault(row[0], len(known)) for row in rows], dtype=int))
        data["similarity_scores"].append(overlaps([r[1] for r in objects], [r[1] for r in found]))
    data["num_gt_ids"], data["num_tracker_ids"] = len(numbers[0]), len(numbers[1])
    data["num_gt_dets"] = sum(len(ids) for ids in data["gt_ids"])
    data["num_tracker_dets"] = sum(len(ids) for ids in data["tracker_ids"])
    data["num_timesteps"] = len(data["gt_ids"])
    return data


def figures(results):
    hota, clear, identity = results
    flat = {name: float(np.mean(hota[name])) for name in ("HOTA", "DetA", "AssA", "LocA")}
    flat.update({name: float(clear[name]) for name in ("MOTA", "MOTP", "IDSW", "Frag", "MT", "ML")})
    flat["IDF1"] = float(identity["IDF1"])
    return flat


metrics = [HOTA(), CLEAR({"PRINT_CONFIG": False}), Identity({"PRINT_CONFIG": False})]
paths = sys.argv[1:]
each = []
for truth_path, tracks_path in zip(paths[::2], paths[1::2]):
    data = data_of(truth_path, tracks_path)
    each.append([metric.eval_sequence(data) for metric in metrics])
combined = [
    metric.combine_sequences({str(i): results[m] for i, results in enumerate(each)})
    for m, metric in enumerate(metrics)
]
print(json.dumps({"sequences": [figures(results) for results in each], "combined": figures(combined)}))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The evaluator against pycocotools on the same 5,000 pictures with 100 detections each and 80 classes.

usage: compare.py BENCH_EVALUATOR [pictures]

Makes a virtual environment with pycocotools beside the program on the first run. Both sides start with the data in
memory and end with the twelve figures, which must agree."""
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import time

CLASSES, DETECTIONS, SIDE = 80, 100, 640


def enter_environment(program: pathlib.Path) -> None:
    """Starts this script again in a virtual environment that has pycocotools."""
    folder = program.parent / "evaluator-venv"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pycocotools", "numpy"], check=True)
        (folder / "ready").touch()
    sys.exit(subprocess.run([python, *sys.argv]).returncode)


def make_data(pictures: int):
    """Objects at random places; detections are objects moved a little, some of another class, and noise."""
    import numpy

    random = numpy.random.default_rng(1)
    weights = 1 / numpy.arange(1, CLASSES + 1)  # a few frequent classes, as in real data
    weights /= weights.sum()
    truth, detections = [], []
    for image in range(pictures):
        count = random.integers(0, 15)
        sides = numpy.exp(random.uniform(numpy.log(8), numpy.log(400), (count, 2)))
        boxes = numpy.concatenate([random.uniform(0, 1, (count, 2)) * (SIDE - sides), sides], 1)
        classes = random.choice(CLASSES, count, p=weights)
        crowd = random.random(count) < 0.01
        for box, category, is_crowd in zip(boxes, classes, crowd):
            truth.append((image, int(category), *box.round(2), int(is_crowd)))
        for _ in range(DETECTIONS):
            if count and random.random() < 0.3:
                pick = random.integers(count)
                box = boxes[pick] + random.normal(0, 0.06, 4) * numpy.tile(sides[pick], 2)
                category, score = classes[pick], random.beta(3, 2)
            else:
                box = numpy.concatenate([random.uniform(0, SIDE, 2), random.uniform(8, 300, 2)])
                category, score = random.choice(CLASSES, p=weights), random.beta(1, 4)
            box[2:] = numpy.maximum(box[2:], 1)
            detections.append((image, int(category), *box.round(3), round(float(score), 5)))
    return truth, detections


def write_rows(path: pathlib.Path, rows) -> None:
    path.write_text("".join(",".join(repr(float(x)) if i > 1 else str(x) for i, x in enumerate(row)) + "\n"
                            for row in rows))


def pycocotools_run(truth, detections, pictures: int):
    """Seconds of evaluate, accumulate and summarize, and the figures."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        data = COCO()
        data.dataset = {
            "images": [{"id": i, "width": SIDE, "height": SIDE} for i in range(pictures)],
            "categories": [{"id": i, "name": str(i)} for i in range(CLASSES)],
            "annotations": [{"id": i + 1, "image_id": r[0], "category_id": r[1], "bbox": [float(x) for x in r[2:6]],
                             "area": float(r[4] * r[5]), "iscrowd": r[6]} for i, r in enumerate(truth)],
        }
        data.createIndex()
        results = data.loadRes([{"image_id": r[0], "category_id": r[1], "bbox": [float(x) for x in r[2:6]],
                                 "score": r[6]} for r in detections])
        start = time.perf_counter()
        evaluation = COCOeval(data, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        seconds = time.perf_counter() - start
    names = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]
    return seconds, dict(zip(names, map(float, evaluation.stats)))


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]).resolve()
    if pathlib.Path(sys.prefix).name != "evaluator-venv":
        enter_environment(program)
    pictures = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    folder = program.parent / "evaluator-data"
    folder.mkdir(exist_ok=True)
    truth, detections = make_data(pictures)
    write_rows(folder / "truth.csv", truth)
    write_rows(folder / "detections.csv", detections)
    print(f"{pictures} pictures, {len(truth)} objects, {len(detections)} detections, {CLASSES} classes")
    ours = {}
    for threads in (1, 2):
        command = [program, folder, str(threads)]
        ours[threads] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    seconds, figures = pycocotools_run(truth, detections, pictures)
    worst = max(abs(figures[name] - ours[2]["stats"][name]) for name in figures)
    print(f"pycocotools                 {seconds:8.3f} s   AP {figures['AP']:.6f}")
    for threads, run in ours.items():
        print(f"COCO's way, {threads} thread(s)    {run['coco_seconds']:8.3f} s   AP {run['stats']['AP']:.6f}   "
              f"1/{seconds / run['coco_seconds']:.0f} of its time, peak {run['peak_mb']:.0f} MB")
        print(f"familiar mAP, {threads} thread(s)  {run['map_seconds']:8.3f} s   mAP {run['map']:.6f}  "
              f"1/{seconds / run['map_seconds']:.0f} of its time")
    print(f"largest difference of the twelve figures: {worst:.1e}")
    if worst > 1e-6:
        sys.exit("the figures differ")


main()

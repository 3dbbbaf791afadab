# SPDX-License-Identifier: Apache-2.0
"""Runs exported files in their own runtimes: run_model.py IN.safetensors [RUNTIME FILE OUT.safetensors]...

IN holds `images` (N, 3, H, W) float32; each OUT gets output0, output1 as the file gives them.
"""
import ast
import glob
import json
import struct
import sys

import numpy as np


def read(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[begin:end], dtype=np.float32).reshape(entry["shape"])
    return tensors


def write(path, tensors):
    header, data = {}, b""
    for name, values in tensors.items():
        values = np.ascontiguousarray(values, dtype=np.float32)
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def onnxruntime(path, images):
    import onnx
    import onnxruntime

    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    assert names == [f"output{i}" for i in range(len(names))], names
    return session.run(names, {"images": images})


def openvino(path, images):
    import openvino

    core = openvino.Core()
    file = path if path.endswith(".onnx") else glob.glob(path + "/*.xml")[0]
    model = core.read_model(file)
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    results = compiled({"images": images})
    return [results[f"output{i}"] for i in range(len(compiled.outputs))]


def model_api(path, images):
    """OpenVINO's Model API, which is told nothing: the class, preparation and labels come from the file."""
    import re
    import warnings

    import openvino
    from model_api.adapters import OpenvinoAdapter
    from model_api.models import Model

    warnings.simplefilter("ignore")
    with open(path + "/metadata.yaml") as file:
        facts = file.read()
    plain = {"INFERENCE_PRECISION_HINT": "f32"}
    model = Model.create_model(
        OpenvinoAdapter(openvino.Core(), glob.glob(path + "/*.xml")[0], device="CPU", plugin_config=plain)
    )
    kinds = {"detect": "YOLOv8", "segment": "YOLOSeg", "classify": "ClassificationModel"}
    assert type(model).__name__ == kinds[re.search(r"^task: \"?(\w+)", facts, re.M).group(1)], type(model)
    assert len(model.params.labels) == len(re.findall(r"^ +\d+: ", facts, re.M)), model.params.labels
    lists = []
    for image in images:
        picture = np.rint(image * 255).astype(np.uint8)[::-1].transpose(1, 2, 0)  # as OpenCV reads one
        data, _ = model.base_preprocess(np.ascontiguousarray(picture))
        results = model.infer_sync(data)
        lists.append([results[f"output{i}"] for i in range(len(results))])
        model(np.ascontiguousarray(picture))  # its own decoding understands the outputs
    return [np.concatenate(parts) for parts in zip(*lists)]


def ncnn(path, images, fp16=False):
    import ncnn

    net = ncnn.Net()
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = fp16
    assert net.load_param(path + "/model.ncnn.param") == 0
    assert net.load_model(path + "/model.ncnn.bin") == 0
    names = sorted(net.output_names())
    lists = [[] for _ in names]
    for image in images:
        extractor = net.create_extractor()
        extractor.input("in0", ncnn.Mat(image).clone())
        for list_, name in zip(lists, names):
            code, value = extractor.extract(name)
            assert code == 0, name
            list_.append(np.array(value))
    return [np.stack(list_) for list_ in lists]


def litert(path, images, xnnpack=True):
    import zipfile
    from ai_edge_litert import interpreter

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["metadata.json", "temp_meta.txt"], archive.namelist()
        facts = json.loads(archive.read("metadata.json"))
        names = ast.literal_eval(archive.read("temp_meta.txt").decode())["names"]
        assert names == {int(number): name for number, name in facts["names"].items()}, names
    kind = interpreter.OpResolverType
    model = interpreter.Interpreter(
        path, experimental_op_resolver_type=kind.AUTO if xnnpack else kind.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    runner = model.get_signature_runner("serving_default")
    layout = facts["layout"]
    results = runner(images=images if layout == "NCHW" else np.ascontiguousarray(images.transpose(0, 2, 3, 1)))
    outputs = [results[f"output{i}"] for i in range(len(results))]
    if facts["task"] != "classify":  # boxes and keypoints are shares of the picture's sides
        assert facts["coordinates"] == "normalized"
        height, width = facts["imgsz"]
        outputs[0][:, 0:4:2] *= width
        outputs[0][:, 1:4:2] *= height
        if facts["task"] == "pose":
            points, values = facts["kpt_shape"]
            first = outputs[0].shape[1] - points * values
            outputs[0][:, first::values] *= width
            outputs[0][:, first + 1 :: values] *= height
    if len(outputs) > 1 and layout == "NHWC":
        outputs[1] = outputs[1].transpose(0, 3, 1, 2)
    return outputs


def litert_plain(path, images):
    return litert(path, images, False)


def ncnn_raw(path, images):
    """What the head's maps say, decoded as NCNN's examples do it: a row of 4 * 16 bins and the classes a location."""
    outputs = ncnn(path, images)
    maps = outputs[0]
    height, width = images.shape[2:]
    strides, centers = [], []
    for stride in (8, 16, 32):
        y, x = np.meshgrid(np.arange(height // stride), np.arange(width // stride), indexing="ij")
        centers.append(np.stack([x.ravel(), y.ravel()], -1) + 0.5)
        strides.append(np.full((centers[-1].shape[0], 1), stride))
    centers, strides = np.concatenate(centers), np.concatenate(strides)
    bins = maps[..., :64].reshape(*maps.shape[:2], 4, 16)
    bins = np.exp(bins - bins.max(-1, keepdims=True))
    sides = (bins / bins.sum(-1, keepdims=True) * np.arange(16)).sum(-1)
    low, high = (centers - sides[..., :2]) * strides, (centers + sides[..., 2:]) * strides
    boxes = np.concatenate([(low + high) / 2, high - low], -1)
    scores = 1 / (1 + np.exp(-maps[..., 64:]))
    rest = outputs[1:2] if len(outputs) > 2 else []  # segment: coefficients as they are
    return [np.concatenate([boxes, scores, *rest], -1).transpose(0, 2, 1), *outputs[2:]]


def ncnn_fp16(path, images):
    return ncnn(path, images, True)


def main():
    images = read(sys.argv[1])["images"]
    for runtime, path, result in zip(*[iter(sys.argv[2:])] * 3):
        outputs = globals()[runtime](path, images)
        write(result, {f"output{i}": np.asarray(value) for i, value in enumerate(outputs)})


main()

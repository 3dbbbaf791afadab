// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"
#include "export/common/model_api.hpp"
#include "export/format.hpp"
#include "export/onnx/onnx_writer.hpp"

namespace yolo::exports {

namespace {

void write_onnx(const WriteRequest& request, const std::filesystem::path& path) {
    auto metadata = as_python(request.metadata);
    for (const auto& [key, value] : model_api_info(request.network.graph, request.metadata))
        metadata.emplace_back("model_info " + key, value);
    const formats::ProtoMessage model =
        onnx_model(request.network, {.opset = request.opset.value_or(default_opset),
                                     .batch = request.batch,
                                     .half = request.quantization == Quantization::fp16,
                                     .plan = request.plan,
                                     .metadata = metadata});
    write_file(path, [&model](const FileSink& sink) { model.write(sink); });
}

}  // namespace

Format onnx_format() {
    return {.name = "onnx",
            .title = "ONNX",
            .suffix = ".onnx",
            .options = {"batch", "data", "dynamic", "quantize", "opset", "simplify", "nms", "fraction"},
            .quantizations = {Quantization::fp32, Quantization::fp16, Quantization::int8},
            .int8_suffix = "_int8.onnx",
            .write = write_onnx};
}

}  // namespace yolo::exports

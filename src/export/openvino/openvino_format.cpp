// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"
#include "export/common/model_api.hpp"
#include "export/format.hpp"
#include "export/openvino/openvino_writer.hpp"

namespace yolo::exports {

namespace {

void write_openvino(const WriteRequest& request, const std::filesystem::path& folder) {
    IrModel ir = openvino_model(
        request.network,
        {.batch = request.batch, .half = request.quantization == Quantization::fp16, .plan = request.plan});
    for (const auto& [key, value] : model_api_info(request.network.graph, request.metadata))
        ir.info(key, value);
    write_file(folder / (request.stem + ".bin"), [&ir](const FileSink& sink) { ir.write_constants(sink); });
    write_file(folder / (request.stem + ".xml"), ir.xml());
    write_file(folder / "metadata.yaml", as_yaml(request.metadata));
}

}  // namespace

Format openvino_format() {
    return {.name = "openvino",
            .title = "OpenVINO",
            .suffix = "_openvino_model",
            .options = {"batch", "data", "dynamic", "quantize", "nms", "fraction"},
            .quantizations = {Quantization::fp32, Quantization::fp16, Quantization::int8},
            .int8_suffix = "_int8_openvino_model",
            .write = write_openvino,
            .files = {"*.xml", "*.bin", "metadata.yaml"}};
}

}  // namespace yolo::exports

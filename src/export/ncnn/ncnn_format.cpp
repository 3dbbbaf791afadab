// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"
#include "export/format.hpp"
#include "export/ncnn/ncnn_writer.hpp"

namespace yolo::exports {

namespace {

void write_ncnn(const WriteRequest& request, const std::filesystem::path& folder) {
    const NcnnFile file = ncnn_model(request.network);
    const bool half = request.quantization == Quantization::fp16;
    write_file(folder / "model.ncnn.param", file.model.param(file.outputs));
    write_file(folder / "model.ncnn.bin",
               [&](const FileSink& sink) { file.model.write_weights(sink, half); });
    write_file(folder / "metadata.yaml", as_yaml(request.metadata));
}

}  // namespace

Format ncnn_format() {
    return {.name = "ncnn",
            .title = "NCNN",
            .suffix = "_ncnn_model",
            .options = {"batch", "quantize", "head"},
            .quantizations = {Quantization::fp32, Quantization::fp16},
            .write = write_ncnn,
            .files = {"model.ncnn.param", "model.ncnn.bin", "metadata.yaml"}};
}

}  // namespace yolo::exports

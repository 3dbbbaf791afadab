// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"
#include "export/format.hpp"
#include "export/torchscript/torchscript_writer.hpp"

namespace yolo::exports {

namespace {

void write_torchscript(const WriteRequest& request, const std::filesystem::path& path) {
    const TorchscriptFile file = torchscript_module(request.network, request.channels_last);
    write_file(path, [&](const FileSink& sink) {
        file.module.write(sink, request.stem, file.returns, {{"config.txt", as_json(request.metadata)}});
    });
}

}  // namespace

Format torchscript_format() {
    return {.name = "torchscript",
            .title = "TorchScript",
            .suffix = ".torchscript",
            .options = {"batch", "dynamic", "quantize", "nms", "optimize"},
            .quantizations = {Quantization::fp32},
            .write = write_torchscript};
}

}  // namespace yolo::exports

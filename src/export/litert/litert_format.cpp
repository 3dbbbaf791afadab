// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"
#include "export/format.hpp"
#include "export/litert/litert_writer.hpp"
#include "formats/zip/zip_stream.hpp"

namespace yolo::exports {

namespace {

/// The network, and behind it an archive of what it says about itself: programs read the one from the front,
/// the other from the back. Phones' programs search the second entry for 'names'.
void write_litert(const WriteRequest& request, const std::filesystem::path& path) {
    const bool nchw = request.nchw_input;
    const LitertFile file = litert_model(request.network, {.batch = request.batch,
                                                           .quantization = request.quantization,
                                                           .nchw_input = nchw,
                                                           .plan = request.plan,
                                                           .integer_io = request.integer_io});
    Metadata metadata = request.metadata;
    metadata.emplace_back("layout", nchw ? "NCHW" : "NHWC");
    if (request.network.graph.task != Task::classify) metadata.emplace_back("coordinates", "normalized");
    write_file(path, [&](const FileSink& sink) {
        std::uint64_t written = 0;
        file.model.write(
            [&](std::span<const std::byte> bytes) {
                written += bytes.size();
                sink(bytes);
            },
            request.network.graph.name, file.inputs, file.outputs);
        formats::ZipStream zip(sink, written);
        zip.add("metadata.json", as_json(metadata));
        zip.add("temp_meta.txt", as_python_dict(metadata));
        zip.finish();
    });
}

}  // namespace

Format litert_format() {
    return {.name = "litert",
            .title = "LiteRT",
            .suffix = ".tflite",
            .aliases = {"tflite", "tfjs"},
            .options = {"batch", "data", "quantize", "fraction", "layout", "integer_io"},
            .quantizations = {Quantization::fp32, Quantization::fp16, Quantization::int8, Quantization::w8a16,
                              Quantization::w8a32},
            .int8_suffix = "_int8.tflite",
            .integer_suffix = "_full_integer_quant.tflite",
            .layout = graph::Layout::nhwc,
            .write = write_litert};
}

}  // namespace yolo::exports

// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/rim.hpp"
#include "core/threads.hpp"
#include "formats/safetensors.hpp"
#include "inference/session.hpp"
#include "options/device.hpp"

namespace yolo {

void debug_tensors(const TensorsRequest& request) try {
    inference::Session session(inference::open_model(request.model, load_settings()));
    const formats::Safetensors given = formats::read_safetensors(expand_home(request.input.string()));
    const auto images = given.tensors.find("images");
    if (images == given.tensors.end()) {
        throw Error(
            fmt::format("'{}' has no tensor 'images': it needs one, (N, 3, H, W) RGB, uint8 or float32 0..1",
                        request.input.string()));
    }
    engines::Engine& network = session.engine({.engine = request.engine,
                                               .precision = precision_of(request.half),
                                               .threads = compute_threads(request.threads)});
    const std::vector<Tensor> outputs = network.run({images->second, engines::Batch::Layout::nchw_rgb});
    formats::Safetensors result;
    for (std::size_t i = 0; i < outputs.size(); ++i)
        result.tensors.emplace(fmt::format("output{}", i), outputs[i]);
    const engines::EngineReport report =
        network.report(static_cast<int>(images->second.dim(2)), static_cast<int>(images->second.dim(3)));
    result.metadata = {{"engine", report.engine()},
                       {"precision", report.precision()},
                       {"instructions", report.instructions()}};
    formats::write_safetensors(expand_home(request.output.string()), result);
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo

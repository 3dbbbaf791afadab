// SPDX-License-Identifier: Apache-2.0
#include <torch/headeronly/version.h>

#include "core/torch_facts.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/torch/torch_engine.hpp"
#include "train/torch/device_memory.hpp"
#include "train/torch/torch_headers.hpp"

namespace {

yolo::engines::Engine* make_engine(yolo::engines::ModelSource source,
                                   const yolo::engines::EngineOptions& options) {
    namespace engines = yolo::engines;
    if (const auto* file = std::get_if<engines::ExportedFile>(&source))
        return engines::make_script_engine(*file, options).release();
    return engines::make_torch_engine(std::get<yolo::graph::Network>(std::move(source)), options).release();
}

std::string library() {
    return "LibTorch " TORCH_VERSION;
}

/// What LibTorch has to say about a driver, `yolo checks` and errors say too.
class Silence : public c10::WarningHandler {
  public:
    void process(const c10::Warning&) override {}
};

}  // namespace

YOLO_ENGINE_PLUGIN(make_engine, library);

extern "C" __attribute__((visibility("default"))) void yolo_describe_torch(yolo::TorchFacts& facts) {
    facts.version = TORCH_VERSION;
    const bool has_cuda = at::CUDAHooksRegistry()->Has("CUDAHooks");
    if (!has_cuda) return;
    Silence silence;
    const c10::WarningUtils::WarningHandlerGuard silenced(&silence);
    const at::CUDAHooksInterface& cuda = at::detail::getCUDAHooks();
    facts.cuda = static_cast<int>(cuda.versionCUDART());
    facts.gpus = cuda.getNumGPUs();
}

extern "C" __attribute__((visibility("default"))) void yolo_torch_memory(const std::string& name,
                                                                         bool restart,
                                                                         yolo::TorchMemory& memory) {
    namespace train = yolo::train;
    const at::Device device(name);
    if (restart) train::restart_peak(device);
    memory = {train::reserved_bytes(device, false), train::free_bytes(device),
              train::reserved_bytes(device, true)};
}

static_assert(std::is_same_v<decltype(yolo_torch_memory), yolo::TorchMemoryOf>);
static_assert(std::is_same_v<decltype(yolo_describe_torch), yolo::DescribeTorch>);

// SPDX-License-Identifier: Apache-2.0
/// \file TorchScript files, run by LibTorch. Their code is TorchScript's own small language: it can compute,
/// and nothing else.
#include <algorithm>

#include <fmt/core.h>
#include <omp.h>
#include <torch/headeronly/version.h>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/exported/model_info.hpp"
#include "engines/torch/torch_engine.hpp"
#include "train/torch/tensor_bridge.hpp"
#include "train/torch/translated.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>
#pragma GCC diagnostic pop

namespace yolo::engines {

namespace {

class ScriptEngine final : public Engine {
  public:
    ScriptEngine(const ExportedFile& file, const EngineOptions& options)
        : device_(options.device), threads_(std::max(1, options.threads)) {
        module_ = train::translated([&] { return torch::jit::load(file.path.string(), device_); });
        module_.eval();
        traits_ = traits_from_metadata(file.metadata, file.path.string());
        traits_.device = device_.str();
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, any_channels(batch), traits_);
        const Tensor images = float_input(batch, shape);
        return train::translated([&] {
            const c10::InferenceMode no_gradients;
            const int before = at::get_num_threads();
            omp_set_num_threads(threads_);
            const c10::IValue result = module_.forward({train::copy_to_torch(images).to(device_)});
            omp_set_num_threads(before);
            std::vector<Tensor> outputs;
            const auto add = [&outputs](const c10::IValue& value) {
                outputs.push_back(train::from_torch(value.toTensor().to(at::kCPU, at::kFloat).contiguous()));
            };
            if (result.isTuple()) {
                for (const c10::IValue& value : result.toTupleRef().elements()) add(value);
            } else {
                add(result);
            }
            return outputs;
        });
    }

    EngineTraits traits() const override { return traits_; }

    EngineReport report(int, int) override {
        return {{"engine", "torch"},
                {"precision", to_string(traits_.precision)},
                {"instructions", device_.is_cpu() ? at::get_cpu_capability() : device_.str()},
                {"version", "LibTorch " TORCH_VERSION}};
    }

  private:
    /// The file does not say how many its input has: what comes is what it takes.
    static int any_channels(const Batch& batch) {
        const Shape& shape = batch.images.shape();
        if (shape.size() != 4) return 0;
        return static_cast<int>(batch.layout == Batch::Layout::nhwc_bgr ? shape[3] : shape[1]);
    }

    const at::Device device_;
    const int threads_;
    torch::jit::Module module_;
    EngineTraits traits_;
};

}  // namespace

std::unique_ptr<Engine> make_script_engine(const ExportedFile& file, const EngineOptions& options) {
    return std::make_unique<ScriptEngine>(file, options);
}

}  // namespace yolo::engines

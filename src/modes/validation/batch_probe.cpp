// SPDX-License-Identifier: Apache-2.0
#include "modes/validation/batch_probe.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/core.h>

#include "core/memory.hpp"
#include "core/torch_facts.hpp"
#include "modes/batch_choice.hpp"
#include "modes/loading_options.hpp"

namespace yolo::modes {

namespace {

Tensor blank_pictures(int count, Size size, int channels) {
    Tensor pictures = Tensor::allocate(DType::u8, {count, size.height, size.width, channels});
    std::memset(pictures.mutable_values<std::uint8_t>().data(), 0, pictures.bytes());
    return pictures;
}

/// The most memory while a batch of so many pictures is worked on: all at once, or one by one.
class ForwardProbe {
  public:
    ForwardProbe(engines::Engine& engine, const ValEngine& how, const ModelInfo& info, int side)
        : engine_(engine),
          traits_(engine.traits()),
          concurrent_(how.concurrent),
          channels_(info.channels),
          size_(traits_.fixed_size() ? Size{traits_.height, traits_.width} : Size{side, side}) {}

    double operator()(int pictures) const {
        const bool on_gpu = traits_.device.starts_with("cuda");
        if (on_gpu) {
            torch_memory(traits_.device, true);
        } else if (!peak_memory_restarted()) {
            return 0;
        }
        const int at_once = concurrent_ ? 1 : pictures;
        std::vector<std::vector<Tensor>> outputs;
        for (int done = 0; done < pictures; done += at_once)
            outputs.push_back(
                engine_.run({blank_pictures(at_once, size_, channels_), engines::Batch::Layout::nhwc_bgr}));
        return on_gpu ? torch_memory(traits_.device).peak : static_cast<double>(peak_memory());
    }

  private:
    engines::Engine& engine_;
    const engines::EngineTraits traits_;
    const bool concurrent_;
    const int channels_;
    const Size size_;
};

TorchMemory memory_of(const std::string& device) {
    if (device != "cpu") return torch_memory(device);
    return {static_cast<double>(resident_memory()), static_cast<double>(memory_room().bytes), 0};
}

}  // namespace

int choose_val_batch(const Config& config, inference::Session& session, const ValEngine& engine,
                     std::size_t pictures, double share, const LogSink& log) {
    const ModelInfo& info = session.info();
    const int side =
        input_side(config, std::max(info.max_stride(), smallest_stride), [](LogLevel, std::string_view) {});
    const bool on_gpu = engine.request.device.starts_with("cuda");
    const ForwardProbe peak(session.engine(engine.request), engine, info, side);
    peak(1);  // what the first pass prepares stays
    BatchProbes probes;
    probes.most = static_cast<int>(std::min<std::size_t>(pictures, 1'000'000));
    probes.small = {1, peak(1)};
    const TorchMemory memory = memory_of(engine.request.device);
    const int more = second_probe(probes.most, memory.held, probes.small.bytes, memory.free);
    probes.large = {more, more > 1 ? peak(more) : probes.small.bytes};
    probes.usable = memory.held + memory.free;
    probes.where = memory_place(engine.request.device);
    if (!on_gpu)
        add_waiting_batches(probes, side, info.channels, static_cast<int>(config.integer("workers")));
    const BatchChoice choice = batch_that_fits(probes, share);
    log(LogLevel::info,
        fmt::format("batch={}: {}, {}", to_string(config.get("batch")), choice.pictures, choice.reason));
    return choice.pictures;
}

}  // namespace yolo::modes

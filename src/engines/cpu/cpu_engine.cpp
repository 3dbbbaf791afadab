// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/cpu_engine.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

#include <fmt/core.h>

#include "engines/batch.hpp"
#include "engines/cpu/buffer_pool.hpp"
#include "engines/cpu/peak.hpp"
#include "engines/cpu/program.hpp"
#include "engines/cpu/thread_count.hpp"

namespace yolo::engines {

namespace {

using cpu::Program;

constexpr std::size_t most_prepared_sizes = 16;

class CpuEngine final : public Engine {
  public:
    CpuEngine(graph::Network network, const EngineOptions& options)
        : graph_(std::move(network.graph)),
          threads_(std::max(options.threads, 1)),
          machine_(cpu::this_machine()),
          precision_(cpu::usable_precision(machine_, options.precision)),
          engine_(dnnl::engine::kind::cpu, 0),
          weights_(std::move(network.weights), engine_) {
        if (!options.profile) return;
        const cpu::ThreadCount threads(threads_);
        profiling_ = {options.profile, {threads_, cpu::measured_peak(engine_, precision_)}};
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const cpu::ThreadCount threads(threads_);
        const BatchShape shape = check_batch(batch, input_channels(graph_));
        const std::shared_ptr<Program> program =
            prepare(static_cast<int>(shape.height), static_cast<int>(shape.width));
        const std::vector<Shape>& one = program->plan().outputs;
        std::vector<std::shared_ptr<std::byte>> buffers;
        for (const Shape& output : one)
            buffers.push_back(outputs_.acquire(static_cast<std::size_t>(shape.count * element_count(output)) *
                                               sizeof(float)));

        const std::size_t picture_bytes =
            batch.images.bytes() / static_cast<std::size_t>(std::max<std::int64_t>(shape.count, 1));
        for (std::int64_t n = 0; n < shape.count; ++n) {
            std::vector<std::span<float>> spans;
            for (std::size_t i = 0; i < one.size(); ++i) {
                const auto size = static_cast<std::size_t>(element_count(one[i]));
                spans.emplace_back(
                    reinterpret_cast<float*>(buffers[i].get()) + static_cast<std::size_t>(n) * size, size);
            }
            program->run({batch.images.raw() + static_cast<std::size_t>(n) * picture_bytes,
                          batch.images.dtype() == DType::f32, batch.layout == Batch::Layout::nhwc_bgr},
                         spans);
        }
        std::vector<Tensor> tensors;
        for (std::size_t i = 0; i < one.size(); ++i) {
            Shape full = one[i];
            full[0] = shape.count;
            tensors.emplace_back(DType::f32, std::move(full), buffers[i], buffers[i].get());
        }
        return tensors;
    }

    EngineTraits traits() const override { return {.precision = precision_}; }

    EngineReport report(int height, int width) override {
        const cpu::ThreadCount threads(threads_);
        const std::shared_ptr<Program> program = prepare(height, width);
        const std::lock_guard lock(mutex_);
        EngineReport report{{"engine", "cpu"},
                            {"precision", to_string(precision_)},
                            {"instructions", machine_.instructions},
                            {"version", onednn_version()}};
        report.set("arena_bytes", program->plan().arena_bytes);
        report.set("weight_bytes", weights_.bytes());
        return report;
    }

  private:
    std::shared_ptr<Program> prepare(int height, int width) {
        const std::lock_guard lock(mutex_);
        for (const Prepared& prepared : prepared_) {
            if (prepared.height == height && prepared.width == width) return prepared.program;
        }
        cpu::Plan plan = make_plan(graph_, {1, input_channels(graph_), height, width}, machine_, precision_);
        auto program = std::make_shared<Program>(std::move(plan), weights_, engine_, profiling_);
        if (prepared_.size() == most_prepared_sizes) prepared_.pop_front();
        prepared_.push_back({height, width, program});
        return program;
    }

    struct Prepared {
        int height, width;
        std::shared_ptr<Program> program;
    };

    graph::Graph graph_;
    int threads_;
    cpu::Machine machine_;
    Precision precision_;
    dnnl::engine engine_;
    cpu::Profiling profiling_;
    std::mutex mutex_;  // guards weights_ and prepared_
    cpu::WeightStore weights_;
    std::deque<Prepared> prepared_;
    cpu::BufferPool outputs_;
};

}  // namespace

std::string onednn_version() {
    const dnnl::version_t* version = dnnl::version();
    return fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
}

std::unique_ptr<Engine> make_cpu_engine(graph::Network network, const EngineOptions& options) {
    return std::make_unique<CpuEngine>(std::move(network), options);
}

}  // namespace yolo::engines

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engines/cpu/loops/loops.hpp"
#include "engines/cpu/primitives.hpp"
#include "engines/cpu/winograd_conv.hpp"
#include "engines/profile.hpp"

namespace yolo::engines::cpu {

/// Where a program tells what each step takes, or nothing: then no clock is read.
struct Profiling {
    std::shared_ptr<LayerProfile> profile = {};
    ProfiledMachine machine = {};
};

/// A network made ready for one input size. run() may be called from several threads at once, each with
/// omp_get_max_threads() as it was when the program was made.
class Program {
  public:
    Program(Plan plan, WeightStore& store, const dnnl::engine& engine, Profiling profiling = {});
    ~Program();

    const Plan& plan() const { return plan_; }
    /// One picture. `outputs`: dense float32, of the sizes in plan().outputs.
    void run(const Picture& picture, std::span<const std::span<float>> outputs);

  private:
    class Context;

    std::unique_ptr<Context> lease();
    void give_back(std::unique_ptr<Context> context);
    void make_primitives(int threads);
    void describe_layers();
    template <class AfterStep>
    void run_steps(const Picture& picture, Context& context, std::span<const std::span<float>> outputs,
                   const AfterStep& after_step);
    void run_step(const StepKind& kind, std::size_t index, Context& context,
                  std::span<const std::span<float>> outputs);

    Plan plan_;
    dnnl::engine engine_;
    std::vector<std::optional<Primitive>> primitives_;          // by step
    std::vector<std::optional<WinogradConv>> winograd_;         // by step
    std::vector<std::array<std::span<const float>, 2>> plain_;  // by step: weight and bias of a LinearStep
    Profiling profiling_;
    std::shared_ptr<const ProfiledLayers> layers_;  // of a profile: the input, then the steps
    std::mutex mutex_;
    std::vector<std::unique_ptr<Context>> free_;
};

}  // namespace yolo::engines::cpu

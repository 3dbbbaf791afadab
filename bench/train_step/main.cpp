// SPDX-License-Identifier: Apache-2.0
/// \file One training step (forward, losses, backward, clipping, SGD, moving average) of YOLOv8n: the trainer
/// in fp32 and in bf16 against the plain way of the same LibTorch, in turn in one run. Best with
/// OMP_WAIT_POLICY=passive.
///     bench_train_step [batch 16] [side 320] [threads 2] [rounds 10]
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <random>

#include <fmt/core.h>

#include "../plain_loss.hpp"
#include "../random_batch.hpp"
#include "../timing.hpp"
#include "checkpoint/checkpoint.hpp"
#include "core/processor.hpp"
#include "plain_network.hpp"
#include "train/learner.hpp"
#include "train/torch/tensor_bridge.hpp"

extern "C" yolo::train::MakeLearner yolo_make_learner;

namespace yolo::bench {
namespace {

constexpr double rate = 1e-3, momentum = 0.937, decay = 5e-4;
constexpr int objects = 16;  // of each picture

data::Batch batch_with_pictures(int count, int side, int classes) {
    data::Batch batch = random_batch(count, objects, classes);
    batch.images = Tensor::allocate(DType::u8, {count, side, side, 3});
    std::mt19937 random(1);
    for (auto& value : batch.images.mutable_values<std::uint8_t>())
        value = static_cast<std::uint8_t>(random());
    return batch;
}

/// SGD with Nesterov's momentum, clipping and a moving average, one tensor operation after the other.
class PlainTrainer {
  public:
    explicit PlainTrainer(const checkpoint::Checkpoint& model) : network_(model.graph, model.weights) {
        for (const at::Tensor& p : network_.parameters()) {
            buffers_.push_back(at::zeros_like(p));
            average_.push_back(p.detach().clone());
        }
    }
    double step(const data::Batch& batch) {
        const at::Tensor loss = plain_detection_loss(network_.forward(train::view_as_torch(batch.images)),
                                                     batch, {batch.height(), batch.width()});
        loss.backward();
        const at::NoGradGuard no_gradient;
        auto parameters = network_.parameters();
        std::vector<at::Tensor> norms;
        for (const at::Tensor& p : parameters) norms.push_back(p.grad().norm());
        const at::Tensor factor = (10 / (at::stack(norms).norm() + 1e-6)).clamp_max(1);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            at::Tensor gradient = (parameters[i].grad() * factor).add(parameters[i], decay);
            buffers_[i].mul_(momentum).add_(gradient);
            parameters[i].sub_((gradient + buffers_[i] * momentum) * rate);
            parameters[i].mutable_grad().reset();
            average_[i].mul_(0.9999).add_(parameters[i], 1e-4);
        }
        return loss.item<double>();
    }

  private:
    PlainNetwork network_;
    std::vector<at::Tensor> buffers_, average_;
};

struct Side {
    std::string name;
    std::function<double()> step;
    std::vector<Cost> costs = {};
    double loss = 0;  ///< of the first step

    double fastest() const { return std::ranges::min(costs, {}, &Cost::wall).wall; }
};

std::unique_ptr<train::Learner> make_learner(const checkpoint::Checkpoint& model, int threads,
                                             Precision precision) {
    train::LearnerOptions options;
    options.optimizer = "SGD";
    options.learning_rate = rate;
    options.threads = threads;
    options.precision = precision;
    return std::unique_ptr<train::Learner>(yolo_make_learner(model, options));
}

void run(int count, int image_side, int threads, int rounds) {
    const checkpoint::Checkpoint model = checkpoint::load("yolov8n.yaml");
    const data::Batch batch = batch_with_pictures(count, image_side, model.graph.class_count);
    PlainTrainer plain(model);
    const auto fp32 = make_learner(model, threads, Precision::fp32);
    std::unique_ptr<train::Learner> bf16;  // without the instructions it is emulated, and never used
    if (processor_has_bf16()) bf16 = make_learner(model, threads, Precision::bf16);
    at::set_num_threads(threads);
    const auto ours = [&](train::Learner& learner) {
        const double loss = learner.accumulate(batch).total;
        learner.step(std::vector<train::GroupRate>(learner.groups().size(), {rate, momentum}));
        return loss;
    };
    std::vector<Side> sides = {{"plain", [&] { return plain.step(batch); }},
                               {"ours fp32", [&] { return ours(*fp32); }}};
    if (bf16) sides.push_back({"ours bf16", [&] { return ours(*bf16); }});
    for (int round = 0; round <= rounds; ++round) {
        for (Side& side : sides) {
            double loss = 0;
            const Cost cost = cost_of([&] { loss = side.step(); });
            if (round == 0) {
                side.loss = loss;  // the first step sets up what the later ones reuse
            } else {
                side.costs.push_back(cost);
            }
        }
    }
    fmt::print("YOLOv8n, batch {}, {} px, {} threads, median (best) of {} steps in turn\n", count, image_side,
               threads, rounds);
    const Cost base = median(sides[0].costs);
    for (const Side& side : sides) {
        const Cost cost = median(side.costs);
        fmt::print(
            "{:10} {:7.1f} ms ({:6.1f}), {:5.1f} images/s, x{:.2f} (x{:.2f}); processor {:6.1f} ms, x{:.2f}; "
            "first loss {:.4f}\n",
            side.name, 1e3 * cost.wall, 1e3 * side.fastest(), count / cost.wall, base.wall / cost.wall,
            sides[0].fastest() / side.fastest(), 1e3 * cost.processor, base.processor / cost.processor,
            side.loss);
    }
}

}  // namespace
}  // namespace yolo::bench

int main(int argc, char** argv) {
    const auto argument = [&](int i, int otherwise) { return argc > i ? std::atoi(argv[i]) : otherwise; };
    yolo::bench::run(argument(1, 16), argument(2, 320), argument(3, 2), argument(4, 10));
}

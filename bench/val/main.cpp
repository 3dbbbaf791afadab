// SPDX-License-Identifier: Apache-2.0
/// \file Whole validation (reading, network, suppression, matching) against the eager LibTorch network alone.
#include <map>
#include <mutex>
#include <vector>

#include <fmt/core.h>

#include "../timing.hpp"
#include "core/processor.hpp"
#include "core/threads.hpp"
#include "eager_network.hpp"
#include "evaluation/validator.hpp"
#include "inference/network.hpp"
#include "inference/session.hpp"
#include "train/torch/tensor_bridge.hpp"

namespace {

using namespace yolo;
using bench::Cost;
using bench::cost_of;
using bench::median;

struct Setup {
    std::string model, data;
    int imgsz = 320, batch = 8, threads = 2, rounds = 5;
};

void print_line(const char* name, std::size_t pictures, const Cost& cost, const Cost& base) {
    fmt::print("  {:<30}{:7.1f} images/s {:5.2f}x   {:6.2f} ms of a processor each {:5.2f}x\n", name,
               static_cast<double>(pictures) / cost.wall, base.wall / cost.wall,
               1e3 * cost.processor / static_cast<double>(pictures), base.processor / cost.processor);
}

const LogSink quiet = [](LogLevel, std::string_view) {};

std::shared_ptr<const data::Dataset> dataset_of(const Setup& settings, Task task) {
    const data::DatasetSpec spec = data::load_dataset_spec(settings.data, task, "", quiet);
    return data::open_dataset(
        spec,
        {.split = "val", .training = false, .threads = settings.threads, .write_cache = false, .log = quiet});
}

data::LoaderOptions loader_options(const Setup& settings) {
    return {.training = false, .imgsz = settings.imgsz, .batch = settings.batch, .rect = true, .workers = 1};
}

/// Every batch as the eager network takes it: made before the clock starts.
std::vector<at::Tensor> eager_inputs(const Setup& settings, std::shared_ptr<const data::Dataset> dataset) {
    const auto loader = data::make_loader(std::move(dataset), loader_options(settings));
    std::vector<at::Tensor> inputs;
    loader->start(0);
    while (const auto batch = loader->next()) {
        const at::Tensor pixels = train::view_as_torch(batch->images);  // (N, H, W, 3) BGR
        inputs.push_back(pixels.permute({0, 3, 1, 2}).flip(1).contiguous().to(at::kFloat) / 255);
    }
    return inputs;
}

Cost eager_cost(const bench::EagerNetwork& network, const std::vector<at::Tensor>& inputs) {
    return cost_of([&] {
        for (const at::Tensor& images : inputs) network.run(images);
    });
}

/// One validation of ours in one precision.
class Side {
  public:
    Side(const Setup& settings, inference::Session& session, std::shared_ptr<const data::Dataset> dataset,
         Precision precision)
        : validator_(session.info(), std::move(dataset), options(settings)),
          network_(inference::engine_network(
              session.engine({.engine = "cpu", .precision = precision, .threads = 1}), session.info(),
              false)) {}

    Cost cost() {
        return cost_of([&] { map_ = validator_.run_concurrently(network_).metric("metrics/mAP50-95(B)"); });
    }
    double map() const { return map_; }

  private:
    static evaluation::ValidatorOptions options(const Setup& settings) {
        evaluation::ValidatorOptions options;
        options.loader = loader_options(settings);
        options.threads = settings.threads;
        return options;
    }

    evaluation::Validator validator_;
    inference::RunNetwork network_;
    double map_ = 0;
};

/// A validation whose network answers from memory: what reading, suppression and matching cost.
Cost cost_without_network(const Setup& settings, inference::Session& session,
                          std::shared_ptr<const data::Dataset> dataset) {
    evaluation::ValidatorOptions options;
    options.loader = loader_options(settings);
    options.threads = settings.threads;
    evaluation::Validator validator(session.info(), std::move(dataset), options);
    const inference::RunNetwork network =
        inference::engine_network(session.engine({.engine = "cpu", .threads = 1}), session.info(), false);
    std::mutex mutex;
    std::map<std::pair<int, int>, inference::NetworkOutput> outputs;
    validator.run_concurrently([&](const data::Batch& batch, int first, int count) {
        const inference::NetworkOutput output = network(batch, first, count);
        const std::lock_guard lock(mutex);
        return outputs[{batch.number, first}] = output;
    });
    return cost_of([&] {
        validator.run_concurrently([&](const data::Batch& batch, int first, int) {
            return outputs.at({batch.number, first});
        });
    });
}

void run(const Setup& settings) {
    at::set_num_threads(settings.threads);
    checkpoint::Checkpoint model = checkpoint::load(settings.model);
    const bench::EagerNetwork eager(graph::to_inference(model.graph, model.weights));
    inference::Session session(std::move(model));
    const auto dataset = dataset_of(settings, session.info().task);
    const std::vector<at::Tensor> inputs = eager_inputs(settings, dataset);
    Side fp32(settings, session, dataset, Precision::fp32);
    Side bf16(settings, session, dataset, Precision::bf16);
    const bool has_bf16 = processor_has_bf16();

    std::vector<Cost> eager_costs, fp32_costs, bf16_costs;
    for (int round = 0; round <= settings.rounds; ++round) {
        const Cost costs[] = {eager_cost(eager, inputs), fp32.cost(), has_bf16 ? bf16.cost() : Cost{}};
        if (round == 0) continue;  // each network is prepared in its first round
        eager_costs.push_back(costs[0]);
        fp32_costs.push_back(costs[1]);
        bf16_costs.push_back(costs[2]);
    }
    fmt::print("{} pictures, {} px, batch {}, {} threads, median of {} rounds; mAP50-95 {:.4f}",
               dataset->size(), settings.imgsz, settings.batch, settings.threads, settings.rounds,
               fp32.map());
    fmt::print("{}\n", has_bf16 ? fmt::format(", bf16 {:.4f}", bf16.map()) : "; no bf16 here");
    const Cost base = median(eager_costs);
    print_line("eager LibTorch, network alone", dataset->size(), base, base);
    print_line("yolo val without its network", dataset->size(),
               cost_without_network(settings, session, dataset), base);
    print_line("yolo val, fp32", dataset->size(), median(fp32_costs), base);
    if (has_bf16) print_line("yolo val, bf16", dataset->size(), median(bf16_costs), base);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: bench_val MODEL DATA [imgsz] [batch] [threads] [rounds]\n");
        return 2;
    }
    try {
        Setup settings{argv[1], argv[2]};
        settings.threads = compute_threads(0);
        int* const numbers[] = {&settings.imgsz, &settings.batch, &settings.threads, &settings.rounds};
        for (int i = 3; i < argc && i < 7; ++i) *numbers[i - 3] = std::stoi(argv[i]);
        run(settings);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_val: {}\n", error.what());
        return 1;
    }
}

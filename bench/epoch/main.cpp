// SPDX-License-Identifier: Apache-2.0
/// \file A training epoch with its loader (mosaic on) against the sum of its network steps over batches that
/// are ready made, in turn in one run: what the loader costs when its threads and the network share the
/// processors.
///     bench_epoch DATA.yaml [imgsz 320] [batch 16] [threads 2] [workers 2] [rounds 3]
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <vector>

#include <fmt/core.h>

#include "../timing.hpp"
#include "core/processor.hpp"
#include "data/loader.hpp"
#include "train/learner.hpp"
#include "train/transfer.hpp"

extern "C" yolo::train::MakeLearner yolo_make_learner;

namespace {

using namespace yolo;
using bench::median;
using bench::seconds_of;

struct Settings {
    std::string data;
    int imgsz = 320, batch = 16, threads = 2, workers = 2, rounds = 3;
};

class Bench {
  public:
    explicit Bench(const Settings& settings)
        : settings_(settings), spec_(data::load_dataset_spec(settings.data, Task::detect, {}, {})) {
        data::DatasetOptions options;
        options.write_cache = false;
        dataset_ = data::open_dataset(spec_, options);
        train::LearnerOptions learner;
        learner.optimizer = "SGD";
        learner.learning_rate = 1e-3;
        learner.threads = settings.threads;
        learner.precision = processor_has_bf16() ? Precision::bf16 : Precision::fp32;
        const auto start =
            train::start_network(checkpoint::load("yolov8n.yaml"), nullptr, {.names = *spec_.names});
        learner_.reset(yolo_make_learner(start.model, learner));
    }

    void run() {
        fmt::print("{} pictures, {} px, batch {}, {} threads, {} workers, {}; median of {} epochs\n",
                   dataset_->size(), settings_.imgsz, settings_.batch, settings_.threads, settings_.workers,
                   to_string(learner_->precision()), settings_.rounds);
        const auto pooled = loader(data::PictureCache::none), cached = loader(data::PictureCache::ram);
        for (data::Loader* one : {pooled.get(), cached.get()}) read_all(*one, 0);
        std::vector<double> steps, with_pool, with_cache;
        for (int epoch = 1; epoch <= settings_.rounds; ++epoch) {
            const auto batches = read_all(*pooled, epoch);
            steps.push_back(seconds_of([&] {
                for (const auto& batch : batches) step(*batch);
            }));
            with_pool.push_back(seconds_of([&] { train(*pooled, epoch); }));
            with_cache.push_back(seconds_of([&] { train(*cached, epoch); }));
        }
        print("sum of the steps", steps, steps);
        print("epoch", with_pool, steps);
        print("epoch, cache=ram", with_cache, steps);
    }

  private:
    std::unique_ptr<data::Loader> loader(data::PictureCache cache) const {
        data::LoaderOptions options;
        options.imgsz = settings_.imgsz;
        options.batch = settings_.batch;
        options.workers = settings_.workers;
        options.cache = cache;
        return data::make_loader(dataset_, options);
    }

    static std::vector<std::shared_ptr<const data::Batch>> read_all(data::Loader& loader, int epoch) {
        std::vector<std::shared_ptr<const data::Batch>> batches;
        loader.start(epoch);
        while (auto batch = loader.next()) batches.push_back(std::move(batch));
        return batches;
    }

    void step(const data::Batch& batch) {
        learner_->accumulate(batch);
        learner_->step(std::vector<train::GroupRate>(learner_->groups().size(), {1e-3, 0.9}));
    }

    void train(data::Loader& loader, int epoch) {
        loader.start(epoch);
        while (const auto batch = loader.next()) step(*batch);
    }

    void print(const char* name, const std::vector<double>& seconds, const std::vector<double>& base) const {
        const double time = median(seconds);
        fmt::print("{:18} {:7.2f} s {:6.1f} images/s  x{:.3f}\n", name, time,
                   static_cast<double>(dataset_->size()) / time, time / median(base));
    }

    Settings settings_;
    data::DatasetSpec spec_;
    std::shared_ptr<const data::Dataset> dataset_;
    std::unique_ptr<train::Learner> learner_;
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        fmt::print(stderr, "usage: bench_epoch DATA.yaml [imgsz] [batch] [threads] [workers] [rounds]\n");
        return 2;
    }
    try {
        Settings settings{arguments[1]};
        int* const numbers[] = {&settings.imgsz, &settings.batch, &settings.threads, &settings.workers,
                                &settings.rounds};
        for (int i = 2; i < count && i < 7; ++i) *numbers[i - 2] = std::atoi(arguments[i]);
        Bench(settings).run();
        return 0;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "bench_epoch: {}\n", failure.what());
        return 1;
    }
}

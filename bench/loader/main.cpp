// SPDX-License-Identifier: Apache-2.0
/// \file How many pictures per second and thread the loader makes for training with the default
/// augmentations:
///   bench_loader DATA.yaml [IMGSZ] [WORKERS]
/// The first epoch decodes each picture once; later ones find what fits into the pool. The plain side does
/// what a loader without a pool does: it decodes four pictures for each mosaic.
#include <cstdlib>
#include <ctime>
#include <exception>

#include <fmt/core.h>
#include <opencv2/core/utility.hpp>

#include "data/loader.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/loading/picture_store.hpp"
#include "data/loading/sample_maker.hpp"

namespace {

using yolo::data::LoaderOptions;

/// Processor time of all threads: what the loader takes from the network that runs beside it, and the same on
/// a busy machine.
class Stopwatch {
  public:
    double seconds() const { return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC; }

  private:
    std::clock_t start_ = std::clock();
};

/// Pictures per second of processor time, in one epoch.
double epoch_rate(yolo::data::Loader& loader, int epoch) {
    const Stopwatch watch;
    loader.start(epoch);
    std::size_t pictures = 0;
    while (const auto batch = loader.next()) pictures += batch->pictures.size();
    return static_cast<double>(pictures) / watch.seconds();
}

/// The same samples without a pool, one after the other.
double plain_rate(const std::shared_ptr<const yolo::data::Dataset>& dataset, const LoaderOptions& options) {
    const auto order = yolo::data::make_load_order(dataset->size(), {}, options);
    const yolo::data::EpochPlan plan(order, options.seed, 1);
    const auto store = std::make_shared<yolo::data::PictureStore>(dataset, options, 0);
    const auto make = yolo::data::make_sample_maker({dataset, store, options});
    cv::Mat place(options.imgsz, options.imgsz, CV_8UC3);
    const Stopwatch watch;
    for (std::size_t i = 0; i < dataset->size(); ++i) make({1, i, false, plan}, place);
    return static_cast<double>(dataset->size()) / watch.seconds();
}

void run(const std::string& data, int imgsz, int workers) {
    const auto spec = yolo::data::load_dataset_spec(data, yolo::Task::detect, {}, {});
    yolo::data::DatasetOptions dataset_options;
    dataset_options.write_cache = false;
    const auto dataset = yolo::data::open_dataset(spec, dataset_options);
    LoaderOptions options;
    options.imgsz = imgsz, options.workers = workers;
    fmt::print("{} pictures, {} px, {} workers\n", dataset->size(), imgsz, workers);

    const auto loader = yolo::data::make_loader(dataset, options);
    fmt::print("first epoch          {:7.0f} pictures/s per thread\n", epoch_rate(*loader, 0));
    const double pooled = epoch_rate(*loader, 1);
    fmt::print("second epoch         {:7.0f} pictures/s per thread\n", pooled);
    options.cache = yolo::data::PictureCache::ram;
    const auto cached = yolo::data::make_loader(dataset, options);
    epoch_rate(*cached, 0);
    fmt::print("cache=ram            {:7.0f} pictures/s per thread\n", epoch_rate(*cached, 1));
    options.cache = yolo::data::PictureCache::none;
    const double plain = plain_rate(dataset, options);
    fmt::print("plain, no pool       {:7.0f} pictures/s, ratio {:.2f}\n", plain, pooled / plain);

    options.training = false, options.rect = true;
    const auto validation = yolo::data::make_loader(dataset, options);
    fmt::print("validation           {:7.0f} pictures/s per thread\n", epoch_rate(*validation, 0));
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        fmt::print(stderr, "usage: bench_loader DATA.yaml [IMGSZ] [WORKERS]\n");
        return 2;
    }
    try {
        run(arguments[1], count > 2 ? std::atoi(arguments[2]) : 320, count > 3 ? std::atoi(arguments[3]) : 0);
        return 0;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "bench_loader: {}\n", failure.what());
        return 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "modes/training/batch_probe.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "modes/batch_choice.hpp"
#include "modes/training/options.hpp"
#include "train/batch_part.hpp"

namespace yolo::modes {

namespace {

/// The largest input of the training; {}: as the pictures are.
Size largest_size(const TrainSetup& setup) {
    const double share = setup.config.number("multi_scale");
    if (share <= 0 || setup.spec.task == Task::classify) return {};
    const int side = static_cast<int>(std::ceil(setup.imgsz * (1 + share) / setup.stride)) * setup.stride;
    return {side, side};
}

/// In what it goes on, or as the check says.
void set_precision(TrainSetup& setup, train::Learner& learner, const data::Batch& batch, const LogSink& log) {
    const Json then = setup.state ? setup.state->progress.value("precision", Json()) : Json();
    if (then.is_string()) {
        const auto precision = parse_precision(then.get<std::string>());
        if (precision == Precision::fp32 || learner.precision() != Precision::fp32)
            learner.set_precision(precision);
        return;
    }
    choose_precision(learner, batch, amp_is_free(setup.config), log);
    setup.precision = learner.precision();
}

BatchProbes probed(train::Learner& learner, const data::Batch& batch, const TrainSetup& setup,
                   const train::LearnerOptions& options) {
    const Size size = largest_size(setup);
    const int least =
        std::min(setup.imgsz < 2 * setup.stride ? 2 : 1, batch.size());  // else nothing to normalise
    const auto peak = [&](int pictures) {
        return learner.peak_memory(train::batch_part(batch, pictures, options.overlap_mask), size)
            .value_or(0);
    };
    BatchProbes probes;
    peak(least);  // what the first step prepares and keeps is there for good
    const train::DeviceMemory memory = learner.memory();
    probes.small = {least, peak(least)};
    probes.most = static_cast<int>(setup.train_set->size());
    const int more =
        std::max(least, second_probe(batch.size(), memory.held, probes.small.bytes, memory.free));
    probes.large = {more, more > least ? peak(more) : probes.small.bytes};
    probes.usable = memory.held + memory.free;
    probes.where = memory_place(options.device);
    if (options.device == "cpu")
        add_waiting_batches(probes, setup.imgsz, batch.channels(),
                            static_cast<int>(setup.config.integer("workers")));
    return probes;
}

/// Fewer pictures where the last batch would hold one that cannot be normalised.
int without_lonely_picture(const TrainSetup& setup, int pictures) {
    const double share = setup.spec.task == Task::classify ? 0 : setup.config.number("multi_scale");
    int batch = setup.batch;
    if (static_cast<int>(setup.imgsz * (1 - share)) >= 2 * setup.stride) return batch;
    while (batch > 2 && pictures % batch == 1) --batch;
    return batch;
}

}  // namespace

void choose_batch(TrainSetup& setup, double share, const LogSink& log) {
    constexpr int probe = 4;
    setup.batch = probe;
    data::LoaderOptions loading = train_loader_options(setup, log);
    loading.cache = data::PictureCache::none;
    loading.workers = 0;
    const std::unique_ptr<data::Loader> loader = data::make_loader(setup.train_set, loading);
    const train::LearnerOptions options =
        learning_plan(setup, loader->batches(), [](LogLevel, std::string_view) {}).learner;
    const std::unique_ptr<train::Learner> learner = train::make_learner(setup.model, options);
    loader->start(0);
    const std::shared_ptr<const data::Batch> batch = loader->next();
    set_precision(setup, *learner, *batch, log);
    const BatchProbes probes = probed(*learner, *batch, setup, options);
    const BatchChoice choice = batch_that_fits(probes, share);
    setup.batch = choice.pictures;
    setup.batch = without_lonely_picture(setup, probes.most);
    log(LogLevel::info,
        fmt::format("batch={}: {}, {}", to_string(setup.config.get("batch")), setup.batch, choice.reason));
    setup.config.set("batch", std::int64_t{setup.batch});
}

}  // namespace yolo::modes

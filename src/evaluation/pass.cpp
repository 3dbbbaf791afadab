// SPDX-License-Identifier: Apache-2.0
#include "evaluation/pass.hpp"

#include <algorithm>
#include <chrono>

#include "tasks/picture_output.hpp"

namespace yolo::evaluation {

namespace {

using Clock = std::chrono::steady_clock;

/// Adds the time until it goes out of scope to a sum.
class Timed {
  public:
    explicit Timed(std::atomic<std::int64_t>& sum) : sum_(sum) {}
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;
    ~Timed() { sum_ += std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_).count(); }

  private:
    std::atomic<std::int64_t>& sum_;
    Clock::time_point start_ = Clock::now();
};

Judge::Options judge_options(const data::Dataset& dataset, const ValidatorOptions& options) {
    return {.confusion_conf = options.detect.conf,
            .confusion = options.confusion,
            .kpt_sigmas = dataset.spec().kpt_oks_sigmas};
}

void append_values(const metrics::PrecisionTable& table, ValRow& row) {
    row.values.insert(row.values.end(), {table.precision(), table.recall(), table.map50(), table.map()});
    row.map75.push_back(table.map75());
}

void append_values(const metrics::ClassPrecision& entry, ValRow& row) {
    row.values.insert(row.values.end(), {entry.precision, entry.recall, entry.ap50(), entry.mean_ap()});
    row.map75.push_back(entry.ap75());
}

}  // namespace

ValidationPass::ValidationPass(const ModelInfo& info, const ModelInfo& judged, const data::Dataset& dataset,
                               const ValidatorOptions& options, const ValidatorHooks& hooks,
                               data::Loader& loader)
    : info_(info),
      names_(judged.names),
      dataset_(dataset),
      options_(options),
      hooks_(hooks),
      loader_(loader),
      judge_(judged, judge_options(dataset, options)) {
    loader_.start(0);
}

std::shared_ptr<const data::Batch> ValidationPass::next_batch() {
    const Timed timed(waiting_);
    if (failed_ || cancelled_) return nullptr;
    if (hooks_.cancelled && hooks_.cancelled()) {
        cancelled_ = true;
        return nullptr;
    }
    return loader_.next();
}

ValidationPass::Place ValidationPass::next_picture() {
    const std::lock_guard lock(loader_mutex_);
    if (failed_ || ended_) return {};
    if (!place_.batch || place_.index + 1 >= place_.batch->size()) {
        place_ = {next_batch(), 0};
        ended_ = !place_.batch;
    } else {
        ++place_.index;
    }
    return place_;
}

inference::NetworkOutput ValidationPass::run(const inference::RunNetwork& network, const data::Batch& batch,
                                             int first, int count) {
    if (hooks_.prepare) hooks_.prepare({batch.height(), batch.width()});
    inference::NetworkOutput output;
    {
        const Timed timed(network_);
        output = network(batch, first, count);
    }
    if (!output.losses.empty()) add_losses(output.losses);
    return output;
}

void ValidationPass::add_losses(const std::vector<float>& losses) {
    const std::lock_guard lock(told_mutex_);
    loss_sums_.resize(std::max(loss_sums_.size(), losses.size()));
    std::transform(losses.begin(), losses.end(), loss_sums_.begin(), loss_sums_.begin(),
                   [](float loss, double sum) { return sum + loss; });
    ++loss_batches_;
}

void ValidationPass::look_at(const data::Batch& batch, int index, const inference::NetworkOutput& output,
                             int row) noexcept {
    if (failed_) return;
    try {
        judge(batch, index, output, row);
        told();
    } catch (...) {
        fail(std::current_exception());
    }
}

void ValidationPass::judge(const data::Batch& batch, int index, const inference::NetworkOutput& output,
                           int row) {
    const Size input{batch.height(), batch.width()};
    const std::size_t order = batch.first + static_cast<std::size_t>(index);
    image::Prototypes prototypes;
    PictureObjects labels, found;
    {
        const Timed timed(judging_);
        if (info_.task == Task::segment) prototypes = tasks::prototypes_of(output.outputs, row);
        const Size mask_size = options_.detect.full_masks ? input : Size{prototypes.height, prototypes.width};
        labels = labelled_objects(batch, index, info_.task,
                                  {.overlapping = options_.loader.overlap_mask, .size = mask_size});
        found = found_objects(output, row, input, info_, options_.detect);
        judge_.add(order, labels, found);
    }
    if (hooks_.seen)
        hooks_.seen({batch, index, order, labels, found, prototypes, options_.loader.overlap_mask});
}

void ValidationPass::told() {
    const std::lock_guard lock(told_mutex_);
    ++done_;
    if (hooks_.progress) hooks_.progress(done_, dataset_.size());
}

void ValidationPass::fail(std::exception_ptr error) {
    const std::lock_guard lock(told_mutex_);
    if (!error_) error_ = std::move(error);
    failed_ = true;
}

std::vector<ValRow> ValidationPass::rows() const {
    ValRow all{"all", done_, 0, {}};
    if (const auto classification = judge_.classification()) {
        all.values = {classification->top1(), classification->top5()};
        return {all};
    }
    const metrics::DetectionMetrics& detection = *judge_.detection();
    all.instances = detection.objects();
    append_values(detection.boxes(), all);
    if (detection.has_second()) append_values(detection.second(), all);
    std::vector<ValRow> rows = {all};
    for (std::size_t i = 0; i < detection.boxes().classes.size(); ++i) {
        const metrics::ClassPrecision& entry = detection.boxes().classes[i];
        ValRow row{names_->at(static_cast<std::size_t>(entry.class_id)),
                   detection.pictures_with(entry.class_id),
                   detection.objects_of(entry.class_id),
                   {}};
        append_values(entry, row);
        if (detection.has_second()) append_values(detection.second().classes.at(i), row);
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Threads that work at the same time share the clock: their sum is divided by their number.
ValSpeed ValidationPass::speed(int network_threads, int judging_threads) const {
    const auto each = [&](std::int64_t nanoseconds, int threads) {
        return static_cast<double>(nanoseconds) / 1e6 / threads /
               static_cast<double>(std::max<std::size_t>(done_, 1));
    };
    return {.preprocess = each(waiting_, 1),
            .inference = each(network_, network_threads),
            .loss = 0,
            .postprocess = each(judging_, judging_threads)};
}

ValResult ValidationPass::finish(int network_threads, int judging_threads) {
    if (error_) std::rethrow_exception(error_);
    judge_.finish(options_.threads);
    ValResult result;
    result.pictures = done_;
    result.rows = rows();
    result.instances = result.rows.front().instances;
    result.detection = judge_.detection();
    result.classification = judge_.classification();
    result.confusion = judge_.confusion();
    result.metrics = result.detection ? result.detection->results() : result.classification->results();
    std::erase_if(result.metrics, [](const auto& entry) { return entry.first == "fitness"; });
    result.fitness = result.detection ? result.detection->fitness() : result.classification->fitness();
    if (result.detection) result.maps = result.detection->maps();
    for (const double sum : loss_sums_) result.losses.push_back(sum / static_cast<double>(loss_batches_));
    result.speed = speed(network_threads, judging_threads);
    result.cancelled = cancelled_;
    result.unreadable = loader_.unreadable();
    result.warnings = loader_.take_warnings();
    return result;
}

}  // namespace yolo::evaluation

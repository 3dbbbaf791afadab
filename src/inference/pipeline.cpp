// SPDX-License-Identifier: Apache-2.0
#include "inference/pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/threads.hpp"
#include "inference/frame_seconds.hpp"
#include "inference/step.hpp"
#include "options/device.hpp"

namespace yolo::inference {

namespace {

/// Batches that may wait between two stages: enough to overlap them, few enough to keep memory flat.
constexpr std::size_t queue_length = 2;

using Clock = std::chrono::steady_clock;

std::int64_t nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

/// The layers that stages ask for, ascending.
std::vector<int> wanted_maps(const Stages& stages, const PredictOptions& options) {
    std::set<int> layers;
    for (const std::unique_ptr<Stage>& stage : stages) {
        const std::vector<int> wanted = stage->layers();
        layers.insert(wanted.begin(), wanted.end());
    }
    if (!layers.empty() && (options.augment || !options.embed.empty()))
        throw UsageError(fmt::format("{} gives no maps of layers: leave it out",
                                     options.augment ? "augment=True" : "embed="));
    return {layers.begin(), layers.end()};
}

}  // namespace

EngineRequest engine_request(const PredictOptions& options, const std::string& engine) {
    const Compute compute = compute_on(options.device, engine, options.half);
    return {.engine = compute.engine,
            .precision = compute.precision,
            .threads = compute_threads(options.threads),
            .embed = options.embed,
            .device = compute.device};
}

Pipeline::Pipeline(std::shared_ptr<Session> session, std::unique_ptr<sources::Source> source,
                   PredictOptions options, const std::string& engine, Stages stages)
    : session_(std::move(session)),
      source_(std::move(source)),
      options_(std::move(options)),
      stages_(std::move(stages)),
      request_(engine_request(options_, engine)),
      input_(queue_length) {
    request_.maps = wanted_maps(stages_, options_);
    for (const std::unique_ptr<Stage>& stage : stages_) {
        if (const auto conf = stage->loose_conf()) loose_conf_ = std::min(*conf, loose_conf_.value_or(*conf));
    }
    workers_.reserve(static_cast<std::size_t>(request_.threads));
    workers_.emplace_back([this] { work(true); });
    reader_ = std::thread([this] { read(); });
}

Pipeline::~Pipeline() {
    stop();
    reader_.join();
    workers_.front().join();  // it alone starts the others
    for (std::size_t i = 1; i < workers_.size(); ++i) workers_[i].join();
}

void Pipeline::read() {
    try {
        std::int64_t sequence = 0;
        while (!source_->live() || wait_for_reader(sequence)) {
            const auto start = Clock::now();
            Batch batch{sequence, source_->next()};
            times_.decode += nanoseconds_since(start);
            if (batch.frames.empty() || !input_.push(std::move(batch))) break;
            ++sequence;
        }
        input_.close();
        const std::lock_guard lock(mutex_);
        end_ = sequence;
        delivered_.notify_all();
    } catch (...) {
        fail(std::current_exception());
    }
}

/// Until all batches before this one have been taken. False when the pipeline ends.
bool Pipeline::wait_for_reader(std::int64_t sequence) {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [&] { return stopped_ || error_ || next_out_ == sequence; });
    return !stopped_ && !error_;
}

void Pipeline::work(bool first) {
    try {
        while (std::optional<Batch> batch = input_.pop()) {
            if (first) start_more_workers(*batch);
            first = false;
            const std::int64_t sequence = batch->sequence;
            deliver(sequence, predict(std::move(*batch)));
        }
    } catch (...) {
        fail(std::current_exception());
    }
}

void Pipeline::start_more_workers(const Batch& first_batch) {
    const bool video_file = first_batch.frames.front().kind == sources::SourceKind::video && !source_->live();
    if (!video_file) return;
    const int count = request_.threads;
    request_.threads = 1;
    for (int i = 1; i < count; ++i) workers_.emplace_back([this] { work(false); });
}

std::vector<Prediction> Pipeline::predict(Batch batch) {
    StepTimes step;
    std::vector<Prediction> predictions =
        predict_step(*session_, request_, options_, std::move(batch.frames), step, loose_conf_);
    times_.letterbox += step.letterbox.count();
    times_.network += step.network.count();
    times_.postprocess += step.postprocess.count();
    times_.pictures += static_cast<std::int64_t>(predictions.size());
    const std::lock_guard lock(mutex_);
    last_input_ = step.input;
    return predictions;
}

void Pipeline::deliver(std::int64_t sequence, std::vector<Prediction> predictions) {
    std::unique_lock lock(mutex_);
    const auto room = static_cast<std::int64_t>(queue_length + workers_.capacity());
    taken_.wait(lock, [&] { return stopped_ || sequence < next_out_ + room; });
    if (stopped_) return;
    ready_.emplace(sequence, std::move(predictions));
    delivered_.notify_all();
}

void Pipeline::fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    input_.abort();
    delivered_.notify_all();
    taken_.notify_all();
}

std::vector<Prediction> Pipeline::next() {
    std::vector<Prediction> batch = take();
    if (batch.empty()) return batch;
    place(batch);
    for (const std::unique_ptr<Stage>& stage : stages_) stage->process(batch);
    measure(batch);
    return batch;
}

/// Which frame of which stream a result is of.
void Pipeline::place(std::vector<Prediction>& batch) {
    for (Prediction& prediction : batch) {
        const sources::Frame& frame = prediction.frame;
        Result& result = prediction.result;
        result.frame = frame.frame_number;
        result.seconds = seconds_of(frame);
        if (frame.kind != sources::SourceKind::stream) continue;
        result.stream = frame.source_index;
        if (frame.received == Clock::time_point()) continue;
        result.seconds -= first_seconds_.try_emplace(frame.source_index, result.seconds).first->second;
    }
}

void Pipeline::measure(std::vector<Prediction>& batch) {
    const auto now = Clock::now();
    for (Prediction& prediction : batch) {
        if (prediction.frame.received == Clock::time_point()) continue;
        Speed& speed = prediction.result.speed;
        speed.latency = std::chrono::duration<double, std::milli>(now - prediction.frame.received).count();
        streams_[prediction.frame.source_index].add(prediction.frame, speed);
    }
}

std::vector<Prediction> Pipeline::take() {
    std::unique_lock lock(mutex_);
    delivered_.wait(lock, [&] { return error_ || next_out_ == end_ || ready_.contains(next_out_); });
    const auto found = ready_.find(next_out_);  // what came before an error is still delivered
    if (found == ready_.end()) {
        if (error_) std::rethrow_exception(error_);
        return {};
    }
    std::vector<Prediction> predictions = std::move(found->second);
    ready_.erase(found);
    ++next_out_;
    taken_.notify_all();
    return predictions;
}

std::vector<StagePart> Pipeline::stage_parts() const {
    std::vector<StagePart> parts;
    for (const std::unique_ptr<Stage>& stage : stages_) {
        const std::vector<StagePart> more = stage->parts();
        parts.insert(parts.end(), more.begin(), more.end());
    }
    return parts;
}

Shape Pipeline::last_input() const {
    const std::lock_guard lock(mutex_);
    return last_input_;
}

void Pipeline::stop() {
    source_->cancel();
    input_.abort();
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    taken_.notify_all();
}

}  // namespace yolo::inference

// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>
#include <yolo/model.hpp>
#include <yolo/settings.hpp>

#include "core/log.hpp"
#include "core/rim.hpp"
#include "image/view_mat.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/tracking_stage.hpp"
#include "sources/source.hpp"

namespace yolo {

/// A pipeline read one result at a time.
class Predictions::Pipeline {
  public:
    Pipeline(std::shared_ptr<inference::Session> session, std::unique_ptr<sources::Source> source,
             const PredictOptions& options, inference::Stages stages = {})
        : pipeline_(std::move(session), std::move(source), options, "", std::move(stages)) {}

    std::shared_ptr<Result> next() {
        if (waiting_.empty()) {
            for (inference::Prediction& prediction : pipeline_.next())
                waiting_.push_back(std::move(prediction.result));
        }
        if (waiting_.empty()) return nullptr;
        auto result = std::make_shared<Result>(std::move(waiting_.front()));
        waiting_.pop_front();
        return result;
    }

  private:
    inference::Pipeline pipeline_;
    std::deque<Result> waiting_;
};

Predictions::Predictions(std::unique_ptr<Pipeline> pipeline) : pipeline_(std::move(pipeline)) {}
Predictions::Predictions(Predictions&&) noexcept = default;
Predictions& Predictions::operator=(Predictions&&) noexcept = default;
Predictions::~Predictions() = default;
Predictions::iterator Predictions::begin() {
    return iterator(pipeline_.get());
}

Predictions::iterator::iterator(Pipeline* pipeline) : pipeline_(pipeline) {
    ++*this;
}

Predictions::iterator& Predictions::iterator::operator++() try {
    current_ = pipeline_ != nullptr ? pipeline_->next() : nullptr;
    if (!current_) pipeline_ = nullptr;
    return *this;
} catch (...) {
    rethrow_as_error();
}

struct Model::Impl {
    std::shared_ptr<inference::Session> session;
    TrackerOptions tracker = {};                               ///< of `trackers`
    std::shared_ptr<inference::StreamTrackers> trackers = {};  ///< of the last call of track()
    inference::TrackingAids aids = {};                         ///< of `trackers`

    inference::Stages stages_for(const TrackOptions& options, const PredictOptions& checked) {
        const bool same = tracker.type == options.tracker.type && tracker.file == options.tracker.file &&
                          tracker.settings == options.tracker.settings;
        if (!options.persist || !same || !trackers || !checked.embed.empty()) {
            auto made = std::make_shared<inference::StreamTrackers>(options.tracker, options.persist);
            aids = inference::tracking_aids(*made, *session, checked, "", checked.log);
            trackers = std::move(made);
            tracker = options.tracker;
        }
        trackers->persist(options.persist);
        inference::Stages stages;
        stages.push_back(inference::tracking_stage(trackers, aids));
        return stages;
    }
};

namespace {

sources::SourceOptions source_options(const PredictOptions& options) {
    return {.batch = options.batch,
            .vid_stride = options.vid_stride,
            .stream_buffer = options.stream_buffer,
            .log = options.log};
}

/// A picture of our own in BGR from somebody's pixels.
cv::Mat copied(const ImageView& view) {
    const cv::Mat pixels = image::view_mat(view);
    if (pixels.empty())
        throw UsageError("a picture to predict has no pixels: give its data, height and width");
    cv::Mat bgr;
    switch (view.format) {
        case PixelFormat::bgr:
            pixels.copyTo(bgr);
            break;
        case PixelFormat::rgb:
            cv::cvtColor(pixels, bgr, cv::COLOR_RGB2BGR);
            break;
        case PixelFormat::bgra:
            cv::cvtColor(pixels, bgr, cv::COLOR_BGRA2BGR);
            break;
        case PixelFormat::rgba:
            cv::cvtColor(pixels, bgr, cv::COLOR_RGBA2BGR);
            break;
        case PixelFormat::gray:
            cv::cvtColor(pixels, bgr, cv::COLOR_GRAY2BGR);
            break;
    }
    return bgr;
}

}  // namespace

Model::Model(const std::string& path) try : impl_(std::make_unique<Impl>()) {
    impl_->session = std::make_shared<inference::Session>(inference::open_model(path, load_settings()));
} catch (...) {
    rethrow_as_error();
}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

const ModelInfo& Model::info() const {
    return impl_->session->info();
}

Predictions Model::predict(const std::string& source, const PredictOptions& options) try {
    PredictOptions checked = inference::checked_options(options, *impl_->session, "", options.log);
    checked.log = one_at_a_time(checked.log);  // the source warns on its own thread
    auto frames = sources::open_source(source, source_options(checked));
    return Predictions(std::make_unique<Predictions::Pipeline>(impl_->session, std::move(frames), checked));
} catch (...) {
    rethrow_as_error();
}

Predictions Model::track(const std::string& source, const TrackOptions& options) try {
    PredictOptions checked =
        inference::checked_options(options.predict, *impl_->session, "", options.predict.log);
    checked.log = one_at_a_time(checked.log);
    inference::Stages stages = impl_->stages_for(options, checked);
    sources::SourceOptions how = source_options(checked);
    how.order = sources::PictureOrder::numbers;
    auto frames = sources::open_source(source, how);
    return Predictions(std::make_unique<Predictions::Pipeline>(impl_->session, std::move(frames), checked,
                                                               std::move(stages)));
} catch (...) {
    rethrow_as_error();
}

Result Model::track(const ImageView& image, const TrackOptions& options) try {
    const PredictOptions checked =
        inference::checked_options(options.predict, *impl_->session, "", options.predict.log);
    inference::Pipeline pipeline(impl_->session, sources::memory_source({copied(image)}), checked, "",
                                 impl_->stages_for(options, checked));
    return std::move(pipeline.next().at(0).result);
} catch (...) {
    rethrow_as_error();
}

std::vector<Result> Model::predict(const std::vector<ImageView>& images, const PredictOptions& options) try {
    const PredictOptions checked = inference::checked_options(options, *impl_->session, "", options.log);
    std::vector<cv::Mat> pictures;
    for (const ImageView& image : images) pictures.push_back(copied(image));
    inference::Pipeline pipeline(impl_->session, sources::memory_source(std::move(pictures), checked.batch),
                                 checked);
    std::vector<Result> results;
    for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next()) {
        for (inference::Prediction& prediction : batch) results.push_back(std::move(prediction.result));
    }
    return results;
} catch (...) {
    rethrow_as_error();
}

Result Model::predict(const ImageView& image, const PredictOptions& options) {
    return std::move(predict(std::vector<ImageView>{image}, options).front());
}

}  // namespace yolo

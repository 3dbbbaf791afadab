// SPDX-License-Identifier: Apache-2.0
/// \file bench_track_pipeline MODEL VIDEO [frames [rounds]]: time of the processor that tracking adds to
/// prediction with the same confidence, for each tracker. First frame by frame in turn, so that other work on
/// the machine meets both, without decoding and drawing. Then the file as a whole so many rounds, decoded,
/// predicted and drawn, each run of a tracker between two of prediction alone.
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <opencv2/videoio.hpp>

#include <yolo/error.hpp>
#include <yolo/model.hpp>

#include "../timing.hpp"

namespace yolo::bench {
namespace {

std::vector<cv::Mat> frames_of(const char* video, std::size_t most) {
    cv::VideoCapture reader(video);
    std::vector<cv::Mat> frames;
    for (cv::Mat frame; frames.size() < most && reader.read(frame);) frames.push_back(frame.clone());
    if (frames.empty()) throw Error(fmt::format("cannot read '{}'", video));
    return frames;
}

void compare(Model& model, const std::vector<cv::Mat>& frames, std::string_view type) {
    const TrackOptions options{.tracker = {.type = std::string(type)}, .persist = true};
    std::vector<double> without, added;
    for (const cv::Mat& frame : frames) {
        const ImageView view{frame.data, frame.rows, frame.cols, PixelFormat::bgr, frame.step[0]};
        const double before = cost_of([&] { model.predict(view, options.predict); }).processor;
        const double with = cost_of([&] { model.track(view, options); }).processor;
        without.push_back(1e3 * before);
        added.push_back(1e3 * (with - before));
    }
    const double predict = median(std::move(without)), more = median(std::move(added));
    fmt::print("  {:<12} {:8.2f} {:+8.2f} {:+7.1f} % (target +3 %)\n", type, predict, more,
               100 * more / predict);
}

/// Seconds of the processor for the first frames of a file, from decoding to the drawn picture.
double whole_cost(Predictions results, std::size_t frames) {
    return cost_of([&] {
               std::size_t seen = 0;
               for (const Result& result : results) {
                   result.plot();
                   if (++seen == frames) break;
               }
           })
        .processor;
}

void compare_whole(Model& model, const char* video, std::size_t frames, int rounds) {
    const TrackOptions like_tracking;
    const auto predict = [&] { return whole_cost(model.predict(video, like_tracking.predict), frames); };
    std::map<std::string_view, std::vector<double>> shares;
    std::vector<double> alone;
    for (int round = 0; round < rounds; ++round) {
        double before = predict();
        for (const std::string_view type : tracker_types()) {
            const double with =
                whole_cost(model.track(video, {.tracker = {.type = std::string(type)}}), frames);
            const double after = predict();
            shares[type].push_back(100 * (2 * with / (before + after) - 1));
            alone.push_back(after);
            before = after;
        }
    }
    fmt::print("the whole file, {} rounds: predict {:.2f} s of the processor, median\n", rounds,
               median(std::move(alone)));
    for (const auto& [type, percent] : shares)
        fmt::print("  {:<12} {:+7.1f} % (target +3 %)\n", type, median(percent));
}

}  // namespace
}  // namespace yolo::bench

int main(int count, char** arguments) try {
    if (count < 3) {
        fmt::print(stderr, "usage: bench_track_pipeline MODEL VIDEO [frames [rounds]]\n");
        return 2;
    }
    yolo::Model model(arguments[1]);
    const auto frames = yolo::bench::frames_of(arguments[2], count > 3 ? std::stoul(arguments[3]) : 200);
    fmt::print(
        "medians in ms of the processor a frame, {} frames:\n"
        "                predict   more for tracking\n",
        frames.size());
    for (const std::string_view type : yolo::tracker_types()) yolo::bench::compare(model, frames, type);
    if (count > 4) yolo::bench::compare_whole(model, arguments[2], frames.size(), std::stoi(arguments[4]));
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_track_pipeline: {}\n", error.what());
    return 1;
}

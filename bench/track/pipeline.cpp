// SPDX-License-Identifier: Apache-2.0
/// \file bench_track_pipeline MODEL VIDEO [frames]: time of the processor that tracking adds to prediction
/// with the same confidence, for each tracker. Frame by frame in turn, so that other work on the machine
/// meets both; decoding is not counted.
#include <exception>
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

}  // namespace
}  // namespace yolo::bench

int main(int count, char** arguments) try {
    if (count < 3) {
        fmt::print(stderr, "usage: bench_track_pipeline MODEL VIDEO [rounds]\n");
        return 2;
    }
    yolo::Model model(arguments[1]);
    const auto frames = yolo::bench::frames_of(arguments[2], count > 3 ? std::stoul(arguments[3]) : 200);
    fmt::print(
        "medians in ms of the processor a frame, {} frames:\n"
        "                predict   more for tracking\n",
        frames.size());
    for (const std::string_view type : yolo::tracker_types()) yolo::bench::compare(model, frames, type);
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_track_pipeline: {}\n", error.what());
    return 1;
}

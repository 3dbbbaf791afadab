// SPDX-License-Identifier: Apache-2.0
/// \file bench_track [frames]: milliseconds of an update of each tracker with 50 and 500 objects, of
/// sparseOptFlow at 1920 x 1080 on one thread, and time and memory over `frames` (200,000) frames with births
/// and deaths.
#include <cstdlib>
#include <random>
#include <string>

#include <fmt/core.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <yolo/tracker.hpp>

#include "../timing.hpp"
#include "core/memory.hpp"

namespace yolo::bench {
namespace {

/// Objects that walk through a picture, with noise in place and score, misses and false alarms; some leave
/// and others come.
class Crowd {
  public:
    Crowd(int objects, Size picture, double lifetime) : picture_(picture), lifetime_(lifetime) {
        for (int i = 0; i < objects; ++i) walkers_.push_back(born());
    }

    Detections next() {
        Detections found;
        for (Walker& walker : walkers_) {
            walker.x += walker.dx;
            walker.y += walker.dy;
            const bool outside = walker.x < 0 || walker.y < 0 ||
                                 walker.x > static_cast<float>(picture_.width) ||
                                 walker.y > static_cast<float>(picture_.height);
            if (outside || unit() * lifetime_ < 1) walker = born();
            if (unit() < 0.05) continue;
            const float x = walker.x + noise(), y = walker.y + noise();
            const float score = unit() < 0.1 ? 0.2f : 0.6f + 0.35f * static_cast<float>(unit());
            found.boxes.push_back({x, y, x + walker.width + noise(), y + walker.height + noise(), score});
        }
        std::ranges::sort(found.boxes, std::greater(), &Box::confidence);
        return found;
    }

  private:
    struct Walker {
        float x, y, dx, dy, width, height;
    };

    double unit() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    float noise() { return std::normal_distribution<float>(0, 1)(random_); }
    Walker born() {
        const float width = 20 + 40 * static_cast<float>(unit());
        return {static_cast<float>(unit() * picture_.width),
                static_cast<float>(unit() * picture_.height),
                2 * noise(),
                2 * noise(),
                width,
                2 * width};
    }

    Size picture_;
    double lifetime_;  // frames
    std::mt19937 random_{1};
    std::vector<Walker> walkers_;
};

Tracker make(std::string_view type) {
    TrackerOptions options{.type = std::string(type)};
    if (Tracker(options).setting("gmc_method")) options.settings = {{"gmc_method", "none"}};
    return Tracker(options);
}

double update_ms(std::string_view type, int objects) {
    Crowd crowd(objects, {1080, 1920}, 300);
    std::vector<Detections> frames;
    for (int i = 0; i < 300; ++i) frames.push_back(crowd.next());
    Tracker tracker = make(type);
    std::vector<double> times;
    for (const Detections& frame : frames)
        times.push_back(1e3 * cost_of([&] { tracker.update(frame); }).processor);
    times.erase(times.begin(), times.begin() + 50);
    return median(std::move(times));
}

void update_times() {
    fmt::print("one update, median in ms of the processor      50 objects   target   500 objects   target\n");
    for (const std::string_view type : tracker_types()) {
        const double target = type == "bytetrack" ? 0.10 : type == "botsort" ? 0.15 : 0.3;
        fmt::print("  {:<26} {:12.4f} {:8.2f} {:13.3f} {:8.1f}\n", type, update_ms(type, 50), target,
                   update_ms(type, 500), 5.0);
    }
}

/// Rectangles of all sizes over one another: edges, corners and flat parts, as in pictures of streets.
cv::Mat texture(cv::Size size) {
    cv::Mat pixels(size, CV_8UC3, cv::Scalar::all(128));
    cv::RNG random(5);
    for (int i = 0; i < 4000; ++i) {
        const int side = 8 + static_cast<int>(200 / (1 + random.uniform(0.0, 12.0)));
        const cv::Rect place(random.uniform(-side, size.width), random.uniform(-side, size.height), side,
                             2 * side);
        const cv::Scalar color(random.uniform(0, 256), random.uniform(0, 256), random.uniform(0, 256));
        cv::rectangle(pixels, place, color, cv::FILLED);
    }
    cv::GaussianBlur(pixels, pixels, {5, 5}, 1);
    return pixels;
}

/// Where a camera looks in each frame.
using Way = cv::Point (*)(int frame);

cv::Point still(int) {
    return {60, 40};
}
cv::Point pans(int frame) {
    return {2 * frame, frame};
}
cv::Point shakes(int frame) {
    cv::RNG random(static_cast<std::uint64_t>(frame) + 1);
    return {random.uniform(40, 80), random.uniform(30, 50)};
}

/// A part of a larger picture, with the grain of a camera; without objects, so that the tracker itself costs
/// nothing.
double camera_ms(const char* method, const cv::Mat& whole, Way way, int frames) {
    Tracker tracker({.type = "botsort", .settings = {{"gmc_method", method}}});
    std::vector<double> times;
    for (int i = 0; i < frames; ++i) {
        cv::Mat frame = whole(cv::Rect(way(i), cv::Size(1920, 1080))).clone(), grain(frame.size(), CV_8UC3);
        cv::randn(grain, 0, 2);
        frame += grain;
        const ImageView view{frame.data, frame.rows, frame.cols, PixelFormat::bgr, frame.step[0]};
        times.push_back(1e3 * cost_of([&] { tracker.update({}, view); }).processor);
    }
    times.erase(times.begin());
    return median(std::move(times));
}

void camera_time() {
    cv::setNumThreads(1);
    const cv::Mat whole = texture({2100, 1260});
    fmt::print("camera motion, 1920 x 1080, one thread, median in ms of the processor (target 4)\n");
    fmt::print("  sparseOptFlow: a still camera {:.2f}, one that pans {:.2f}, one that shakes {:.2f}\n",
               camera_ms("sparseOptFlow", whole, still, 60), camera_ms("sparseOptFlow", whole, pans, 60),
               camera_ms("sparseOptFlow", whole, shakes, 60));
    fmt::print("  orb: {:.2f}\n", camera_ms("orb", whole, pans, 6));
}

void long_run(int frames) {
    fmt::print("{} frames, 12 objects of about 60 frames: us per update and resident MB, by tenths\n",
               frames);
    for (const std::string_view type : tracker_types()) {
        Crowd crowd(12, {720, 1280}, 60);
        Tracker tracker = make(type);
        std::string times, memory;
        for (int tenth = 0; tenth < 10; ++tenth) {
            double seconds = 0;
            for (int i = 0; i < frames / 10; ++i) {
                const Detections found = crowd.next();
                seconds += cost_of([&] { tracker.update(found); }).processor;
            }
            times += fmt::format(" {:6.2f}", 1e7 * seconds / frames);
            memory += fmt::format(" {:6.2f}", static_cast<double>(resident_memory()) / (1 << 20));
        }
        fmt::print("  {:<12} us{}\n  {:<12} MB{}\n", type, times, "", memory);
    }
}

}  // namespace
}  // namespace yolo::bench

int main(int count, char** arguments) {
    yolo::bench::update_times();
    yolo::bench::camera_time();
    yolo::bench::long_run(count > 1 ? std::atoi(arguments[1]) : 200'000);
}

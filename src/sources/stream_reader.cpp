// SPDX-License-Identifier: Apache-2.0
#include "sources/stream_reader.hpp"

#include <algorithm>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::sources {

namespace {

constexpr std::size_t longest_queue = 30;
constexpr Size unknown_size{640, 640};

/// Frames in a row: a stream that sends more of them is broken.
constexpr int most_damaged = 250;

using Clock = std::chrono::steady_clock;

cv::Mat black_frame(Size size) {
    if (size.height <= 0 || size.width <= 0) size = unknown_size;
    return cv::Mat(size.height, size.width, CV_8UC3, cv::Scalar::all(0));
}

}  // namespace

StreamReader::StreamReader(std::string name, Opener open, StreamReaderOptions options, Interrupt cancelled)
    : name_(std::move(name)),
      open_(std::move(open)),
      options_(options),
      interrupt_([this, asked = std::move(cancelled)] { return stopped_ || (asked && asked()); }),
      reader_(open_(interrupt_)),
      info_(reader_->info()),
      queue_(options.keep_all ? longest_queue : 1),
      thread_([this] { run(); }) {}

StreamReader::~StreamReader() {
    stop();
    thread_.join();
}

void StreamReader::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    wake_.notify_all();
    queue_.abort();
}

cv::Mat StreamReader::next() {
    return queue_.pop().value_or(cv::Mat());
}

std::vector<std::string> StreamReader::take_messages() {
    const std::lock_guard lock(mutex_);
    return std::exchange(messages_, {});
}

void StreamReader::run() {
    // A recorded stream could be read faster than it was filmed, and all but its last frames would be
    // dropped.
    const bool paced = info_.frames > 0 && !options_.keep_all;
    const auto period = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(options_.stride / usable_fps(info_.fps)));
    auto due = Clock::now();
    cv::Mat frame;
    while (sleep(paced ? due - Clock::now() : Clock::duration::zero())) {
        due = std::max(due + period, Clock::now() - period);
        if (read_frame(frame)) {
            deliver(frame);
        } else if (info_.frames > 0 || (frames_ == 1 && options_.ends_after_one) || !reopen()) {
            break;
        }
    }
    reader_.reset();  // others may want the camera
    queue_.close();
}

bool StreamReader::read_frame(cv::Mat& frame) {
    frame.release();
    for (int tries = 0; frame.empty(); ++tries) {
        if (tries > most_damaged) return false;
        for (int i = 0; i < options_.stride; ++i) {
            if (!reader_->grab()) return false;
        }
        frame = reader_->retrieve();
    }
    info_.size = {frame.rows, frame.cols};
    ++frames_;
    return true;
}

void StreamReader::deliver(cv::Mat frame) {
    if (options_.keep_all) {
        queue_.push(std::move(frame));
    } else {
        queue_.push_newest(std::move(frame));
    }
}

/// False when the reader was stopped meanwhile.
bool StreamReader::reopen() {
    if (interrupt_()) return false;
    tell(fmt::format("the stream '{}' does not answer: showing black until it does", name_));
    reader_.reset();  // a camera can be opened only once
    for (auto wait = options_.first_retry;; wait = std::min(2 * wait, options_.longest_retry)) {
        deliver(black_frame(info_.size));
        if (!sleep(wait)) return false;
        try {
            reader_ = open_(interrupt_);
            frames_ = 0;
            tell(fmt::format("the stream '{}' answers again", name_));
            return true;
        } catch (const Error&) {
            continue;
        }
    }
}

/// False when the reader was stopped.
bool StreamReader::sleep(Clock::duration time) {
    std::unique_lock lock(mutex_);
    if (time > Clock::duration::zero()) wake_.wait_for(lock, time, [&] { return stopped_.load(); });
    return !interrupt_();
}

void StreamReader::tell(std::string text) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(std::move(text));
}

}  // namespace yolo::sources

// SPDX-License-Identifier: Apache-2.0
#include "sources/stream_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::sources {

namespace {

constexpr std::size_t longest_queue = 30;

/// Frames in a row: a stream that sends more of them is broken.
constexpr int most_damaged = 250;

}  // namespace

StreamReader::StreamReader(std::string name, Opener open, StreamReaderOptions options, Interrupt cancelled)
    : name_(std::move(name)),
      open_(std::move(open)),
      options_(std::move(options)),
      interrupt_([this, asked = std::move(cancelled)] { return stopped_ || (asked && asked()); }),
      reader_(open_(interrupt_)),
      recording_(reader_->info().frames > 0 || reader_->info().recorded),
      fps_(usable_fps(reader_->info().fps) / options_.stride),
      clock_(usable_fps(reader_->info().fps)),
      retry_wait_(options_.first_retry),
      thread_([this] { run(); }) {}

StreamReader::~StreamReader() {
    stop();
    thread_.join();
}

void StreamReader::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        queue_.clear();
    }
    wake_.notify_all();
}

std::optional<StreamFrame> StreamReader::pop() {
    if (queue_.empty()) return std::nullopt;
    StreamFrame frame = std::move(queue_.front());
    queue_.pop_front();
    frame.dropped = std::exchange(dropped_, 0);
    wake_.notify_all();
    return frame;
}

std::optional<StreamFrame> StreamReader::take() {
    const std::lock_guard lock(mutex_);
    return pop();
}

std::optional<StreamFrame> StreamReader::next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return stopped_ || at_end_ || !queue_.empty(); });
    return pop();
}

bool StreamReader::has_frame() const {
    const std::lock_guard lock(mutex_);
    return !queue_.empty();
}

bool StreamReader::ended() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty() && (stopped_ || at_end_);
}

std::vector<std::string> StreamReader::take_messages() {
    const std::lock_guard lock(mutex_);
    return std::exchange(messages_, {});
}

void StreamReader::run() {
    read_all();
    reader_.reset();  // others may want the camera
    {
        const std::lock_guard lock(mutex_);
        at_end_ = true;
    }
    say_changed();
}

void StreamReader::read_all() {
    // A recorded stream could be read faster than it was filmed, and all but its last frames would be
    // dropped.
    const bool paced = recording_ && !options_.keep_all;
    const auto period = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / fps_));
    auto due = Clock::now();
    while (sleep(paced ? due - Clock::now() : Clock::duration::zero())) {
        due = std::max(due + period, Clock::now() - period);
        StreamFrame frame;
        if (read_frame(frame)) {
            if (std::exchange(lost_, false)) tell(fmt::format("the stream '{}' answers again", name_));
            retry_wait_ = options_.first_retry;
            deliver(std::move(frame));
        } else if (recording_ || (frames_ == 1 && options_.ends_after_one) || !reopen()) {
            return;
        }
    }
}

bool StreamReader::read_frame(StreamFrame& frame) {
    for (int tries = 0; frame.image.empty(); ++tries) {
        if (tries > most_damaged) return false;
        for (int i = 0; i < options_.stride; ++i) {
            if (!reader_->grab()) return false;
            frame.seconds = clock_.next(reader_->stamp());
        }
        frame.received = reader_->received();
        if (frame.received == Clock::time_point()) frame.received = Clock::now();
        if (!recording_) frame.seconds = clock_seconds(frame.received);
        frame.image = reader_->retrieve();
    }
    ++frames_;
    return true;
}

void StreamReader::deliver(StreamFrame frame) {
    {
        std::unique_lock lock(mutex_);
        const std::size_t room = options_.keep_all ? longest_queue : 1;
        while (options_.keep_all && queue_.size() >= room && !interrupt_()) wake_.wait_for(lock, asked_every);
        if (stopped_) return;
        if (queue_.size() >= room) {
            queue_.pop_front();
            ++dropped_;
        }
        queue_.push_back(std::move(frame));
    }
    say_changed();
}

/// False when the reader was stopped meanwhile.
bool StreamReader::reopen() {
    if (interrupt_()) return false;
    if (!std::exchange(lost_, true))
        tell(fmt::format("the stream '{}' does not answer: it gives no frame until it does", name_));
    reader_.reset();  // a camera can be opened only once
    while (sleep(std::exchange(retry_wait_, std::min(2 * retry_wait_, options_.longest_retry)))) {
        try {
            reader_ = open_(interrupt_);
            return true;
        } catch (const Error&) {
            continue;
        }
    }
    return false;
}

/// False when the reader was stopped.
bool StreamReader::sleep(Clock::duration time) {
    const auto end = Clock::now() + time;
    std::unique_lock lock(mutex_);
    for (auto now = Clock::now(); now < end && !interrupt_(); now = Clock::now())
        wake_.wait_for(lock, std::min<Clock::duration>(end - now, asked_every),
                       [&] { return stopped_.load(); });
    return !interrupt_();
}

void StreamReader::tell(std::string text) {
    {
        const std::lock_guard lock(mutex_);
        messages_.push_back(std::move(text));
    }
    say_changed();
}

void StreamReader::say_changed() {
    wake_.notify_all();
    if (options_.changed) options_.changed();
}

}  // namespace yolo::sources

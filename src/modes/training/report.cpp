// SPDX-License-Identifier: Apache-2.0
#include "modes/training/report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace yolo::modes {

namespace {

constexpr std::chrono::milliseconds refresh{200};
constexpr std::chrono::seconds log_every{60};

}  // namespace

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string clock_text(double seconds) {
    const auto total = static_cast<long>(std::max(seconds, 0.0) + 0.5);
    const long hours = total / 3600, minutes = total / 60 % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60)
                     : fmt::format("{:02}:{:02}", minutes, total % 60);
}

void RunningLosses::add(const std::vector<float>& items) {
    sums.resize(items.size(), 0);
    for (std::size_t i = 0; i < items.size(); ++i) sums[i] += static_cast<double>(items[i]);
    ++count;
}

void RunningLosses::clear() {
    sums.clear();
    count = 0;
}

std::vector<double> RunningLosses::mean() const {
    std::vector<double> means = sums;
    for (double& value : means) value /= std::max(count, 1);
    return means;
}

TrainReport::TrainReport(const CommandContext& context, std::vector<std::string> loss_names)
    : context_(context), names_(std::move(loss_names)) {}

void TrainReport::begin_epoch(int epoch, int epochs, int batches, int first_batch) {
    epoch_ = epoch;
    epochs_ = epochs;
    batches_ = batches;
    done_ = first_batch_ = first_batch;
    instances_ = size_ = pictures_ = 0;
    losses_.assign(names_.size(), 0);
    seconds_waiting = 0;
    start_ = logged_ = Clock::now();
    shown_ = {};
    std::string header = fmt::format("\n{:>11}{:>11}", "Epoch", "GPU_mem");
    for (const std::string& name : names_) header += fmt::format("{:>11}", name);
    header += fmt::format("{:>11}{:>11}", "Instances", "Size");
    context_.log(LogLevel::info, header);
}

std::string TrainReport::row() const {
    constexpr double giga = 1e9;
    std::string text = fmt::format("{:>11}{:>11}", fmt::format("{}/{}", epoch_ + 1, epochs_),
                                   fmt::format("{:.3g}G", memory_() / giga));
    for (const double loss : losses_) text += fmt::format("{:>11.4g}", loss);
    const double seconds = seconds_since(start_);
    const double rate = pictures_ / std::max(seconds, 1e-9);
    const int here = std::max(done_ - first_batch_, 1);
    text += fmt::format("{:>11}{:>11}: {:3.0f}% {}/{} {:.1f} images/s {}", instances_, size_,
                        100.0 * done_ / std::max(batches_, 1), done_, batches_, rate, clock_text(seconds));
    if (done_ < batches_) text += fmt::format("<{}", clock_text(seconds / here * (batches_ - done_)));
    return text;
}

void TrainReport::batch_done(const RunningLosses& losses, int instances, int size, int pictures) {
    ++done_;
    instances_ = instances;
    size_ = size;
    pictures_ += pictures;
    losses_ = losses.mean();
    const auto now = Clock::now();
    if (context_.progress) {
        if (now - shown_ < refresh && done_ < batches_) return;
        shown_ = now;
        context_.progress(row());
    } else if (now - logged_ >= log_every && done_ < batches_) {
        logged_ = now;
        context_.log(LogLevel::info, row());
    }
}

void TrainReport::end_epoch() {
    if (context_.progress) context_.progress({});
    context_.log(LogLevel::info, row());
}

}  // namespace yolo::modes

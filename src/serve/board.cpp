// SPDX-License-Identifier: Apache-2.0
#include "serve/board.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "image/jpeg_codec.hpp"

namespace yolo::serve {

namespace {

constexpr int widest = 1280;  // pixels of a picture on the page
constexpr int quality = 80;

cv::Mat smaller(const cv::Mat& picture) {
    if (picture.cols <= widest) return picture;
    cv::Mat small;
    const int height =
        std::max(1, static_cast<int>(static_cast<std::int64_t>(picture.rows) * widest / picture.cols));
    cv::resize(picture, small, cv::Size(widest, height), 0, 0, cv::INTER_AREA);
    return small;
}

}  // namespace

Board::Board(Json head) : head_(std::move(head)) {}

bool Board::watched(int stream) const {
    const std::lock_guard lock(mutex_);
    const auto watchers = watchers_.find(stream);
    return watchers != watchers_.end() && watchers->second > 0;
}

void Board::publish(int stream, std::function<Json()> describe, cv::Mat picture) {
    auto shown = std::make_shared<Shown>();
    shown->describe = std::move(describe);
    shown->picture = std::move(picture);
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    Stream& of_stream = streams_[stream];
    of_stream.newest.swap(
        shown);  // the one before it goes when the lock is free, or when its readers are done
    of_stream.published = std::chrono::steady_clock::now();
    of_stream.version = ++version_;
    changed_.notify_all();
}

void Board::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    ++version_;
    changed_.notify_all();
}

std::string Board::state() {
    std::vector<std::pair<std::shared_ptr<Shown>, double>> all;  // and how many seconds ago it came
    Json json = head_;
    {
        const std::lock_guard lock(mutex_);
        json["running"] = !ended_;
        const auto now = std::chrono::steady_clock::now();
        for (const auto& [index, stream] : streams_)
            all.emplace_back(stream.newest, std::chrono::duration<double>(now - stream.published).count());
    }
    Json streams = Json::array();
    for (const auto& [shown, age] : all) {
        streams.push_back(describe(*shown));
        streams.back()["age"] = std::round(age * 10) / 10;
    }
    json["streams"] = std::move(streams);
    return json_text(json);
}

Json Board::describe(Shown& shown) {
    const std::lock_guard lock(shown.mutex);
    if (shown.describe) {
        shown.description = shown.describe();
        shown.describe = nullptr;
    }
    return shown.description;
}

Feed::Jpeg Board::encode(Shown& shown) {
    const std::lock_guard lock(shown.mutex);
    if (!shown.jpeg) {
        std::vector<std::byte> bytes;
        image::encode_jpeg(smaller(shown.picture), {.quality = quality}, bytes);
        shown.jpeg = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
        shown.picture.release();
    }
    return shown.jpeg;
}

Feed::News Board::wait_state(std::int64_t& version, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return ended_ || version_ > version; }))
        return News::nothing;
    version = version_;
    return ended_ ? News::ended : News::fresh;
}

void Board::watch(int stream) {
    const std::lock_guard lock(mutex_);
    ++watchers_[stream];
}

void Board::unwatch(int stream) {
    const std::lock_guard lock(mutex_);
    if (--watchers_[stream] <= 0) watchers_.erase(stream);
}

bool Board::may_show(int stream) const {
    const std::lock_guard lock(mutex_);
    return streams_.empty() || streams_.contains(stream);
}

Feed::News Board::wait_picture(int stream, std::int64_t& version, Jpeg& jpeg,
                               std::chrono::milliseconds patience) {
    std::shared_ptr<Shown> shown;
    {
        std::unique_lock lock(mutex_);
        const auto there = [&]() -> Stream* {
            const auto found = streams_.find(stream);
            const bool fresh = found != streams_.end() && found->second.version > version;
            return fresh && found->second.newest ? &found->second : nullptr;
        };
        if (!changed_.wait_for(lock, patience, [&] { return ended_ || there() != nullptr; }))
            return News::nothing;
        const Stream* found = there();
        if (found == nullptr) return News::ended;
        version = found->version;
        shown = found->newest;
    }
    {
        const std::lock_guard lock(shown->mutex);
        if (shown->picture.empty() && !shown->jpeg) return News::nothing;  // nobody looked when it came
    }
    jpeg = encode(*shown);
    return News::fresh;
}

}  // namespace yolo::serve

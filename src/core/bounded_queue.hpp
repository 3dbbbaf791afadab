// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace yolo {

/// A queue between two stages of a pipeline. push() waits while it is full, pop() while it is empty.
template <class T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// False when the queue was closed: the item is dropped.
    bool push(T item) {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
        if (closed_) return false;
        items_.push_back(std::move(item));
        not_empty_.notify_one();
        return true;
    }

    /// For live sources: drops the oldest item instead of waiting.
    bool push_newest(T item) {
        std::unique_lock lock(mutex_);
        if (closed_) return false;
        if (items_.size() >= capacity_) items_.pop_front();
        items_.push_back(std::move(item));
        not_empty_.notify_one();
        return true;
    }

    /// Nothing when the queue is closed and empty.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, [&] { return closed_ || !items_.empty(); });
        if (items_.empty()) return std::nullopt;
        T item = std::move(items_.front());
        items_.pop_front();
        not_full_.notify_one();
        return item;
    }

    /// No more pushes; what is inside can still be popped.
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    /// Closes and drops what is inside.
    void abort() {
        std::lock_guard lock(mutex_);
        items_.clear();
        closed_ = true;
        not_empty_.notify_all();
        not_full_.notify_all();
    }

  private:
    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable not_full_, not_empty_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace yolo

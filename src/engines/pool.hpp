// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace yolo::engines {

/// What one run() needs for itself and the next one can use again: as many as run() is called at the same
/// time.
template <class T>
class Pool {
  public:
    /// Hands out one that is free, or what `make` makes; it comes back at the end of its life.
    template <class Make>
    auto lease(Make make) {
        std::unique_ptr<T> item;
        {
            const std::lock_guard lock(mutex_);
            if (!free_.empty()) {
                item = std::move(free_.back());
                free_.pop_back();
            }
        }
        if (!item) item = make();
        const auto give_back = [this](T* used) {
            const std::lock_guard lock(mutex_);
            free_.emplace_back(used);
        };
        return std::unique_ptr<T, decltype(give_back)>(item.release(), give_back);
    }

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<T>> free_;
};

}  // namespace yolo::engines

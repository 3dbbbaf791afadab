// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace yolo::serve {

/// What the page's readers see. To be called from any thread; nothing of it holds up who fills it.
class Feed {
  public:
    virtual ~Feed() = default;

    enum class News { fresh, nothing, ended };
    using Jpeg = std::shared_ptr<const std::vector<std::byte>>;

    /// All there is to know but the pictures, as a JSON object.
    virtual std::string state() = 0;
    /// Waits for a newer state than `version` and says its version; `ended`: it is the last one.
    virtual News wait_state(std::int64_t& version, std::chrono::milliseconds patience) = 0;

    /// Somebody looks at the pictures of a stream from now on, or does no longer.
    virtual void watch(int stream) = 0;
    virtual void unwatch(int stream) = 0;
    /// It has given a picture, or no stream has yet.
    virtual bool may_show(int stream) const = 0;
    /// Waits for a newer picture than `version`: the newest one, what came between is passed over.
    virtual News wait_picture(int stream, std::int64_t& version, Jpeg& jpeg,
                              std::chrono::milliseconds patience) = 0;
};

}  // namespace yolo::serve

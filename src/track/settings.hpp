// SPDX-License-Identifier: Apache-2.0
/// \file The keys of a tracker: what they may be, and what they are.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/json.hpp"
#include "track/track.hpp"

namespace yolo::track {

enum class KeyKind { number, whole, flag, word, text };

/// One key of a tracker file.
struct Key {
    std::string_view name;
    KeyKind kind = KeyKind::number;
    double least = 0, most = 0;  // number, whole
    double standard = 0;         // its default; flag: 0 or 1
    std::string_view words =
        {};  // word: those that it may be, "a, b, c", the default first; text: the default
};

/// "a number from 0 to 1": what a key takes.
std::string describe(const Key& key);

/// The values of all keys of a tracker, checked.
class Settings {
  public:
    /// The defaults.
    explicit Settings(std::span<const Key> keys);

    /// Throws UsageError that names `where`: a key that no tracker of this kind has (with the nearest names),
    /// a value of the wrong kind or out of its range.
    void set(const std::string& name, const Json& value, const std::string& where);

    double number(std::string_view name) const;
    int whole(std::string_view name) const { return static_cast<int>(number(name)); }
    bool flag(std::string_view name) const { return number(name) != 0; }
    const std::string& text(std::string_view name) const;
    /// A threshold of scores, which are float32: 0.1 is the same number in both.
    float score(std::string_view name) const { return static_cast<float>(number(name)); }

    bool has(std::string_view name) const;
    /// As a tracker file has it.
    std::string as_text(std::string_view name) const;

  private:
    using Value = std::variant<double, std::string>;

    std::size_t at(std::string_view name) const;

    std::span<const Key> keys_;
    std::vector<Value> values_;
};

/// How long a track that is not found is waited for: in frames too where their times are not known.
class Buffer {
  public:
    explicit Buffer(const Settings& settings)
        : frames_(settings.whole("track_buffer")), seconds_(settings.number("track_buffer_s")) {}

    bool is_over(const Track& track, const Now& now) const {
        if (seconds_ > 0 && now.seconds > 0) return now.seconds - track.last_seconds > seconds_;
        return now.frame - track.last_frame > frames_;
    }

  private:
    int frames_;
    double seconds_;  // 0 = by frames
};

}  // namespace yolo::track

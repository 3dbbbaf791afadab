// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <yolo/error.hpp>

#include "track/tracker_file.hpp"

/// A tracker file from anywhere is a tracker with every key in its range, or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view content(reinterpret_cast<const char*>(data), size);
    try {
        const yolo::track::TrackerFile file = yolo::track::parse_tracker_file(content, "fuzz.yaml");
        for (const yolo::track::Key& key : file.method->keys) {
            using enum yolo::track::KeyKind;
            if (key.kind == word || key.kind == yolo::track::KeyKind::text) continue;
            const double value = file.settings.number(key.name);
            if (!(value >= key.least && value <= key.most)) std::abort();
        }
        const auto method = file.method->make(file.settings);
        if (method->kept() != 0) std::abort();
    } catch (const yolo::Error&) {
        return 0;
    }
    return 0;
}

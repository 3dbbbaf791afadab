// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include <yolo/error.hpp>

#include "checkpoint/checkpoint.hpp"
#include "exercise.hpp"

/// The bytes of a .pt file (or of whatever was named so) load, or are refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        yolo::fuzz::exercise(
            yolo::checkpoint::load_bytes(std::as_bytes(std::span(data, size)), nullptr, "fuzz.pt"));
    } catch (const yolo::Error&) {
        return 0;
    }
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
/// \file LibTorch's exceptions as ours, at the plug-in's entries.
#pragma once

#include <new>
#include <string_view>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "train/learner.hpp"
#include "train/torch/torch_headers.hpp"

namespace yolo::train {

/// What `work` returns. Throws OutOfMemory and Error only.
template <class Work>
auto translated(const Work& work) {
    constexpr const char* no_memory =
        "there is not enough memory for this batch: use a smaller batch or imgsz";
    try {
        return work();
    } catch (const c10::OutOfMemoryError&) {
        throw OutOfMemory(no_memory);
    } catch (const std::bad_alloc&) {
        throw OutOfMemory(no_memory);
    } catch (const c10::Error& error) {
        const std::string_view text = error.what_without_backtrace();
        if (text.find("allocate memory") != std::string_view::npos) throw OutOfMemory(no_memory);
        throw Error(fmt::format("LibTorch: {}", text.substr(0, text.find('\n'))));
    }
}

}  // namespace yolo::train

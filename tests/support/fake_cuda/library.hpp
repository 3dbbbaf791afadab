// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo::test {

/// The path of the driver that fake_cuda.cpp is.
inline const char* fake_cuda_library() {
    return FAKE_CUDA_LIBRARY;
}

}  // namespace yolo::test

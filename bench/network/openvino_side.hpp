// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>

namespace yolo::bench {

/// OpenVINO's CPU runtime on an ONNX file: latency mode, float32 input as it likes it best.
class OpenVino {
  public:
    OpenVino(const std::filesystem::path& onnx, int threads, bool half);
    ~OpenVino();
    std::span<float> input();
    void run();
    std::span<const float> output();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yolo::bench

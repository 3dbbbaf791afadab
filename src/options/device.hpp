// SPDX-License-Identifier: Apache-2.0
/// \file What `device`, `engine` and `half` mean together: the one place that says where a network computes.
#pragma once

#include <string>

#include <yolo/config.hpp>
#include <yolo/log.hpp>

#include "core/cuda_driver.hpp"
#include "core/precision.hpp"

namespace yolo {

struct Compute {
    std::string engine = {};     ///< as it was named; "": chosen by the model and the device
    std::string device = "cpu";  ///< as LibTorch calls it: or "cuda:0"; or "intel:gpu", for OpenVINO
    Precision precision = Precision::fp32;
};

/// `device` as LibTorch names it: "cpu", "cuda:0"; "cuda:idlest" of -1; "intel:gpu" as it is. Throws
/// UsageError for several devices and for those that nothing here computes on.
std::string device_name(const std::string& device);

/// predict, val: where and with what. A GPU must be there, and -1 becomes a number. Throws UsageError that
/// says what is missing.
Compute compute_on(const std::string& device, const std::string& engine, bool half);
Compute compute_on(const Config& config);
/// What `half` asks for: bf16 on the processor, fp16 on a GPU. An engine without it takes float32 and says
/// so.
Precision precision_of(bool half, bool on_gpu = false);
/// half=True, which is quantize=16.
bool is_half(const Config& config);
/// The engine that was named, "opencv" for dnn=True, or "". Throws UsageError for dnn=True with a model that
/// is no ONNX file.
std::string named_engine(const Config& config);

/// train: the same for LibTorch alone. Throws UsageError.
std::string training_device(const Config& config);

/// Of a device of compute_on(); the default-made one where the driver does not tell.
Gpu gpu_of(const std::string& device);

/// The number that stands for the device in options: "0" of "cuda:0", "cpu".
std::string device_option(const std::string& device);

}  // namespace yolo

// SPDX-License-Identifier: Apache-2.0
/// \file LibTorch as this folder uses it: tensors and automatic differentiation, without its modules and data
/// loaders. The only place that includes it, precompiled.
#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ATen/ATen.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/variable.h>
#pragma GCC diagnostic pop

namespace yolo::train {

inline constexpr auto channels_last = at::MemoryFormat::ChannelsLast;

}  // namespace yolo::train

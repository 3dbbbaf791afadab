// SPDX-License-Identifier: Apache-2.0
/// \file The whole public API but yolo/opencv.hpp.
#pragma once

#include <yolo/commands.hpp>
#include <yolo/config.hpp>
#include <yolo/counter.hpp>
#include <yolo/error.hpp>
#include <yolo/image.hpp>
#include <yolo/log.hpp>
#include <yolo/model.hpp>
#include <yolo/model_info.hpp>
#include <yolo/result.hpp>
#include <yolo/settings.hpp>
#include <yolo/system.hpp>
#include <yolo/tracker.hpp>
#include <yolo/version.hpp>

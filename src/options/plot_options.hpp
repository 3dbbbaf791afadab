// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yolo/config.hpp>
#include <yolo/result.hpp>

namespace yolo {

/// How pictures are drawn: show_labels, line_width, color_mode ... Throws UsageError for a value that is not
/// possible, so it is asked before anything is read.
PlotOptions plot_options(const Config& config);

}  // namespace yolo

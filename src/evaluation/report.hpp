// SPDX-License-Identifier: Apache-2.0
/// \file What a validation prints.
#pragma once

#include <string>

#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "evaluation/result.hpp"

namespace yolo::evaluation {

/// The field's table; its wide form has mAP75 behind all that.
enum class TableForm { usual, wide };

/// "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95)"; wide:
/// "      mAP75", or "   Box mAP75 Mask mAP75".
std::string val_header(Task task, TableForm form = TableForm::usual);
/// One line of the table under that header.
std::string val_line(const ValRow& row, TableForm form = TableForm::usual);

/// The row `all`; with `classes` those of the classes, when there are several. A warning when there was no
/// label.
void print_val_rows(const ValResult& result, Task task, bool classes, const LogSink& log,
                    TableForm form = TableForm::usual);

/// "Speed: 0.1ms preprocess, 4.0ms inference, 0.0ms loss, 0.3ms postprocess per image".
std::string speed_line(const ValSpeed& speed);

}  // namespace yolo::evaluation

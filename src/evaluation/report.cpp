// SPDX-License-Identifier: Apache-2.0
#include "evaluation/report.hpp"

#include <fmt/core.h>

#include "image/draw.hpp"

namespace yolo::evaluation {

namespace {

std::string part_header(const char* name) {
    return fmt::format("{:>11}{:>11}{:>11}{:>11}", fmt::format("{}(P", name), "R", "mAP50", "mAP50-95)");
}

}  // namespace

std::string val_header(Task task, TableForm form) {
    if (task == Task::classify) return fmt::format("{:>22}{:>11}{:>11}", "classes", "top1_acc", "top5_acc");
    std::string line = fmt::format("{:>22}{:>11}{:>11}", "Class", "Images", "Instances") + part_header("Box");
    if (task == Task::segment) line += part_header("Mask");
    if (task == Task::pose) line += part_header("Pose");
    if (form == TableForm::usual) return line;
    if (task != Task::segment && task != Task::pose) return line + fmt::format("{:>11}", "mAP75");
    return line + fmt::format("{:>11}{:>11}", "Box mAP75", task == Task::pose ? "Pose mAP75" : "Mask mAP75");
}

std::string val_line(const ValRow& row, TableForm form) {
    constexpr std::size_t classify_values = 2;
    std::string line = fmt::format("{:>22}", image::one_line(row.name));
    if (row.values.size() != classify_values)
        line += fmt::format("{:>11}{:>11}", row.pictures, row.instances);
    for (const double value : row.values) line += fmt::format("{:>11.3g}", value);
    if (form == TableForm::usual) return line;
    for (const double value : row.map75) line += fmt::format("{:>11.3g}", value);
    return line;
}

void print_val_rows(const ValResult& result, Task task, bool classes, const LogSink& log, TableForm form) {
    log(LogLevel::info, val_line(result.rows.front(), form));
    if (task != Task::classify && result.instances == 0) {
        log(LogLevel::warning,
            fmt::format("no labels were found in {} pictures: every figure is 0", result.pictures));
    }
    for (std::size_t i = 1; classes && i < result.rows.size(); ++i)
        log(LogLevel::info, val_line(result.rows[i], form));
}

std::string speed_line(const ValSpeed& speed) {
    return fmt::format(
        "Speed: {:.1f}ms preprocess, {:.1f}ms inference, {:.1f}ms loss, {:.1f}ms postprocess per image",
        speed.preprocess, speed.inference, speed.loss, speed.postprocess);
}

}  // namespace yolo::evaluation

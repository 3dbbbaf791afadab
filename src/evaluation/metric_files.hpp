// SPDX-License-Identifier: Apache-2.0
/// \file A validation's figures for programs and spreadsheets (docs/results.md).
#pragma once

#include <string>

#include <yolo/model_info.hpp>

#include "core/json.hpp"
#include "core/run_files.hpp"
#include "evaluation/result.hpp"

namespace yolo::evaluation {

/// What was validated on what.
struct ValSubject {
    std::string model, data, split;
    Task task = Task::detect;
    Names names;  ///< of the classes that were judged
};

/// metrics.json: every figure, those of each class, and the confusion matrix. `coco`: COCO's figures by B, M
/// and P, or null.
Json metrics_json(const ValSubject& subject, const ValResult& result, const Json& coco);

/// metrics.csv: a row for all classes together, then one for each that has labels.
std::string metrics_csv(const ValSubject& subject, const ValResult& result);

/// confusion_matrix.csv: a row for each predicted class, a column for each true one.
std::string confusion_csv(const ValSubject& subject, const metrics::ConfusionMatrix& confusion);

/// Writes these three. Throws Error.
void write_metrics(RunFiles& files, const ValSubject& subject, const ValResult& result, const Json& coco);

}  // namespace yolo::evaluation

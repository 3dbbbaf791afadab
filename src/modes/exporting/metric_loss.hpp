// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/json.hpp"
#include "inference/opened_model.hpp"
#include "modes/exporting/pictures.hpp"

namespace yolo::modes {

/// The metric that a task is compared by, of a file beside that of its network in 32 bits.
struct MetricLoss {
    std::string metric;  ///< "metrics/mAP50-95(B)"
    double exact = 0, file = 0;
    std::size_t pictures = 0;
    std::string engine;  ///< that ran the file

    double loss() const { return exact - file; }
    Json facts() const;        ///< for the metadata of the file
    std::string text() const;  ///< "mAP50-95(B) 0.507, 0.511 in 32 bits: loses 0.004 (72 pictures, ...)"
};

/// Measures as `yolo val` does, on the pictures of the export at its size.
class MetricJudge {
  public:
    MetricJudge(const checkpoint::Checkpoint& model, const ExportOptions& options,
                const ExportPictures& pictures, const CommandContext& context)
        : model_(model), options_(options), pictures_(pictures), context_(context) {}

    /// Throws Error when no engine that is here runs the file, Cancelled.
    MetricLoss judge(const exports::Format& format, const std::filesystem::path& file);

  private:
    double measure(inference::OpenedModel model, const std::string& engine);

    const checkpoint::Checkpoint& model_;
    const ExportOptions& options_;
    const ExportPictures& pictures_;
    const CommandContext& context_;
    std::optional<double> exact_;  // measured once for all formats
};

}  // namespace yolo::modes

// SPDX-License-Identifier: Apache-2.0
/// \file int8 and w8a16: from a network and a data set to the plan that every format writes by, and what the
/// files lose.
#pragma once

#include "export/common/layer_noise.hpp"
#include "export/common/quantization.hpp"
#include "modes/exporting/metric_loss.hpp"
#include "modes/exporting/pictures.hpp"

namespace yolo::modes {

class Quantizer {
  public:
    /// Runs the network (in its inference stage) on the pictures. What is referred to must live as long.
    /// Throws what export_pictures() throws, Cancelled.
    Quantizer(const Config& config, const checkpoint::Checkpoint& model, const graph::Network& network,
              const ExportOptions& options, const Settings& settings, const CommandContext& context);

    const exports::QuantizationPlan& plan() const { return plan_; }
    /// What each layer loses, alone, on a few of the pictures.
    const std::vector<exports::LayerNoiseRow>& layers() const { return layers_; }

    /// How a file was made and, where a floor is asked for, what it loses on the pictures. Throws Error when
    /// that is more than the floor.
    Json facts(const exports::Format& format, const std::filesystem::path& file);

    /// After the last file: the table of the layers goes into a file, lines into the log.
    void finish(const std::filesystem::path& table, const LogSink& log) const;

  private:
    std::optional<MetricLoss> judge(const exports::Format& format, const std::filesystem::path& file);
    exports::QuantizationPlan calibrated(const graph::Network& network) const;
    std::vector<exports::LayerNoiseRow> measured_layers(const graph::Network& network) const;

    const ExportOptions& options_;
    const CommandContext& context_;
    const ExportPictures pictures_;
    const exports::QuantizationPlan plan_;
    const std::vector<exports::LayerNoiseRow> layers_;
    MetricJudge judge_;
    std::vector<std::string> lines_;  // what each file loses
};

/// "best_int8_layers.csv" beside best.pt, or "best_w8a16_layers.csv".
std::filesystem::path layer_table_of(const std::filesystem::path& model, exports::Quantization quantization);
/// Throws Error when there is such a file and it is no table of ours.
void refuse_foreign_table(const std::filesystem::path& table);

/// The worst of them, for the log: "model.0.conv 12.3 dB, ...".
std::string worst_layers(std::vector<exports::LayerNoiseRow> rows);

}  // namespace yolo::modes
